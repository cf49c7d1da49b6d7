import { Identities } from './identities.ts';
import { network } from './network.ts';
import type { EstateAccounts } from './organization.ts';
import { allow, service, tags, trusting } from './policies.ts';
import { bucket, instance, lambda } from './resources.ts';

/** Production as the internet, partners and vendors meet it, with what it holds. */
export async function openings(accounts: EstateAccounts): Promise<void> {
  const production = new Identities(accounts.production);
  const eu = accounts.production.in('eu-west-1');
  const net = await network(eu, 'production', 20);
  const statements = await bucket(eu, 'larkpay-customer-statements', { classification: 'restricted', environment: 'production' });
  await bucket(
    eu,
    'larkpay-marketing-exports',
    { classification: 'confidential' },
    {
      blocked: false,
      policy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::larkpay-marketing-exports/*' }],
      },
    },
  );
  await bucket(
    eu,
    'larkpay-press-kit',
    { classification: 'confidential' },
    {
      policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::larkpay-press-kit/*' }] },
    },
  );
  await production.role('checkout-web', service('ec2'), [allow(['s3:GetObject', 's3:ListBucket'], [statements, `${statements}/*`])], { profile: true });
  await production.role(
    'bastion-ops',
    service('ec2'),
    [allow('iam:PassRole', production.arn('role', 'deploy-*')), allow(['lambda:CreateFunction', 'lambda:InvokeFunction'])],
    { profile: true },
  );
  await production.role('deploy-release', service('lambda'), [], { admin: true });
  await production.role('deploy-windows', service('ec2'), [], { admin: true });
  await production.role('reports-batch', service('ec2'), [allow('s3:GetObject', 'arn:aws:s3:::larkpay-marketing-exports/*')], { profile: true });
  await instance(eu, 'checkout-web-1', net.open, [net.web], {
    profile: 'checkout-web',
    isPublic: true,
    tokens: 'optional',
    environment: 'production',
  });
  await instance(eu, 'bastion', net.open, [net.ssh], {
    profile: 'bastion-ops',
    isPublic: true,
    tokens: 'required',
    environment: 'production',
  });
  await instance(eu, 'legacy-ftp', net.guarded, [net.ssh], {
    profile: 'checkout-web',
    isPublic: true,
    tokens: 'optional',
    environment: 'production',
  });
  await instance(eu, 'reports-batch-1', net.closed, [net.ssh, net.inside], { profile: 'reports-batch', environment: 'production' });
  const mover = await production.user('svc-file-mover', [allow(['s3:GetObject', 's3:PutObject'], `${statements}/*`)], { keys: 1 });
  await instance(eu, 'file-mover', net.open, [net.web], {
    isPublic: true,
    environment: 'production',
    userData: `#!/bin/bash\nexport AWS_ACCESS_KEY_ID=${mover.keys[0]}\nexport AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLEKEY0\n/opt/mover/run\n`,
  });
  await production.role('partner-settlement', trusting({ AWS: '*' }), [
    allow(['dynamodb:GetItem', 'dynamodb:Scan'], `arn:aws:dynamodb:eu-west-1:${accounts.production.account}:table/settlements`),
  ]);
  await production.role('partner-invoices', trusting({ AWS: '*' }, { StringEquals: { 'sts:ExternalId': 'larkpay-7731' } }), [
    allow('dynamodb:Scan', `arn:aws:dynamodb:eu-west-1:${accounts.production.account}:table/settlements`),
  ]);
  await production.role('org-reader', trusting({ AWS: '*' }, { StringEquals: { 'aws:PrincipalOrgID': 'o-nobodyelse1' } }), [
    allow('secretsmanager:GetSecretValue'),
  ]);
  await production.role('vendor-observability', trusting({ AWS: 'arn:aws:iam::998877665544:root' }), [
    allow('secretsmanager:GetSecretValue', `arn:aws:secretsmanager:eu-west-1:${accounts.production.account}:secret:payments/*`),
  ]);
  for (const name of ['settlements', 'ledger', 'merchants']) {
    await eu.call('dynamodb', 'CreateTable', {
      TableName: name,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      Tags: tags({ classification: 'confidential' }),
    });
  }
  for (const name of ['payments/card-processor', 'payments/bank-api', 'web/session-key'])
    await eu.call('secretsmanager', 'CreateSecret', {
      Name: name,
      SecretString: 'not-a-real-secret',
      Tags: tags({ classification: 'secret' }),
    });
}

/** People and services of production that may do more than they should. */
export async function insiders(accounts: EstateAccounts): Promise<void> {
  const production = new Identities(accounts.production);
  const eu = accounts.production.in('eu-west-1');
  await production.role('cloudformation-deploy', service('cloudformation'), [], { admin: true });
  await eu.call('cloudformation', 'CreateStack', {
    StackName: 'payments-core',
    RoleARN: production.arn('role', 'cloudformation-deploy'),
    TemplateBody: JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } }),
  });
  await production.user('oncall-tomas', [allow('cloudformation:UpdateStack')], { password: true });
  await production.role('invoice-renderer', service('lambda'), [allow('dynamodb:*', '*')]);
  await lambda(eu, 'invoice-renderer', production.arn('role', 'invoice-renderer'));
  await production.user(
    'dev-ines',
    [allow(['lambda:UpdateFunctionCode', 'lambda:InvokeFunction'], `arn:aws:lambda:eu-west-1:${accounts.production.account}:function:invoice-renderer`)],
    { password: true },
  );
  await production.role('platform-maintainer', trusting({ AWS: `arn:aws:iam::${accounts.production.account}:root` }), [
    allow('iam:UpdateAssumeRolePolicy', production.arn('role', 'break-glass')),
  ]);
  await production.role('break-glass', trusting({ AWS: `arn:aws:iam::${accounts.production.account}:user/nobody-yet` }), [], { admin: true });
  await production.user('sre-odile', [allow('sts:AssumeRole', production.arn('role', 'platform-maintainer'))], { password: true });
}
