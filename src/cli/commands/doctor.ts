import type { CallFailure } from '../../collect/gate.ts';
import type { Collector } from '../../model/collector.ts';
import { loginOf } from '../collect-aws.ts';
import { checkServices, wantedCollectors } from '../collectors.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { credentialsHelp } from '../credentials-help.ts';
import { gateOf } from '../gate.ts';

/** `postern doctor aws`: says before a scan what will be unknown, and why. One cheap request a service, in one region. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { io } = invocation;
  const [{ AwsTransport }, accounts] = [await import('../../../collectors/aws/client.ts'), await import('../../../collectors/aws/accounts.ts')];
  await checkServices(invocation, ['aws']);
  const gate = gateOf(invocation);
  const login = loginOf(invocation);
  const credentials = await accounts.credentialsOf(login);
  let me: Awaited<ReturnType<typeof accounts.whoAmI>>;
  try {
    me = await accounts.whoAmI(gate, credentials, login);
  } catch (error) {
    const failure = error as CallFailure;
    io.out(`credentials  FAIL  ${failure.code}: ${failure.message}\n`);
    const help = credentialsHelp(failure);
    if (help !== undefined) io.out(`  help: ${help}\n`);
    return 2;
  }
  io.out(`credentials  ok    ${me.arn}\n`);
  if (login.endpoint !== undefined) io.out(`endpoint     ${login.endpoint}\n`);
  try {
    io.out(`regions      ok    ${(await accounts.enabledRegions(gate, credentials, login)).join(', ')}\n`);
  } catch (error) {
    io.out(`regions      FAIL  ${(error as CallFailure).code}: a scan must name them with --regions\n`);
  }
  const transport = new AwsTransport({ gate, credentials: () => credentials as never, endpoint: login.endpoint });
  const problems: string[] = [];
  for (const collector of await wantedCollectors(invocation, 'aws')) {
    const probe = firstCall(collector);
    if (probe === undefined) continue;
    const region = collector.scope === 'global' ? 'global' : login.region;
    try {
      await transport.call(collector, probe.call.slice(probe.call.indexOf(':') + 1), probe.request(me.account), {
        partition: me.partition,
        account: me.account,
        region,
      });
      io.out(`${collector.id.padEnd(22)} ok\n`);
    } catch (error) {
      const failure = error as CallFailure;
      const fine = probe.absent.includes(failure.code) || failure.kind === 'disabled';
      io.out(`${collector.id.padEnd(22)} ${fine ? 'ok    not in use' : `UNKNOWN  ${failure.code}: needs ${probe.permission}`}\n`);
      if (!fine) problems.push(collector.id);
    }
  }
  transport.close();
  io.out(problems.length === 0 ? 'every service answers\n' : `${problems.length} services will be unknown in the report: ${problems.join(', ')}\n`);
  return problems.length > 0 && invocation.on('--strict') ? 3 : 0;
}

function firstCall(collector: Collector) {
  if (collector.assembles?.[0] !== undefined) {
    return { call: collector.assembles[0], permission: collector.assembles[0], absent: ['AWSOrganizationsNotInUseException'], request: () => ({}) };
  }
  for (const type of Object.values(collector.resources)) {
    const list = type.list?.find((each) => each.per === undefined);
    if (list === undefined) continue;
    const fixed = list.request ?? {};
    return {
      call: list.call,
      permission: list.permission ?? list.call,
      absent: list.absent ?? [],
      request: (account: string) => Object.fromEntries(Object.entries(fixed).map(([key, value]) => [key, value === '$account' ? account : value])),
    };
  }
  return undefined;
}
