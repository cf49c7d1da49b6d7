import type { NodeIndex } from '../graph/types.ts';
import { endNode } from './end-steps.ts';
import { Guide } from './guide.ts';
import { distancesFrom, epsilon, type Weighted } from './reverse-tree.ts';
import { atEnds, bestPaths } from './search.ts';
import { type FoundPath, SearchScratch } from './spur.ts';
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

const infinity = Number.POSITIVE_INFINITY;

/**
 * The `count` likeliest paths to any target. Targets of one account are searched together, and their paths may not pass the administration of that very account. One search from all entries
 * tells which accounts can have a path that counts: nearest come first, and whatever cannot beat the last of the paths that were found already is not searched.
 */
export function bestOfAll({ network, sources, targets, governors }: EstateProblem, count: number, atOnce = together): readonly FoundPath[] {
  const byAccount = new Map<string, OwnedTarget[]>();
  for (const target of targets) {
    const members = byAccount.get(target.account);
    if (members === undefined) byAccount.set(target.account, [target]);
    else members.push(target);
  }
  const far = distancesFrom(network, sources);
  // Over closed nodes too, so no path of the account costs less.
  const least = (members: readonly OwnedTarget[]): number =>
    members.reduce((low, { node, cost }) => Math.min(low, cost + Math.min(far[node] ?? infinity, far[endNode(network, node)] ?? infinity)), infinity);
  const accounts = [...byAccount].sort(([a], [b]) => (a < b ? -1 : 1)).map(([account, members], place) => ({ account, members, place, least: least(members) }));
  accounts.sort((a, b) => a.least - b.least || a.place - b.place);
  const scratch = new SearchScratch(network);
  let found: readonly Placed[] = [];
  for (let start = 0; start < accounts.length; start += atOnce) {
    const worst = found.length < count ? infinity : (found.at(-1)?.path.cost ?? infinity);
    const streams = accounts.slice(start, start + atOnce).flatMap(({ account, members, place, least }): Source[] => {
      if (least === infinity || least > worst + epsilon) return [];
      const node = account === '' ? undefined : governors.get(account);
      const problem = { network, sources, targets: members, closed: node === undefined ? [] : [node], scratch };
      return [{ place, least, open: () => bestPaths({ ...problem, guide: guideTo(problem, worst, far) }) }];
    });
    if (streams.length === 0) break;
    // A stable sort: paths of one account stay in the order in which they were found.
    found = [...found, ...merge(streams, count, worst)].sort((a, b) => a.path.cost - b.path.cost || a.place - b.place).slice(0, count);
  }
  return found.map(({ path }) => path);
}

/** The tree to the targets as far as it is of use: what costs more than the worst path that counts is not looked for. */
function guideTo(problem: Parameters<typeof atEnds>[0], worst: number, far: Float64Array): Guide {
  const { sources, targets, closed } = atEnds(problem);
  return new Guide(problem.network, targets, closed, sources, { within: worst, before: far });
}

/** The paths of one account, and what the first of them costs at least. */
interface Source {
  readonly place: number;
  readonly least: number;
  readonly open: () => Generator<FoundPath>;
}

/** A path with the place of its account in the order of accounts, which decides between equal costs. */
interface Placed {
  readonly place: number;
  readonly path: FoundPath;
}

/** The `count` cheapest of several sorted streams, none of them dearer than `worst`. A stream is opened when its first path may be the next. */
function merge(sources: readonly Source[], count: number, worst: number): Placed[] {
  const waiting = [...sources].sort((a, b) => a.least - b.least || a.place - b.place);
  const heads: { readonly place: number; readonly stream: Generator<FoundPath>; head: IteratorResult<FoundPath, unknown> }[] = [];
  const found: Placed[] = [];
  while (found.length < count) {
    let best: { readonly head: (typeof heads)[number]; readonly path: FoundPath } | undefined;
    for (const head of heads) {
      if (head.head.done === true) continue;
      if (best === undefined || head.head.value.cost < best.path.cost) best = { head, path: head.head.value };
    }
    const next = waiting[0];
    if (next !== undefined && next.least <= Math.min(worst, best?.path.cost ?? infinity) + epsilon) {
      const stream = next.open();
      heads.push({ place: next.place, stream, head: stream.next() });
      heads.sort((a, b) => a.place - b.place);
      waiting.shift();
      continue;
    }
    if (best === undefined || best.path.cost > worst) break;
    found.push({ place: best.head.place, path: best.path });
    best.head.head = best.head.stream.next();
  }
  return found;
}
