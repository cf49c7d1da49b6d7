import type { CallFailure } from '../collect/gate.ts';
import type { Unit } from '../collect/plan.ts';
import { InputError } from '../model/error.ts';
import type { CallStatus } from '../model/record.ts';
import type { Plan } from './collect-plan.ts';
import { wantedCollectors } from './collectors.ts';
import type { Invocation } from './command.ts';
import { credentialsHelp } from './credentials-help.ts';
import { gateOf, listOf } from './gate.ts';

export function loginOf(invocation: Invocation) {
  const { env } = invocation.io;
  return {
    profile: invocation.text('--profile') ?? env['AWS_PROFILE'],
    role: invocation.text('--role'),
    externalId: invocation.text('--external-id'),
    endpoint: env['AWS_ENDPOINT_URL'],
    region: env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
  };
}

const explain = (error: unknown, what: string): InputError => {
  const failure = error as CallFailure;
  const { code = '', message } = failure;
  return new InputError(`${what}: ${code} ${message}`.trim(), {
    help: credentialsHelp({ code, message }) ?? 'postern doctor aws tells what the credentials may do',
  });
};

/** What a collection from AWS asks, account by account and region by region. */
export async function planAws(invocation: Invocation): Promise<Plan> {
  const [{ AwsTransport }, accounts] = [await import('../../collectors/aws/client.ts'), await import('../../collectors/aws/accounts.ts')];
  const gate = gateOf(invocation);
  const login = loginOf(invocation);
  const base = await accounts.credentialsOf(login);
  const me = await accounts.whoAmI(gate, base, login).catch((error: unknown) => {
    throw explain(error, 'the credentials do not work');
  });
  const collectors = await wantedCollectors(invocation, 'aws');
  const listed = invocation.on('--org')
    ? await accounts.organizationAccounts(gate, base, login).catch((error: unknown) => {
        throw explain(error, 'the accounts of the organization cannot be listed');
      })
    : [me.account];
  const wanted = listOf(invocation, '--accounts');
  const all = wanted.length === 0 ? listed : listed.filter((id) => wanted.includes(id));
  const credentials = new Map<string, () => Promise<unknown>>([[me.account, base]]);
  for (const account of all) if (account !== me.account) credentials.set(account, await accounts.memberCredentials(login, base, account, me.partition));
  const given = listOf(invocation, '--regions');
  const lost: CallStatus[] = [];
  const units: Unit[] = [];
  for (const account of all) {
    const provider = credentials.get(account) ?? base;
    let regions = given;
    try {
      if (account !== me.account) await accounts.whoAmI(gate, provider, login);
      if (regions.length === 0) regions = [...(await accounts.enabledRegions(gate, provider, login))];
    } catch (error) {
      const failure = error as CallFailure;
      lost.push({
        call: regions.length === 0 && account === me.account ? 'ec2:DescribeRegions' : 'sts:AssumeRole',
        account,
        region: 'global',
        state: failure.state ?? 'failed',
        requests: 1,
        permission: 'sts:AssumeRole',
        message: failure.message,
      });
      if (account !== me.account) continue;
      regions = [login.region];
    }
    for (const collector of collectors) {
      if (collector.managementOnly === true && account !== me.account) continue;
      const places = collector.scope === 'global' ? ['global'] : regions;
      for (const region of places) units.push({ collector, place: { partition: me.partition, account, region } });
    }
  }
  const transport = new AwsTransport({ gate, credentials: (account) => credentials.get(account) as never, endpoint: login.endpoint });
  return { provider: 'aws', units, transport, accounts: all, lost, sent: () => gate.sent, close: () => transport.close() };
}
