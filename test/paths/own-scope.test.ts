import { expect, test } from '@jest/globals';
import { allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { checkAssertions, parseAssertions } from '../../src/paths/assertions.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { pathLines } from '../../src/report/text.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { account, user, userArn } from '../support/estate.ts';

const types = await allTypes();
const root = `arn:aws:iam::${account}:root`;
const unread = `arn:aws:iam::${account}:policy/unread`;
const everything: JsonObject = { Effect: 'Allow', Action: '*', Resource: '*' };

/** From an administrator to the account no step is shown: what the administration rests on must be told all the same. */
test.each<[string, readonly Json[], JsonObject, 'proven' | 'conditional' | 'unknown', RegExp]>([
  ['for certain', [everything], {}, 'proven', /^$/],
  [
    'under a condition',
    [{ ...everything, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }],
    {},
    'conditional',
    /^ +u administers it if aws:MultiFactorAuthPresent/,
  ],
  [
    'by a policy that was not read',
    [],
    { AttachedManagedPolicies: [{ PolicyArn: unread, PolicyName: 'unread' }] },
    'unknown',
    /^ +whether u administers it is not sure; not collected: .+/,
  ],
])('who administers an account %s comes there in no step, and the path says what it rests on', async (_, statements, more, verdict, told) => {
  const { graph, ranker, resolver } = await analyseSnapshot(memorySnapshot([user('u', statements, more)], { types }), types, noSettings);
  const path = ranker().best(graph.indexOf(userArn('u')), graph.indexOf(root));
  if (path === undefined) throw new Error('no path');
  expect([path.steps, path.verdict]).toEqual([[], verdict]);
  expect(
    pathLines(path, 1, (id) => id)
      .slice(2)
      .join('\n'),
  ).toMatch(told);
  const asked = parseAssertions(JSON.stringify({ schema: 'assertions/v1', assertions: [{ name: 'x', never: { from: userArn('u'), to: root } }] }), 'x.yaml');
  const [result] = checkAssertions(ranker(), resolver, asked.assertions);
  expect([result?.result, result?.message ?? '']).toEqual(
    verdict === 'unknown' ? ['unknown', expect.stringMatching(/^a way may be there: not collected is .+/)] : ['fail', expect.stringMatching(/^u comes to/)],
  );
});
