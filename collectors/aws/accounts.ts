import type { Gate } from '../../src/collect/gate.ts';
import { classify } from './client.ts';

export interface AwsAccess {
  readonly account: string;
  readonly partition: string;
  readonly arn: string;
}

type Provider = () => Promise<unknown>;

export interface AwsLogin {
  readonly profile: string | undefined;
  readonly role: string | undefined;
  readonly externalId: string | undefined;
  readonly endpoint: string | undefined;
  readonly region: string;
}

/** Credentials the way the SDK and the CLI find them, or of a role that they assume. */
export async function credentialsOf(login: AwsLogin): Promise<Provider> {
  // The SDK's own notice about Node versions is for developers, not for the log of a scan.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const { fromNodeProviderChain, fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  const base = fromNodeProviderChain(login.profile === undefined ? {} : { profile: login.profile });
  if (login.role === undefined || !login.role.startsWith('arn:')) return base;
  return fromTemporaryCredentials({
    masterCredentials: base,
    params: { RoleArn: login.role, RoleSessionName: 'postern', ...(login.externalId === undefined ? {} : { ExternalId: login.externalId }) },
    clientConfig: { region: login.region, ...(login.endpoint === undefined ? {} : { endpoint: login.endpoint }) },
  });
}

/** Credentials of the role that an organization's accounts have for its administrators. */
export async function memberCredentials(login: AwsLogin, base: Provider, account: string, partition: string): Promise<Provider> {
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  const name = login.role === undefined || login.role.startsWith('arn:') ? 'OrganizationAccountAccessRole' : login.role;
  return fromTemporaryCredentials({
    masterCredentials: base as never,
    params: {
      RoleArn: `arn:${partition}:iam::${account}:role/${name}`,
      RoleSessionName: 'postern',
      ...(login.externalId === undefined ? {} : { ExternalId: login.externalId }),
    },
    clientConfig: { region: login.region, ...(login.endpoint === undefined ? {} : { endpoint: login.endpoint }) },
  });
}

/** Who the credentials are. @throws CallFailure */
export async function whoAmI(gate: Gate, credentials: Provider, login: AwsLogin): Promise<AwsAccess> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({
    region: login.region,
    maxAttempts: 1,
    credentials: credentials as never,
    ...(login.endpoint === undefined ? {} : { endpoint: login.endpoint }),
  });
  const answer = await gate.send('sts', (abortSignal) => client.send(new GetCallerIdentityCommand({}), { abortSignal }), classify);
  client.destroy();
  const arn = answer.Arn ?? '';
  return { account: answer.Account ?? '', arn, partition: arn.split(':')[1] ?? 'aws' };
}

/** Regions that are switched on for the account. The answer is filtered here too: not every endpoint heeds the filter. @throws CallFailure */
export async function enabledRegions(gate: Gate, credentials: Provider, login: AwsLogin): Promise<readonly string[]> {
  const { DescribeRegionsCommand, EC2Client } = await import('@aws-sdk/client-ec2');
  const client = new EC2Client({
    region: login.region,
    maxAttempts: 1,
    credentials: credentials as never,
    ...(login.endpoint === undefined ? {} : { endpoint: login.endpoint }),
  });
  const answer = await gate.send('ec2', (abortSignal) => client.send(new DescribeRegionsCommand({ AllRegions: false }), { abortSignal }), classify);
  client.destroy();
  return (answer.Regions ?? [])
    .flatMap((region) => (region.RegionName === undefined || region.OptInStatus === 'not-opted-in' ? [] : [region.RegionName]))
    .sort();
}

/** Active accounts of the organization. @throws CallFailure */
export async function organizationAccounts(gate: Gate, credentials: Provider, login: AwsLogin): Promise<readonly string[]> {
  const { ListAccountsCommand, OrganizationsClient } = await import('@aws-sdk/client-organizations');
  const client = new OrganizationsClient({
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: credentials as never,
    ...(login.endpoint === undefined ? {} : { endpoint: login.endpoint }),
  });
  const found: string[] = [];
  let token: string | undefined;
  do {
    const answer = await gate.send(
      'organizations',
      (abortSignal) => client.send(new ListAccountsCommand(token === undefined ? {} : { NextToken: token }), { abortSignal }),
      classify,
    );
    for (const account of answer.Accounts ?? []) if (account.Id !== undefined && account.Status === 'ACTIVE') found.push(account.Id);
    token = answer.NextToken;
  } while (token !== undefined);
  client.destroy();
  return found.sort();
}
