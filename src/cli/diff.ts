import type { ExposurePath, PathStep } from '../model/assessment.ts';
import type { Change } from '../model/change.ts';
import { IamGroups } from '../model/iam-groups.ts';
import { isArray, textAt } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import { comparePaths, type PathComparison } from '../paths/compare.ts';
import type { Ranker } from '../paths/ranking.ts';
import { routeOf } from '../paths/render.ts';
import { type RecordDifference, snapshotDifferences } from '../snapshot/difference.ts';
import { type Analysis, analyseSnapshot } from './analysis.ts';
import { withChanges } from './whatif.ts';

/** A change of configuration that made a path what it now is. */
export interface Cause {
  readonly resource: string;
  readonly change: RecordDifference['change'];
  readonly pointers: readonly string[];
  /** `verified`: this change alone, made to the old snapshot, has the effect. `together`: it needs others beside it. `named`: the path's evidence stands in it; it was not tried. */
  readonly proof: 'verified' | 'together' | 'named';
}

export interface SnapshotDiff {
  readonly differences: readonly RecordDifference[];
  readonly after: Analysis;
  readonly paths: PathComparison;
  causes(path: ExposurePath): readonly Cause[];
}

/** The analysis of a later snapshot, which takes over from the one before what is the same. */
export async function analyseNext(
  before: Analysis,
  snapshot: Snapshot,
): Promise<{ readonly analysis: Analysis; readonly differences: readonly RecordDifference[] }> {
  const differences = snapshotDifferences(before.snapshot, snapshot);
  // What was not answered counts as unknown: with other gaps every answer may be another.
  const states = ({ manifest }: Snapshot): string =>
    manifest.calls
      .map(({ call, account, region, state }) => JSON.stringify([call, account, region, state]))
      .sort()
      .join('\n');
  const same = states(before.snapshot) === states(snapshot);
  const touched = touchedIds(before.snapshot, snapshot);
  return {
    analysis: await analyseSnapshot(snapshot, before.types, before.settings, { previous: same ? { analysis: before, touched } : undefined }),
    differences,
  };
}

/** Ids of all records that are not equal, also in what a difference does not tell (times of use). */
function touchedIds(before: Snapshot, after: Snapshot): readonly string[] {
  const old = new Map<string, SnapshotRecord>();
  for (const record of before.all()) old.set(record.id, record);
  const touched: string[] = [];
  for (const record of after.all()) {
    const then = old.get(record.id);
    // Records of equal files are the same objects.
    if (then !== record && (then === undefined || JSON.stringify(then) !== JSON.stringify(record))) touched.push(record.id);
    old.delete(record.id);
  }
  return [...touched, ...old.keys()].sort();
}

/**
 * Compares two snapshots. For each path that is new, gone, riskier or safer the changes that could have done it are named, and up to `tries` single changes are tried on the old snapshot.
 */
export async function diffSnapshots(before: Analysis, snapshot: Snapshot, top: number, tries: number): Promise<SnapshotDiff> {
  const { analysis: after, differences } = await analyseNext(before, snapshot);
  const [old, now] = [before.ranker(), after.ranker()];
  const paths = comparePaths({ ranker: old, paths: old.top(top) }, { ranker: now, paths: now.top(top) });
  const changed = new Map(differences.map((each) => [each.resource, each]));
  const moved = [...paths.added, ...paths.removed, ...paths.riskier.map((pair) => pair.after), ...paths.safer.map((pair) => pair.after)];
  const estates = [before.snapshot, snapshot].map((each): Estate => ({ snapshot: each, groups: new IamGroups(each.records('AWS::IAM::Group')) }));
  const suspects = new Map(moved.map((path) => [path, suspectsOf(path, [old, now], estates, changed)]));
  const trial = new Trial(before, snapshot, tries);
  await trial.prepare(suspects);
  return {
    differences,
    after,
    paths,
    causes: (path) => {
      const list = suspects.get(path) ?? [];
      const effect = now.along(routeOf(path));
      const proved = list.filter(({ resource }) => trial.has(resource, path, effect));
      const named = proved.length > 0 ? proved : list;
      const proof = proved.length > 0 ? 'verified' : list.length > 1 && trial.tried(list) ? 'together' : 'named';
      return named.map(({ resource, change, pointers }): Cause => ({ resource, change, pointers, proof }));
    },
  };
}

/** Changed records that have a say in a path: those its evidence stands in, the ends of its steps, and what gives them their permissions. */
function suspectsOf(
  path: ExposurePath,
  rankers: readonly Ranker[],
  estates: readonly Estate[],
  changed: ReadonlyMap<string, RecordDifference>,
): readonly RecordDifference[] {
  const ids = new Set<string>();
  const route = routeOf(path);
  for (const ranker of rankers) {
    const other = ranker.along(route);
    for (const step of [...path.steps, ...(other?.steps ?? [])]) for (const id of mentioned(step)) ids.add(id);
  }
  for (const id of route) ids.add(id);
  for (const estate of estates) for (const id of [...ids]) for (const source of sourcesOf(estate, id)) ids.add(source);
  const own = [...ids].sort().flatMap((id) => changed.get(id) ?? []);
  const wide = [...changed.values()].filter((each) => each.type.startsWith('AWS::Organizations::') || each.type === 'AWS::S3::AccountPublicAccessBlock');
  return [...own, ...wide.filter((each) => !own.includes(each))];
}

const mentioned = (step: PathStep): readonly string[] => [step.from, step.to, ...step.evidence.map((each) => each.resource)];

/** A snapshot with its groups. */
interface Estate {
  readonly snapshot: Snapshot;
  readonly groups: IamGroups;
}

/** Groups and managed policies of a principal. */
function sourcesOf({ snapshot, groups }: Estate, id: string): readonly string[] {
  const record = snapshot.find(id);
  if (record === undefined) return [];
  const policies = (of: SnapshotRecord): string[] => {
    const list = of.config['AttachedManagedPolicies'];
    return [
      ...(isArray(list) ? list.flatMap((each) => textAt(each, 'PolicyArn') ?? []) : []),
      ...[textAt(of.config, 'PermissionsBoundary.PermissionsBoundaryArn') ?? []].flat(),
    ];
  };
  return [...policies(record), ...groups.of(record).flatMap((group) => [group.id, ...policies(group)])];
}

/** Single changes, made to the old snapshot. */
class Trial {
  readonly #before: Analysis;
  readonly #snapshot: Snapshot;
  readonly #tries: number;
  readonly #old: Ranker;
  readonly #rankers = new Map<string, Ranker>();

  constructor(before: Analysis, snapshot: Snapshot, tries: number) {
    this.#before = before;
    this.#snapshot = snapshot;
    this.#tries = tries;
    this.#old = before.ranker();
  }

  /** Tries the changes that most paths name first. */
  async prepare(suspects: ReadonlyMap<ExposurePath, readonly RecordDifference[]>): Promise<void> {
    const named = new Map<string, number>();
    for (const list of suspects.values()) for (const { resource } of list) named.set(resource, (named.get(resource) ?? 0) + 1);
    const order = [...named].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
    for (const [resource] of order.slice(0, this.#tries)) {
      const record = this.#snapshot.find(resource);
      const change: Change = record?.id === resource ? { op: 'create', record } : { op: 'delete', resource };
      this.#rankers.set(resource, (await withChanges(this.#before, [change])).analysis.ranker());
    }
  }

  tried(list: readonly RecordDifference[]): boolean {
    return list.every(({ resource }) => this.#rankers.has(resource));
  }

  /** Whether a change alone takes a path to where it is now, at least most of the way. */
  has(resource: string, path: ExposurePath, effect: ExposurePath | undefined): boolean {
    const ranker = this.#rankers.get(resource);
    if (ranker === undefined) return false;
    const route = routeOf(path);
    const [then, alone] = [this.#old.along(route)?.risk ?? 0, ranker.along(route)?.risk ?? 0];
    const now = effect?.risk ?? 0;
    return now === then ? false : (alone - then) / (now - then) > 0.5;
  }
}
