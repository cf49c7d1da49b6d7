import { describe, expect, test } from '@jest/globals';
import { allTypes } from '../../src/cli/analysis.ts';
import { packagePath } from '../../src/cli/package-path.ts';
import { structureLinks } from '../../src/derive/derive.ts';
import { EstateFacts, type StructureEdge } from '../../src/derive/estate-facts.ts';
import { both, type Fact } from '../../src/derive/facts.ts';
import { leakedKeys } from '../../src/derive/leaked-keys.ts';
import { loadTechniques } from '../../src/derive/load.ts';
import { Planner } from '../../src/derive/planner.ts';
import type { Technique } from '../../src/derive/technique.ts';
import { variants } from '../../src/derive/variants.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { addStructure } from '../../src/graph/structure.ts';
import { createAwsIamEngine } from '../../src/iam/engine.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { isStep, type StructureKind } from '../../src/model/vocabulary.ts';
import { createNetworkEngine } from '../../src/network/engine.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { permissionVariants, worldVariants } from '../support/one-fact.ts';
import { techniqueEstate } from '../support/technique-estate.ts';
import { recordsOf, type TechniqueEstate } from '../support/technique-records.ts';

const types = await allTypes();
const techniques = (await loadTechniques(packagePath('rules', 'techniques'))).filter((technique) => technique.id.startsWith('aws.'));

/** What one technique derives from records, step by step. */
function derived(records: readonly SnapshotRecord[], technique: Technique): ReadonlyMap<string, Fact> {
  const snapshot = memorySnapshot(records, { types });
  const builder = new GraphBuilder();
  addStructure(builder, snapshot, types);
  for (const link of [...structureLinks(builder, snapshot), ...leakedKeys(builder, snapshot).links]) builder.structure(link);
  const structure = new Map<StructureKind, StructureEdge[]>();
  for (const edge of builder.structureEdges()) if (!isStep(edge.kind)) structure.set(edge.kind, [...(structure.get(edge.kind) ?? []), edge]);
  const found = new Map<string, Fact>();
  for (const step of new Planner(new EstateFacts(snapshot, types, createAwsIamEngine(snapshot), createNetworkEngine(snapshot), structure)).plan(technique))
    for (const to of step.to) found.set(`${step.from} -> ${to}`, both(step.fact, step.ofTarget(to)));
  return found;
}

const verdict = (fact: Fact | undefined): string =>
  fact === undefined ? 'gone' : fact.missing.length > 0 ? 'unknown' : fact.residual.length > 0 ? 'conditional' : 'kept';

describe('over estates of records', () => {
  test.each(techniques.map((technique) => ({ id: technique.id, technique })))('$id: one fact closes it, another spelling does not', ({ technique }) => {
    let asked = 0;
    const wrong: string[] = [];
    for (const { premises } of variants(technique)) {
      const estate = techniqueEstate(technique, premises, types);
      // Of alternatives only the one that is built may be there.
      const alone: Technique = { ...technique, when: premises };
      const unseen = premises.some((premise) => premise.kind === 'unseen');
      const told = (name: string, step: string, of: TechniqueEstate): void => {
        asked++;
        const wanted = unseen && step !== 'gone' ? 'unknown' : step;
        const found = verdict(derived(recordsOf(of), alone).get(of.step));
        if (found !== wanted) wrong.push(`${name}: ${found}, not ${wanted}`);
      };
      told('as it is', 'kept', estate);
      const own = Object.keys(estate.others.find((record) => record.type === 'actor')?.config ?? {});
      for (const variant of [...permissionVariants(estate, own), ...worldVariants(estate)]) told(variant.name, variant.step, variant.estate);
    }
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(0);
  });
});
