import type { Api } from './api.ts';
import { lake } from './data.ts';
import { delivery } from './delivery.ts';
import { Identities } from './identities.ts';
import { type EstateAccounts, organization } from './organization.ts';
import { administrator, allow, trusting } from './policies.ts';
import { insiders, openings } from './production.ts';
import { traps } from './traps.ts';

/** Everything with a story: the attack paths of the demo and the traps that look like paths and are none. The expected answers stand in test/cases/demo/expected.yaml. */
export async function stories(root: Api): Promise<EstateAccounts> {
  const accounts = await organization(root);
  await reachable(accounts);
  await openings(accounts);
  await insiders(accounts);
  await traps(accounts);
  await lake(accounts);
  await delivery(accounts);
  const management = new Identities(accounts.management);
  await management.role('finops', trusting({ AWS: `arn:aws:iam::${accounts.management.account}:root` }), [
    allow('sts:AssumeRole', 'arn:aws:iam::*:role/OrganizationAccountAccessRole'),
  ]);
  await management.user('controller-chloe', [allow('sts:AssumeRole', management.arn('role', 'finops'))], { password: true });
  return accounts;
}

/** The server makes the role of a new account as AWS does, though without its policy. */
async function reachable({ management, production, data, build }: EstateAccounts): Promise<void> {
  for (const account of [production, data, build]) {
    await account.call('iam', 'UpdateAssumeRolePolicy', {
      RoleName: 'OrganizationAccountAccessRole',
      PolicyDocument: JSON.stringify(trusting({ AWS: `arn:aws:iam::${management.account}:root` })),
    });
    await account.call('iam', 'AttachRolePolicy', { RoleName: 'OrganizationAccountAccessRole', PolicyArn: administrator });
  }
}
