import { Identities } from './identities.ts';
import type { EstateAccounts } from './organization.ts';
import { allow, policy, tags, trusting } from './policies.ts';
import { bucket } from './resources.ts';

/** The lake, and who comes to it. */
export async function lake(accounts: EstateAccounts): Promise<void> {
  const data = new Identities(accounts.data);
  const eu = accounts.data.in('eu-west-1');
  const stored = await bucket(eu, 'larkpay-data-lake', { classification: 'restricted', environment: 'production' });
  const etl = await data.managed(
    'etl-access',
    allow(['s3:GetObject', 's3:PutObject'], `${stored}/*`),
    allow('iam:CreatePolicyVersion', data.arn('policy', 'etl-access')),
  );
  await data.role('etl-nightly', trusting({ AWS: `arn:aws:iam::${accounts.production.account}:role/invoice-renderer` }));
  await accounts.data.call('iam', 'AttachRolePolicy', { RoleName: 'etl-nightly', PolicyArn: etl });
  await accounts.production.call('iam', 'PutRolePolicy', {
    RoleName: 'invoice-renderer',
    PolicyName: 'to-the-lake',
    PolicyDocument: policy(allow('sts:AssumeRole', data.arn('role', 'etl-nightly'))),
  });
  await data.user('analyst-uli', [allow('iam:CreateAccessKey')], { password: true });
  await data.user('root-of-data', [allow('*')]);
  await data.role('lake-admin', trusting({ AWS: `arn:aws:iam::${accounts.data.account}:root` }), [allow('s3:*', [stored, `${stored}/*`])]);
  await data.user('analyst-vera', [allow('sts:AssumeRole', data.arn('role', 'lake-admin'))], { password: true });
  await data.user('analyst-wim', [allow('s3:ListBucket', stored)], { password: true });
  await eu.call('secretsmanager', 'CreateSecret', {
    Name: 'warehouse/master',
    SecretString: 'not-a-real-secret',
    Tags: tags({ classification: 'secret' }),
  });
  await eu.call('secretsmanager', 'PutResourcePolicy', {
    SecretId: 'warehouse/master',
    ResourcePolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'secretsmanager:GetSecretValue',
          Resource: '*',
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': data.arn('role', 'lake-admin') } },
        },
      ],
    }),
  });
  await data.user('analyst-xenia', [allow('secretsmanager:GetSecretValue')], { password: true });
}
