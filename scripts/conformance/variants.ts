import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { Accepted } from '../accepted.ts';
import type { Load } from '../conformance.ts';

interface Expected {
  readonly technique: string | null;
  readonly start: string;
  readonly mustReachAdmin: string | null;
  readonly requiredPermissions: readonly { readonly principal?: string; readonly permissions?: readonly { readonly permission: string }[] }[] | null;
}

const types = await allTypes();
const document = (...statements: readonly Json[]): Json => ({ Version: '2012-10-17', Statement: [...statements] });

const inline = (record: SnapshotRecord): string => (record.type === 'AWS::IAM::User' ? 'UserPolicyList' : 'RolePolicyList');
const changed = (record: SnapshotRecord, change: JsonObject): SnapshotRecord => ({ ...record, config: { ...record.config, ...change } });
const listOf = (value: Json | undefined): readonly Json[] => (isArray(value) ? value : []);

/** Every policy document of a record, changed. */
function rewritten(record: SnapshotRecord, change: (statement: JsonObject) => JsonObject): SnapshotRecord {
  const statements = (value: Json | undefined): Json => {
    if (!isObject(value)) return value ?? null;
    const list = isArray(value['Statement']) ? value['Statement'] : [value['Statement'] ?? null];
    return { ...value, Statement: list.filter(isObject).map(change) };
  };
  if (record.type === 'AWS::IAM::ManagedPolicy')
    return changed(record, {
      PolicyVersionList: listOf(record.config['PolicyVersionList']).map((each) =>
        isObject(each) ? { ...each, Document: statements(each['Document']) } : each,
      ),
    });
  if (record.type !== 'AWS::IAM::User' && record.type !== 'AWS::IAM::Role') return record;
  const key = inline(record);
  return changed(record, {
    [key]: listOf(record.config[key]).map((each) => (isObject(each) ? { ...each, PolicyDocument: statements(each['PolicyDocument']) } : each)),
  });
}

const actionsOf = (statement: JsonObject): readonly string[] => (isArray(statement['Action']) ? statement['Action'] : [statement['Action']]).map(String);

/**
 * One-fact variants of the labs: what the attack map requires is denied, kept by a boundary or an SCP, or taken away, and the path to administrator must go; spelled in another way, it must
 * stay. Prints what differs, what is accepted apart; what is accepted and does not differ is a difference too.
 */
export async function run(root: string, load: Load): Promise<number> {
  const folder = path.join(root, 'aws', 'pathfinding-labs', 'dumps');
  const accepted = new Accepted();
  let [closed, asked, kept, spelled] = [0, 0, 0, 0];
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.expected.json'))
    .sort()) {
    const name = file.replace('.expected.json', '');
    const expected = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Expected;
    const account = expected.mustReachAdmin;
    if (account === null || !expected.start.startsWith('arn:')) continue;
    const records = [...(await load(path.join(folder, name))).snapshot.all()];
    const best = async (list: readonly SnapshotRecord[]) => {
      const analysis = await analyseSnapshot(memorySnapshot(list, { types }), types, noSettings);
      const [from, to] = [analysis.resolver.one(expected.start), analysis.resolver.one(`admin:${account}`)];
      const path = from === undefined || to === undefined ? undefined : analysis.ranker().best(from, to);
      // What only an unread policy could give is told beside, and is no path that the variant left open.
      return path === undefined || path.verdict === 'unknown' ? undefined : path;
    };
    if ((await best(records)) === undefined) continue;
    const required = (expected.requiredPermissions ?? []).flatMap(({ principal, permissions }) =>
      (permissions ?? []).flatMap(({ permission }) => {
        const holder = records.find((record) => /^AWS::IAM::(User|Role)$/.test(record.type) && record.id.endsWith(`/${principal}`));
        return holder === undefined || !/^[a-z0-9-]+:[A-Za-z]+$/.test(permission) ? [] : [{ holder, permission }];
      }),
    );
    for (const { holder, permission } of required) {
      const replaced = (record: SnapshotRecord, ...more: readonly SnapshotRecord[]): readonly SnapshotRecord[] => [
        ...records.map((each) => (each.id === record.id ? record : each)),
        ...more,
      ];
      const denying = { PolicyName: 'variant', PolicyDocument: document({ Effect: 'Deny', Action: permission, Resource: '*' }) };
      const limit = `arn:aws:iam::${holder.account}:policy/variant`;
      const boundary: SnapshotRecord = {
        ...holder,
        type: 'AWS::IAM::ManagedPolicy',
        id: limit,
        config: {
          Arn: limit,
          PolicyName: 'variant',
          PolicyVersionList: [{ IsDefaultVersion: true, VersionId: 'v1', Document: document({ Effect: 'Allow', NotAction: permission, Resource: '*' }) }],
        },
      };
      const organization: SnapshotRecord = {
        ...holder,
        type: 'AWS::Organizations::Organization',
        id: 'arn:aws:organizations::000011112222:organization/o-variant',
        account: '000011112222',
        config: {
          Organization: { Id: 'o-variant', MasterAccountId: '000011112222' },
          Root: { Id: 'r-1' },
          OrganizationalUnits: [],
          Accounts: [{ Id: holder.account, ParentId: 'r-1' }],
          Policies: [
            {
              PolicySummary: { Id: 'p-variant' },
              Content: document({ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: permission, Resource: '*' }),
            },
          ],
          PoliciesForTarget: { [holder.account]: { SERVICE_CONTROL_POLICY: ['p-variant'] } },
        },
      };
      const gone: readonly (readonly [string, readonly SnapshotRecord[]])[] = [
        ['deny', replaced(changed(holder, { [inline(holder)]: [...listOf(holder.config[inline(holder)]), denying] }))],
        ['boundary', replaced(changed(holder, { PermissionsBoundary: { PermissionsBoundaryArn: limit } }), boundary)],
        ['scp', [...records.filter((record) => record.type !== 'AWS::Organizations::Organization'), organization]],
      ];
      for (const [kind, list] of gone) {
        asked++;
        const path = await best(list);
        if (path === undefined) closed++;
        else if (!accepted.variant(expected.technique ?? name, permission, kind))
          console.log(
            `OPEN  ${name}: ${kind} ${permission}: ${path.steps.map((step) => `${step.techniques.join('/')} ${step.to.split(':').at(-1)}`).join(' -> ')}`,
          );
      }
    }
    const spellings: readonly (readonly [string, (statement: JsonObject) => JsonObject])[] = [
      ['other case', (statement) => ('Action' in statement ? { ...statement, Action: actionsOf(statement).map((action) => action.toUpperCase()) } : statement)],
      [
        'globs',
        (statement) =>
          'Action' in statement
            ? { ...statement, Action: actionsOf(statement).map((action) => (action.length > 8 ? `${action.slice(0, -1)}?` : action)) }
            : statement,
      ],
    ];
    for (const [kind, change] of spellings) {
      spelled++;
      const path = await best(records.map((record) => rewritten(record, change)));
      if (path !== undefined) kept++;
      else console.log(`LOST  ${name}: ${kind}`);
    }
  }
  const { met, stale } = accepted.finish();
  for (const row of stale) console.log(`STALE accepted difference that no longer is one: ${row}`);
  console.log(
    `variants of labs: ${closed} of ${asked} closed by one fact, ${met} accepted as true paths, ${asked - closed - met} differ; ${kept} of ${spelled} kept in another spelling`,
  );
  return asked - closed - met + stale.length + spelled - kept;
}
