import { allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { tree } from './azure-estate.ts';

export const types = await allTypes();

/** An estate of one tenant with one subscription and what is given. */
export const estateOf = (records: readonly SnapshotRecord[]) => analyseSnapshot(memorySnapshot([...tree(), ...records], { types }), types, noSettings);

/** Asks such an estate for the best path between two things. Throws for what is not in the graph. */
export async function pathsIn(records: readonly SnapshotRecord[]) {
  const analysis = await estateOf(records);
  const ranker = analysis.ranker();
  return (from: string, to: string) => {
    const [source, target] = [analysis.resolver.one(from), analysis.resolver.one(to)];
    if (source === undefined || target === undefined) throw new Error(`${source === undefined ? from : to} is not in the graph`);
    return ranker.best(source, target);
  };
}

export const bestPath = async (records: readonly SnapshotRecord[], from: string, to: string) => (await pathsIn(records))(from, to);

/** The first technique of each of its steps. */
export const techniquesOf = async (...question: Parameters<typeof bestPath>): Promise<readonly string[]> =>
  (await bestPath(...question))?.steps.flatMap((step) => step.techniques[0] ?? []) ?? ['no path'];

/** The same, with what is not proven of each step. Up to whoever administers the target. */
export const verdictsOf = async (...question: Parameters<typeof bestPath>): Promise<readonly string[]> =>
  (await bestPath(...question))?.steps.map((step) => `${step.techniques[0]}${step.verdict === 'proven' ? '' : ` (${step.verdict})`}`) ?? ['no path'];
