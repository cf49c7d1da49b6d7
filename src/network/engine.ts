import type { Snapshot } from '../model/record.ts';
import type { NetworkEngine } from './api.ts';
import { createAwsNetwork } from './aws/engine.ts';
import { joined } from './composite.ts';
import type { NetworkPart } from './part.ts';

/** Providers by the prefix of their resource types. One line each. */
const parts: readonly { readonly types: string; readonly create: (snapshot: Snapshot) => NetworkPart }[] = [{ types: 'AWS::', create: createAwsNetwork }];

/** Reachability of the networks of a snapshot, whosever they are. Built once; every answer is a pure function of the snapshot. */
export function createNetworkEngine(snapshot: Snapshot): NetworkEngine {
  const present = parts.filter(({ types }) => snapshot.types().some((type) => type.startsWith(types)));
  const [first, ...others] = (present.length === 0 ? parts.slice(0, 1) : present).map(({ create }) => create(snapshot));
  return first === undefined || others.length > 0 ? joined(first === undefined ? [] : [first, ...others]) : first;
}
