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

/**
 * Accounts that are searched side by side. A search holds a tree over the whole estate (12 bytes a node), so an organization of a thousand accounts would need a thousand; this many at a time
 * bound it, whatever the number of accounts.
 */
const together = 8;

/**
 * The `count` likeliest paths to any target. Targets of one account are searched together, and their paths may not pass the administration of that very account. Accounts with the dearest
 * targets come first; of those that follow, only what beats the last of the paths that were found already is searched for.
 */
export function bestOfAll({ network, sources, targets, governors }: EstateProblem, count: number, atOnce = together): readonly FoundPath[] {
  const byAccount = new Map<string, OwnedTarget[]>();
  for (const target of targets) {
    const members = byAccount.get(target.account);
    if (members === undefined) byAccount.set(target.account, [target]);
    else members.push(target);
  }
  const accounts = [...byAccount]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([account, members], place) => ({
      account,
      members,
      place,
      least: members.reduce((least, { cost }) => Math.min(least, cost), Number.POSITIVE_INFINITY),
    }));
  accounts.sort((a, b) => a.least - b.least || a.place - b.place);
  let found: readonly Placed[] = [];
  for (let start = 0; start < accounts.length; start += atOnce) {
    const streams = accounts.slice(start, start + atOnce).map(({ account, members, place }) => {
      const node = account === '' ? undefined : governors.get(account);
      return { place, stream: bestPaths({ network, sources, targets: members, closed: node === undefined ? [] : [node] }) };
    });
    const worst = found.length < count ? Number.POSITIVE_INFINITY : (found.at(-1)?.path.cost ?? Number.POSITIVE_INFINITY);
    // A stable sort: paths of one account stay in the order in which they were found.
    found = [...found, ...merge(streams, count, worst)].sort((a, b) => a.path.cost - b.path.cost || a.place - b.place).slice(0, count);
  }
  return found.map(({ path }) => path);
}

/** A path with the place of its account in the order of accounts, which decides between equal costs. */
interface Placed {
  readonly place: number;
  readonly path: FoundPath;
}

/** The `count` cheapest of several sorted streams, none of them dearer than `worst`. */
function merge(streams: readonly { readonly place: number; readonly stream: Generator<FoundPath> }[], count: number, worst: number): Placed[] {
  const heads = streams.map(({ place, stream }) => ({ place, stream, head: stream.next() })).sort((a, b) => a.place - b.place);
  const found: Placed[] = [];
  while (found.length < count) {
    let best: (typeof heads)[number] | undefined;
    for (const each of heads) {
      if (each.head.done === true) continue;
      if (best === undefined || best.head.done === true || each.head.value.cost < best.head.value.cost) best = each;
    }
    if (best === undefined || best.head.done === true || best.head.value.cost > worst) break;
    found.push({ place: best.place, path: best.head.value });
    best.head = best.stream.next();
  }
  return found;
}
