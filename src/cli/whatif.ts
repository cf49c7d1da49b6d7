import type { Change } from '../model/change.ts';
import { InputError } from '../model/error.ts';
import type { StepFilter } from '../paths/step-network.ts';
import { changedSnapshot } from '../snapshot/change.ts';
import { type Analysis, analyseSnapshot } from './analysis.ts';

/** An estate after changes, derived anew. */
export interface Changed {
  readonly analysis: Analysis;
  /** Steps that the changes cut out of the graph, by its nodes. */
  readonly cut: NonNullable<StepFilter['cut']>;
  /** Where a place of the changed snapshot stood before. */
  before(resource: string, pointer: string): string;
}

/**
 * Applies changes to the snapshot of an analysis and derives everything anew, taking over what they cannot touch. INVARIANT: equal to analysing the changed snapshot from nothing.
 * @throws InputError for a change that names nothing
 */
export async function withChanges(analysis: Analysis, changes: readonly Change[]): Promise<Changed> {
  const { snapshot, touched, before } = changedSnapshot(analysis.snapshot, changes, analysis.types);
  const next = touched.length === 0 ? analysis : await analyseSnapshot(snapshot, analysis.types, analysis.settings, { previous: { analysis, touched } });
  const cut = changes.flatMap((change): (readonly [number, number])[] => {
    if (change.op !== 'cut') return [];
    const [from, to] = [change.from, change.to].map((text) => {
      const node = next.resolver.one(text);
      if (node === undefined)
        throw new InputError(`nothing in the snapshot is called \`${text}\``, { help: 'a step is cut between two ids, as the steps of a path have them' });
      return node;
    });
    return from === undefined || to === undefined ? [] : [[from, to]];
  });
  return { analysis: next, cut, before };
}
