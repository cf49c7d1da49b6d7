import type { Snapshot } from '../model/record.ts';
import type { NetworkEngine } from './api.ts';
import { createAwsNetwork } from './aws/engine.ts';
import { joined } from './composite.ts';
import type { NetworkPart } from './part.ts';

type Create = (snapshot: Snapshot) => NetworkPart;

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

/** Reachability of the networks of a snapshot, whosever they are. Built once; every answer is a pure function of the snapshot. */
export async function networkOf(snapshot: Snapshot): Promise<NetworkEngine> {
  const present = others.filter(({ of }) => snapshot.types().some(of));
  return createNetworkEngine(snapshot, await Promise.all(present.map(async ({ of, load }) => ({ of, create: await load() }))));
}

/** The same from providers whose code is there already: AWS, and what the caller adds. */
export function createNetworkEngine(snapshot: Snapshot, more: readonly ProviderNetwork[] = []): NetworkEngine {
  const present = [aws, ...more].filter(({ of }) => snapshot.types().some(of));
  const [first, ...rest] = (present.length === 0 ? [aws] : present).map(({ create }) => create(snapshot));
  return first === undefined || rest.length > 0 ? joined(first === undefined ? [] : [first, ...rest]) : first;
}
