import type { GraphBuilder } from '../graph/graph.ts';
import { isObject, textAt } from '../model/json.ts';
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
  const failed = snapshot.gaps().filter((gap) => gap.call === 'iam:GetLoginProfile');
  for (const user of snapshot.records('AWS::IAM::User')) {
    const profile = user.config['GetLoginProfile'];
    // The call failed for the user or for the account: he may have a password. A call that nobody made is not guessed at.
    const unread = failed.some((gap) => gap.account === user.account && (gap.resources === undefined || gap.resources.includes(user.id)));
    if (!isObject(profile) && !unread) continue;
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
      ...(isObject(profile)
        ? { evidence: [{ resource: user.id, pointer: '/config/GetLoginProfile', call: 'iam:GetLoginProfile' }] }
        : { missing: ['iam:GetLoginProfile'], evidence: [{ resource: user.id, pointer: '/config/UserName', call: user.calls[0] ?? '' }] }),
    });
  }
}
