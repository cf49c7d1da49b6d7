import type { EstateData, PlanView, ViewModel } from '../../src/view/view-model.ts';
import { unpacked } from './packed.ts';

/** Where the page has its data from: inside itself, or from the server that served it. */
export interface Source {
  readonly model: ViewModel;
  readonly served: boolean;
  /** Whether findings can be suppressed from here. */
  readonly writes: boolean;
  /** All nodes and steps; asked for once, when a view needs it. */
  estate(): Promise<EstateData>;
  /** The fewest changes that end most of the risk; absent where nobody can work them out. */
  readonly plan?: () => Promise<PlanView>;
  /** The record of any node, as it stands in the snapshot. */
  record(id: string): Promise<unknown>;
  suppress(entry: Readonly<Record<string, string>>): Promise<string>;
}

export async function load(): Promise<Source> {
  const embedded = await unpacked('data');
  return embedded === undefined ? served() : offline(JSON.parse(embedded) as ViewModel);
}

function offline(model: ViewModel): Source {
  const { plan } = model;
  return {
    model,
    ...(plan === undefined ? {} : { plan: async () => plan }),
    served: false,
    writes: false,
    estate: once(async () => JSON.parse((await unpacked('estate')) ?? '') as EstateData),
    record: async () => undefined,
    suppress: async () => {
      throw new Error('this page is a file: open the snapshot with postern view SNAP --suppressions FILE');
    },
  };
}

async function served(): Promise<Source> {
  const get = async (path: string): Promise<Response> => {
    const answer = await fetch(path, { credentials: 'same-origin' });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    return answer;
  };
  const [model, services] = await Promise.all([get('/data.json').then((answer) => answer.json()), get('/services.json').then((answer) => answer.json())]);
  return {
    model: model as ViewModel,
    served: true,
    writes: (services as { suppress: boolean }).suppress,
    ...((services as { plan: boolean }).plan ? { plan: once(async () => (await (await get('/plan.json')).json()) as PlanView) } : {}),
    estate: once(async () => (await (await get('/estate.json')).json()) as EstateData),
    record: async (id) => {
      const answer = await fetch(`/record?id=${encodeURIComponent(id)}`, { credentials: 'same-origin' });
      return answer.ok ? ((await answer.json()) ?? undefined) : undefined;
    },
    suppress: async (entry) => {
      const answer = await fetch('/suppress', {
        method: 'POST',
        credentials: 'same-origin',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(entry),
      });
      if (!answer.ok) throw new Error(await answer.text());
      return ((await answer.json()) as { file: string }).file;
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
