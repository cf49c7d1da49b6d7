import { Identities } from './identities.ts';
import type { EstateAccounts } from './organization.ts';
import { allow, service, trusting } from './policies.ts';
import { bucket } from './resources.ts';

const oidc = 'token.actions.githubusercontent.com';

/** The build account: workflows of GitHub, builds and tasks. */
export async function delivery(accounts: EstateAccounts): Promise<void> {
  const [production, build] = [new Identities(accounts.production), new Identities(accounts.build)];
  const eu = accounts.build.in('eu-west-1');
  await accounts.build.call('iam', 'CreateOpenIDConnectProvider', {
    Url: `https://${oidc}`,
    ClientIDList: ['sts.amazonaws.com'],
    ThumbprintList: ['6938fd4d98bab03faadb97b34396831e3780aea1'],
  });
  const github = `arn:aws:iam::${accounts.build.account}:oidc-provider/${oidc}`;
  const artifacts = await bucket(eu, 'larkpay-build-artifacts', { environment: 'build' });
  await build.role(
    'gha-deploy',
    trusting(
      { Federated: github },
      { StringEquals: { [`${oidc}:aud`]: 'sts.amazonaws.com' }, StringLike: { [`${oidc}:sub`]: 'repo:larkpay/*' } },
      'sts:AssumeRoleWithWebIdentity',
    ),
    [allow('sts:AssumeRole', production.arn('role', 'release-runner'))],
  );
  await production.role('release-runner', trusting({ AWS: build.arn('role', 'gha-deploy') }), [
    allow('iam:PassRole', production.arn('role', 'deploy-release')),
    allow(['lambda:CreateFunction', 'lambda:InvokeFunction']),
  ]);
  await build.role('gha-legacy', trusting({ Federated: github }, { StringEquals: { [`${oidc}:aud`]: 'sts.amazonaws.com' } }, 'sts:AssumeRoleWithWebIdentity'), [
    allow(['s3:GetObject', 's3:PutObject'], `${artifacts}/*`),
  ]);
  await build.role(
    'gha-docs',
    trusting(
      { Federated: github },
      { StringEquals: { [`${oidc}:aud`]: 'sts.amazonaws.com', [`${oidc}:sub`]: 'repo:larkpay/docs:ref:refs/heads/main' } },
      'sts:AssumeRoleWithWebIdentity',
    ),
    [allow('s3:PutObject', 'arn:aws:s3:::larkpay-press-kit/*')],
  );
  await build.role('codebuild-release', service('codebuild'), [], { admin: true });
  await eu.call('codebuild', 'CreateProject', {
    name: 'release',
    serviceRole: build.arn('role', 'codebuild-release'),
    source: { type: 'S3', location: 'larkpay-build-artifacts/source.zip' },
    artifacts: { type: 'NO_ARTIFACTS' },
    environment: { type: 'LINUX_CONTAINER', image: 'aws/codebuild/standard:7.0', computeType: 'BUILD_GENERAL1_SMALL' },
  });
  await build.user('dev-yara', [allow('codebuild:StartBuild')], { password: true });
  await build.user('dev-zoltan', [allow('codebuild:ListBuilds')], { password: true });
  await build.user('mila', [allow('iam:AttachUserPolicy', build.arn('user', 'mila'))], { password: true });
  await build.role('ecs-release', service('ecs-tasks'), [], { admin: true });
  // A task runs in a cluster: without one the right to run tasks is worth nothing.
  await eu.call('ecs', 'CreateCluster', { clusterName: 'release' });
  await build.user('dev-anouk', [allow('iam:PassRole', build.arn('role', 'ecs-release')), allow(['ecs:RegisterTaskDefinition', 'ecs:RunTask'])], {
    password: true,
  });
  await build.user('dev-bela', [allow('iam:PassRole', build.arn('role', 'ecs-release')), allow(['glue:CreateJob', 'glue:StartJobRun'])], { password: true });
}
