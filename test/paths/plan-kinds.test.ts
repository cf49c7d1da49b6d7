import { expect, test } from '@jest/globals';
import { type Analysis, allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import { planContext } from '../../src/cli/plan.ts';
import { stepDocument } from '../../src/cli/plan-document.ts';
import { withChanges } from '../../src/cli/whatif.ts';
import { resourcePolicySpecs } from '../../src/iam/estate/resource-policies.ts';
import { IamGroups } from '../../src/model/iam-groups.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { nodeKindSpec } from '../../src/model/vocabulary.ts';
import { candidatesFor } from '../../src/paths/plan/candidates.ts';
import { resourcePolicies } from '../../src/paths/plan/policy-remedy.ts';
import { remedyOf } from '../../src/paths/plan/remedy.ts';
import { settingPlaces } from '../../src/paths/plan/settings-changes.ts';
import { stepProofs } from '../../src/paths/proofs.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { changedSnapshot } from '../../src/snapshot/change.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { describeWith } from '../servers/describe-with.ts';
import { awsProblems, terraformProblems } from '../support/cli-check.ts';
import { planCases } from '../support/plan-cases/all.ts';

const types = await allTypes();

/** Every step between two real nodes, with the likeliest of its reasons by a technique. */
function stepsOf({ graph }: Analysis): Map<string, { readonly likelihood: number; readonly resources: ReadonlySet<string> }> {
  const found = new Map<string, { likelihood: number; resources: ReadonlySet<string> }>();
  const real = (node: number): boolean => nodeKindSpec(graph.kind(node)).virtual !== true;
  const name = (node: number): string => graph.id(node).split(/[/:]/).at(-1) ?? '';
  for (let from = 0; from < graph.nodeCount; from++) {
    if (!real(from)) continue;
    const ends = [...graph.out(from)].flatMap((edge) => {
      const to = graph.targets[edge] ?? 0;
      return real(to) ? [to] : [...graph.out(to)].map((each) => graph.targets[each] ?? 0);
    });
    for (const to of new Set(ends))
      for (const { technique, likelihood, evidence } of stepProofs(graph, from, to, noSettings)) {
        const key = `${name(from)} -[${technique}]-> ${name(to)}`;
        if ((found.get(key)?.likelihood ?? 0) < likelihood)
          found.set(key, { likelihood, resources: new Set([graph.id(from), graph.id(to), ...evidence.map((each) => each.resource)]) });
      }
  }
  return found;
}

describeWith('MOTO', 'changes that a plan may propose', () => {
  test.each(planCases.map((each) => [each.name, each] as const))('%s', async (_, { records, from, to, technique, changes: wanted }) => {
    const analysis = await analyseSnapshot(memorySnapshot([...records], { types }), types, noSettings, { again: true });
    const { graph } = analysis;
    const proof = stepProofs(graph, graph.indexOf(from), graph.indexOf(to), noSettings).find((each) => each.technique === technique);
    if (proof === undefined) throw new Error(`no such step; there are: ${[...stepsOf(analysis).keys()].join('\n')}`);
    const context = planContext(analysis);
    const found = [...new Map(candidatesFor({ from, to, proof }, context).map((each) => [JSON.stringify(each.changes), each])).values()];
    expect(found.map(({ title }) => title)).toEqual(wanted.map(({ title }) => expect.stringMatching(title)));
    const before = stepsOf(analysis);
    for (const [index, candidate] of found.entries()) {
      const { cli, terraform, effort, takes, appear = [], stays } = wanted[index] ?? { cli: /^$/, terraform: /^$/, effort: 'high', takes: /^$/ };
      const changed = await withChanges(analysis, candidate.changes);
      const told = stepDocument(analysis, { changed } as never, { candidate, removes: 0 });
      expect(told.cli).toMatch(cli);
      expect(
        told.cli
          .split('\n')
          .filter((line) => !line.startsWith('# '))
          .flatMap(awsProblems),
      ).toEqual([]);
      expect(told.terraform).toMatch(terraform);
      expect(terraformProblems(told.terraform)).toEqual([]);
      expect([told.title, told.effort]).toEqual([candidate.title, effort]);
      expect(told.takesAway.summary).toMatch(takes);
      // The document is that of the changed snapshot; a function's policy is changed by statement.
      const document = told.policy === undefined ? '' : JSON.stringify(told.policy.document);
      if (!told.cli.startsWith('aws lambda ')) expect(told.cli).toContain(document);
      const after = stepsOf(changed.analysis);
      const { graph: now } = changed.analysis;
      const left = stepProofs(now, now.indexOf(from), now.indexOf(to), noSettings).find((each) => each.technique === technique);
      if (stays === true) expect(left?.likelihood).toBe(proof.likelihood);
      else if (candidate.factor === 0 || appear.length > 0) expect(left).toBeUndefined();
      else expect(left?.likelihood).toBeCloseTo(proof.likelihood * candidate.factor);
      // Nothing comes that is not known to come, and nothing else goes than what the changed records prove.
      expect([...after.keys()].filter((key) => !before.has(key))).toEqual(appear.map((each) => expect.stringMatching(each)));
      // What a group holds is proved by the policy and by its members, who are not changed themselves.
      const touched = candidate.changes.flatMap((change) => ('resource' in change ? [change.resource, ...context.holders(change.resource)] : []));
      expect([...before].filter(([key, { resources }]) => !after.has(key) && !touched.some((id) => resources.has(id))).map(([key]) => key)).toEqual([]);
    }
  });
});

/** A policy of a resource: of two statements one goes, and of one the last. */
describeWith('MOTO', 'policies of resources', () => {
  const account = '111122223333';
  const ids: Readonly<Record<string, string>> = {
    'AWS::ApiGateway::RestApi': 'arn:aws:apigateway:eu-west-1::/restapis/a1',
    'AWS::ECR::Repository': `arn:aws:ecr:eu-west-1:${account}:repository/team/app`,
    'AWS::S3::MultiRegionAccessPoint': `arn:aws:s3::${account}:accesspoint/mfzwi23gnjvgw.mrap`,
    'AWS::SQS::Queue': `arn:aws:sqs:eu-west-1:${account}:jobs`,
  };
  const other = { Sid: 'other', Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999988887777:root' }, Action: 'x:Read', Resource: '*' };
  const first = { ...other, Sid: 'first' };

  test('are those that are evaluated', () => {
    expect(Object.keys(resourcePolicies).sort()).toEqual(Object.keys(resourcePolicySpecs).sort());
    for (const [type, [pointer]] of Object.entries(resourcePolicies)) expect(pointer).toBe(`/config/${resourcePolicySpecs[type]?.path.replaceAll('.', '/')}`);
  });

  test.each(Object.keys(resourcePolicies))('%s', (type) => {
    const [pointer = ''] = resourcePolicies[type] ?? [];
    const id = ids[type] ?? `arn:aws:service:eu-west-1:${account}:thing/name`;
    for (const statements of [[first, other], [first]]) {
      const config = pointer
        .split('/')
        .slice(2)
        .reduceRight<Json>((inner, key) => ({ [key]: inner }), { Version: '2012-10-17', Statement: statements }) as JsonObject;
      const record: SnapshotRecord = { type, id, account, region: 'eu-west-1', calls: [], config: { Name: 'own name', ...config } };
      const snapshot = memorySnapshot([record], { types });
      const proof = { technique: 'x', kind: 'CanRead' as const, likelihood: 1, evidence: [{ resource: id, pointer: `${pointer}/Statement/0`, call: '' }] };
      const context = {
        record: () => record,
        technique: () => undefined,
        organization: undefined,
        groups: new IamGroups([]),
        holders: () => [],
        scopesIn: () => [],
      };
      const [candidate] = candidatesFor({ from: 'aws:account:999988887777', to: id, proof }, context);
      expect(candidate?.title).toMatch(/^remove the statement first from the (trust )?policy of /);
      const changes = candidate?.changes ?? [];
      const after = changedSnapshot(snapshot, changes, types).snapshot.find(id);
      const { cli, terraform, policy } = remedyOf(changes[0] ?? { op: 'cut', from: '', to: '' }, record, after);
      expect(
        cli
          .split('\n')
          .filter((line) => !line.startsWith('# '))
          .flatMap(awsProblems),
      ).toEqual([]);
      expect(terraformProblems(terraform)).toEqual([]);
      // What is written is what was derived: the other statement, one that stays for good, or nothing.
      const left = policy === undefined ? [] : ((policy.document as JsonObject)['Statement'] as readonly JsonObject[]);
      if (statements.length === 2) expect(left).toEqual([other]);
      else expect(left.every((each) => each['Effect'] === 'Deny' || JSON.stringify(each['Principal']).includes(account))).toBe(true);
      if (policy !== undefined && type !== 'AWS::Lambda::Function') expect(cli.replaceAll('\\"', '"')).toContain(JSON.stringify(policy.document));
    }
  });
});

test('every kind of place of AWS, and of what is written there, has a case', () => {
  const pointers = (value: Json | undefined, at: string): string[] => [
    at,
    ...Object.entries(isArray(value) || isObject(value) ? value : {}).flatMap(([key, each]) => pointers(each, `${at}/${key}`)),
  ];
  const there = planCases
    .filter(({ changes }) => changes.length > 0)
    .flatMap(({ records }) => records.flatMap((record) => pointers(record.config, '/config').map((pointer) => [record.type, pointer] as const)));
  const without = (list: readonly (readonly [RegExp, RegExp, unknown])[]): readonly string[] =>
    list.filter(([type, pointer]) => !there.some((each) => type.test(each[0]) && pointer.test(each[1]))).map(([type, pointer]) => `${type} ${pointer}`);
  expect(without(settingPlaces)).toEqual([]);
});
