import type { Snapshot } from '../model/record.ts';
import type { NetworkEngine } from './api.ts';
import { createAwsNetwork } from './aws/engine.ts';
import { classesAlone } from './classes-alone.ts';
import { joined } from './composite.ts';
import type { NetworkBefore, NetworkPart } from './part.ts';

type Create = (snapshot: Snapshot, before?: NetworkBefore) => NetworkPart;

/** A provider's networks: whose resource types they are of, and what builds them. */
export interface ProviderNetwork {
  readonly of: (type: string) => boolean;
  readonly create: Create;
}

const aws: ProviderNetwork = { of: (type) => type.startsWith('AWS::'), create: createAwsNetwork };

/** Providers whose code is loaded only where a snapshot has something of theirs. One line each. */
const others: readonly { readonly of: ProviderNetwork['of']; readonly load: () => Promise<Create> }[] = [
  {
    of: (type) => type.startsWith('Microsoft.') && !type.startsWith('Microsoft.Graph/'),
    load: async () => (await import('./azure/engine.ts')).createAzureNetwork,
  },
];

/** Networks before some records were touched. */
export interface EngineBefore {
  readonly network: NetworkEngine;
  /** Ids of the records that are different. */
  readonly touched: readonly string[];
}

/** The parts of an engine, by what creates them: a later engine may take over from them. */
const partsOf = new WeakMap<NetworkEngine, ReadonlyMap<Create, NetworkPart>>();

/**
 * Reachability of the networks of a snapshot, whosever they are. Built once; every answer is a pure function of the snapshot.
 *
 * @param before the networks of a snapshot that differs in little: it is built sooner, and its answers are the same
 */
export async function networkOf(snapshot: Snapshot, before?: EngineBefore): Promise<NetworkEngine> {
  return createNetworkEngine(snapshot, await partsBeside(snapshot), before);
}

/** The same for whoever asks for the classes and seldom for more; no later engine takes over from it. */
export async function reachOf(snapshot: Snapshot): Promise<NetworkEngine> {
  const more = await partsBeside(snapshot);
  return classesAlone(() => createNetworkEngine(snapshot, more));
}

const partsBeside = (snapshot: Snapshot): Promise<readonly ProviderNetwork[]> =>
  Promise.all(others.filter(({ of }) => snapshot.types().some(of)).map(async ({ of, load }) => ({ of, create: await load() })));

/** The same from providers whose code is there already: AWS, and what the caller adds. */
export function createNetworkEngine(snapshot: Snapshot, more: readonly ProviderNetwork[] = [], before?: EngineBefore): NetworkEngine {
  const present = [aws, ...more].filter(({ of }) => snapshot.types().some(of));
  const then = before && partsOf.get(before.network);
  const parts = new Map(
    (present.length === 0 ? [aws] : present).map(({ create }) => {
      const network = then?.get(create);
      return [create, create(snapshot, network && before && { network, touched: before.touched })] as const;
    }),
  );
  const [first, ...rest] = parts.values();
  const engine = first === undefined || rest.length > 0 ? joined(first === undefined ? [] : [first, ...rest]) : first;
  partsOf.set(engine, parts);
  return engine;
}
