import { expect, test } from '@jest/globals';
import { allTypes } from '../../src/cli/analysis.ts';
import { IamGroups } from '../../src/model/iam-groups.ts';
import { resolvePointer } from '../../src/model/json.ts';
import { azureCandidates, azurePlaces } from '../../src/paths/plan/azure/places.ts';
import { accessTaken, takenText } from '../../src/paths/plan/in-use.ts';
import { remedyOf } from '../../src/paths/plan/remedy.ts';
import { changedSnapshot } from '../../src/snapshot/change.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { oid, tree } from '../support/azure-estate.ts';
import { azProblems, terraformProblems } from '../support/cli-check.ts';
import { azurePlaceCases } from '../support/plan-cases/azure-places.ts';

const types = await allTypes();

/** Kinds of places that the plans of azure-plan.test.ts come to. */
const planned = [
  ['Microsoft.Authorization/roleAssignments', '/config/properties'],
  ['Microsoft.Graph/unifiedRoleAssignment', '/config'],
  ['Microsoft.KeyVault/vaults', '/config/properties/accessPolicies/0'],
] as const;

test.each(azurePlaceCases.map((each) => [`${each.record.type} ${each.pointer}`, each] as const))('%s', (_, { record, pointer, technique = 'x', changes }) => {
  const snapshot = memorySnapshot([...tree(), record], { types });
  const find = (id: string) => [snapshot.find(id)].find((each) => each?.id === id);
  const found = azureCandidates(
    { from: 'somebody', to: record.id, proof: { technique, kind: 'CanRead', likelihood: 1, evidence: [{ resource: record.id, pointer, call: '' }] } },
    { record, pointer, value: resolvePointer(record as never, pointer) ?? null },
    {
      record: find,
      groups: new IamGroups([]),
      technique: (id) =>
        id === 'azure.vault-secrets'
          ? { base: 1, actions: [{ action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action', suffix: undefined }], remove: [] }
          : undefined,
      organization: undefined,
      holders: () => [oid('ada')],
      scopesIn: () => [],
    },
  );
  expect(found.length).toBe(changes.length);
  for (const [index, candidate] of found.entries()) {
    const wanted = changes[index];
    if (wanted === undefined) throw new Error('a change that nobody expects');
    // It is a change of what stands there, and the snapshot is another with it.
    const changed = changedSnapshot(snapshot, candidate.changes, types);
    expect(changed.touched).toEqual([record.id]);
    const remedies = candidate.changes.map((change) => remedyOf(change, record, changed.snapshot.find(record.id)));
    expect(candidate.title).toMatch(wanted.title);
    expect(remedies[0]?.cli).toMatch(wanted.cli);
    expect(remedies.flatMap(({ cli }) => cli.split('\n')).flatMap(azProblems)).toEqual([]);
    expect(remedies[0]?.terraform).toMatch(wanted.terraform);
    expect(remedies.flatMap(({ terraform }) => terraformProblems(terraform))).toEqual([]);
    // What it takes away is told, with what would tell of its use.
    expect(takenText(accessTaken(candidate.takes, find))).toMatch(/^not known: .* \(.+\)$/);
  }
});

test('every kind of place of Azure has a case', () => {
  const all = [...azurePlaceCases.map(({ record, pointer }) => [record.type, pointer] as const), ...planned];
  const missing = azurePlaces.filter((row) => !all.some(([type, pointer]) => azurePlaces.find(([a, b]) => a.test(type) && b.test(pointer)) === row));
  expect(missing.map(([type, pointer]) => `${type} ${pointer}`)).toEqual([]);
});
