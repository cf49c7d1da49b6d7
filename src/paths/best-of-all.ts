import type { NodeIndex } from '../graph/types.ts';
import type { Weighted } from './reverse-tree.ts';
import { bestPaths } from './search.ts';
import type { FoundPath } from './spur.ts';
import type { StepNetwork } from './step-network.ts';

export interface OwnedTarget extends Weighted {
  /** The account that it is in; empty for accounts themselves and for targets that were asked for by name. */
  readonly account: string;
}

export interface EstateProblem {
  readonly network: StepNetwork;
  readonly sources: readonly Weighted[];
  readonly targets: readonly OwnedTarget[];
  /** Account -> the node that stands for its administration. */
  readonly governors: ReadonlyMap<string, NodeIndex>;
}

/** The `count` likeliest paths to any target. Targets of one account are searched together, and their paths may not pass the administration of that very account. */
export function bestOfAll({ network, sources, targets, governors }: EstateProblem, count: number): readonly FoundPath[] {
  const byAccount = new Map<string, OwnedTarget[]>();
  for (const target of targets) {
    const known = byAccount.get(target.account);
    if (known === undefined) byAccount.set(target.account, [target]);
    else known.push(target);
  }
  const streams = [...byAccount]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([account, members]) => {
      const node = account === '' ? undefined : governors.get(account);
      return bestPaths({ network, sources, targets: members, closed: node === undefined ? [] : [node] });
    });
  return merge(streams, count);
}

/** The `count` cheapest of several sorted streams. */
function merge(streams: readonly Generator<FoundPath>[], count: number): FoundPath[] {
  const heads = streams.map((stream) => ({ stream, head: stream.next() }));
  const found: FoundPath[] = [];
  while (found.length < count) {
    let best: (typeof heads)[number] | undefined;
    for (const each of heads) {
      if (each.head.done === true) continue;
      if (best === undefined || best.head.done === true || each.head.value.cost < best.head.value.cost) best = each;
    }
    if (best === undefined || best.head.done === true) break;
    found.push(best.head.value);
    best.head = best.stream.next();
  }
  return found;
}
