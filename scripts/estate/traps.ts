import { Identities } from './identities.ts';
import type { EstateAccounts } from './organization.ts';
import { allow, deny, trusting } from './policies.ts';

/** What looks like a path in production and is none. */
export async function traps(accounts: EstateAccounts): Promise<void> {
  const production = new Identities(accounts.production);
  await production.user('analyst-petra', [allow('iam:AttachUserPolicy'), deny('iam:*')], { password: true });
  const boundary = await production.managed('builder-boundary', allow(['s3:*', 'lambda:*', 'logs:*', 'ec2:Describe*']));
  await production.role('boxed-builder', trusting({ AWS: `arn:aws:iam::${accounts.production.account}:root` }), [allow('iam:PutRolePolicy')], { boundary });
  await production.user(
    'dev-karel',
    [allow('iam:PassRole', production.arn('role', 'deploy-windows')), allow(['lambda:CreateFunction', 'lambda:InvokeFunction'])],
    { password: true },
  );
  await production.user(
    'dev-lena',
    [allow('iam:PassRole', '*', { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } }), allow(['lambda:CreateFunction', 'lambda:InvokeFunction'])],
    { password: true },
  );
  await production.user('dev-marek', [allow('iam:PassRole', production.arn('role', 'reports-*')), allow('ec2:RunInstances')], { password: true });
  await production.user('dev-nora', [allow('sts:AssumeRole', production.arn('role', 'break-glass'))], { password: true });
  await production.user('dev-otto', [allow('lambda:UpdateFunctionCode', `arn:aws:lambda:eu-west-1:${accounts.production.account}:function:invoice-mailer`)], {
    password: true,
  });
  await production.user('clerk-rosa', [allow('iam:CreateLoginProfile', production.arn('user', 'admin-ivo'))], { password: true });
  await production.user('admin-ivo', [allow('*')], { password: true, keys: 2 });
  await production.user('clerk-sven', [allow('iam:CreateAccessKey', production.arn('user', 'admin-ivo'))], { password: true });
  await production.user('reader-tea', [], { password: true });
}
