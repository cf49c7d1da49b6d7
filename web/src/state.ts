/** What is shown, kept in the address after `#`, so that a link carries the view. */
export interface ViewState {
  readonly path: string;
  /** Index of the hop whose evidence is open, or -1. */
  readonly hop: number;
  readonly filter: string;
  readonly verdict: string;
}

export function readState(hash: string): ViewState {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const hop = Number.parseInt(given.get('hop') ?? '-1', 10);
  return { path: given.get('path') ?? '', hop: Number.isInteger(hop) ? hop : -1, filter: given.get('q') ?? '', verdict: given.get('verdict') ?? 'all' };
}

export function writeState(state: ViewState): string {
  const parts = new URLSearchParams();
  if (state.path !== '') parts.set('path', state.path);
  if (state.hop >= 0) parts.set('hop', String(state.hop));
  if (state.filter !== '') parts.set('q', state.filter);
  if (state.verdict !== 'all') parts.set('verdict', state.verdict);
  return `#${parts.toString()}`;
}
