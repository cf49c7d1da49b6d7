import type { GraphBuilder } from '../graph/graph.ts';
import { isObject, type Json, textAt, walkPath } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import { knownVendors } from './vendors.ts';

/** The node of somebody outside, made on first use. `undefined` for what is no outsider. */
export function outsiderNode(builder: GraphBuilder, id: string, names: Readonly<Record<string, string>> = {}): string | undefined {
  if (id === '*' || id === 'internet') {
    builder.node({ id: 'internet', kind: 'Internet', type: 'postern/internet', name: 'Internet' });
    return 'internet';
  }
  if (id === 'aws:anyone') {
    builder.node({ id, kind: 'Outsider', type: 'postern/outsider', name: 'anybody with an AWS account', props: { breadth: 'any' } });
    return id;
  }
  const tenant = /^azure:tenant:(.+)$/.exec(id)?.[1];
  if (id === 'azure:any-tenant' || tenant !== undefined) {
    const name = tenant === undefined ? 'anybody with an Entra tenant' : `tenant ${names[tenant] ?? tenant}`;
    builder.node({
      id,
      kind: 'Outsider',
      type: 'postern/outsider',
      name,
      ...(tenant === undefined ? {} : { account: tenant }),
      props: { breadth: tenant === undefined ? 'any' : 'account' },
    });
    return id;
  }
  const account = /^aws:account:(\d{12})$/.exec(id)?.[1];
  if (account === undefined) return undefined;
  const vendor = names[account] ?? knownVendors[account];
  builder.node({
    id,
    kind: 'Outsider',
    type: 'postern/outsider',
    name: vendor === undefined ? `unknown account ${account}` : `${vendor} (${account})`,
    account,
    props: { breadth: vendor === undefined ? 'account' : 'vendor' },
  });
  return id;
}

const price = (name: string, value: number, why: string) => [{ name, value, why }];

/** Users with a console password can be phished. */
export function addPhished(builder: GraphBuilder, snapshot: Snapshot): void {
  for (const user of snapshot.records('AWS::IAM::User')) {
    const profile = user.config['GetLoginProfile'];
    if (!isObject(profile)) continue;
    const devices = user.config['ListMFADevices'];
    const mfa = Array.isArray(devices) && devices.length > 0;
    const id = `phished:${user.id}`;
    builder.node({ id, kind: 'Phished', type: 'postern/phished', name: `phished ${textAt(user.config, 'UserName') ?? user.id}`, account: user.account });
    builder.step({
      from: id,
      to: user.id,
      kind: 'CanBecome',
      technique: 'aws.phished-password',
      label: 'signs in with the stolen password',
      factors: mfa
        ? price('second factor', 0.3, 'a registered second factor must be taken over too')
        : price('password alone', 0.9, 'no second factor is registered'),
      residual: [],
      evidence: [{ resource: user.id, pointer: '/config/GetLoginProfile', call: 'iam:GetLoginProfile' }],
    });
  }
}

/** Access key ids that stand beside a secret in somebody's configuration: whoever reads it holds the user's key. */
export function addLeakedKeys(builder: GraphBuilder, snapshot: Snapshot): void {
  const owners = new Map<string, { user: string; pointer: string }>();
  for (const user of snapshot.records('AWS::IAM::User')) {
    for (const { value, at } of walkPath(user.config, 'ListAccessKeys[]')) {
      const key = textAt(value, 'AccessKeyId');
      if (key !== undefined && textAt(value, 'Status') !== 'Inactive') owners.set(key, { user: user.id, pointer: `/config/${at.join('/')}` });
    }
  }
  if (owners.size === 0) return;
  for (const record of snapshot.all()) {
    if (record.type === 'AWS::IAM::User') continue;
    for (const { ids, pointer } of redactedIds(record.config, '/config')) {
      for (const id of ids) {
        const owner = owners.get(id);
        if (owner === undefined || !builder.has(record.id)) continue;
        builder.step({
          from: record.id,
          to: owner.user,
          kind: 'Holds',
          technique: 'aws.leaked-access-key',
          label: 'holds an access key of',
          factors: price('stored key', 0.9, 'a long-lived key in the configuration'),
          residual: [],
          evidence: [
            { resource: record.id, pointer, call: record.calls[0] ?? '' },
            { resource: owner.user, pointer: owner.pointer, call: 'iam:ListAccessKeys' },
          ],
        });
      }
    }
  }
}

/** Places where a secret was replaced (see the snapshot's redaction) that mentioned access key ids; an id under a plain key counts too. */
function* redactedIds(value: Json, pointer: string): Generator<{ ids: readonly string[]; pointer: string }> {
  if (typeof value === 'string') {
    const ids = value.length < 20 ? null : value.match(/\bAKIA[A-Z2-7]{16}\b/g);
    if (ids !== null) yield { ids, pointer };
  } else if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) yield* redactedIds(each as Json, `${pointer}/${index}`);
  } else if (isObject(value)) {
    const redacted = value['$redacted'];
    if (isObject(redacted)) {
      const ids = redacted['accessKeyIds'];
      if (Array.isArray(ids)) yield { ids: ids.map(String), pointer };
      return;
    }
    for (const [key, each] of Object.entries(value)) yield* redactedIds(each ?? null, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
}
