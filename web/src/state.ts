export const viewNames = ['stories', 'network', 'identity', 'explore', 'findings', 'compare'] as const;
export type ViewName = (typeof viewNames)[number];

/** What is shown, kept in the address after `#`, so that a link carries the view. */
export interface ViewState {
  readonly view: ViewName;
  readonly story: string;
  /** The instance of the story whose hops are listed. */
  readonly path: string;
  /** Index of the hop whose evidence is open, or -1. */
  readonly hop: number;
  /** Node whose page is open in the drawer. */
  readonly node: string;
  readonly filter: string;
  readonly verdict: string;
  readonly level: string;
  readonly entry: string;
  /** `new`: only what the snapshot before did not have. */
  readonly age: string;
  readonly panel: 'evidence' | 'decide';
  readonly unfolded: boolean;
  /** Groups that are drawn as one card. */
  readonly closed: readonly string[];
  /** What-if: `s:FROM>TO`, `n:NODE`, `e:EVIDENCE`. */
  readonly cuts: readonly string[];
  /** Nodes of the exploration whose neighbours are drawn. */
  readonly pins: readonly string[];
  /** Nodes that have a card of their own there, though there are many of their sort. */
  readonly loose: readonly string[];
  /** Where the cards of the exploration lie, if not where they lie by themselves. */
  readonly places: string;
  /** Hash of the snapshot that is compared with. */
  readonly against: string;
  /** Key of the chosen card of a map. */
  readonly card: string;
  /** Position of the chosen finding, as text; empty for none. */
  readonly finding: string;
  readonly hidden: boolean;
}

export const initial: ViewState = {
  view: 'stories',
  story: '',
  path: '',
  hop: -1,
  node: '',
  filter: '',
  verdict: '',
  level: '',
  entry: '',
  age: '',
  panel: 'evidence',
  unfolded: false,
  closed: [],
  cuts: [],
  pins: [],
  loose: [],
  places: '',
  against: '',
  card: '',
  finding: '',
  hidden: false,
};

const texts = ['story', 'path', 'node', 'verdict', 'level', 'entry', 'age', 'against', 'card', 'finding', 'places'] as const;
const lists = { closed: 'g', cuts: 'cut', pins: 'pin', loose: 'own' } as const;

export function readState(hash: string): ViewState {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const hop = Number.parseInt(given.get('hop') ?? '-1', 10);
  return {
    ...initial,
    ...Object.fromEntries(texts.map((name) => [name, given.get(name) ?? ''])),
    view: viewNames.find((name) => name === given.get('view')) ?? 'stories',
    hop: Number.isInteger(hop) ? hop : -1,
    filter: given.get('q') ?? '',
    panel: given.get('panel') === 'decide' ? 'decide' : 'evidence',
    unfolded: given.has('all'),
    hidden: given.has('hidden'),
    closed: given.getAll(lists.closed),
    cuts: given.getAll(lists.cuts),
    pins: given.getAll(lists.pins),
    loose: given.getAll(lists.loose),
  };
}

export function writeState(state: ViewState): string {
  const parts = new URLSearchParams();
  if (state.view !== 'stories') parts.set('view', state.view);
  for (const name of texts) if (state[name] !== '') parts.set(name, state[name]);
  if (state.hop >= 0) parts.set('hop', String(state.hop));
  if (state.filter !== '') parts.set('q', state.filter);
  if (state.panel !== 'evidence') parts.set('panel', state.panel);
  if (state.unfolded) parts.set('all', '');
  if (state.hidden) parts.set('hidden', '');
  for (const [name, key] of Object.entries(lists)) for (const value of state[name as keyof typeof lists]) parts.append(key, value);
  return `#${parts.toString()}`;
}
