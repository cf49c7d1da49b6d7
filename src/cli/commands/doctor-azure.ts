import { CallFailure } from '../../collect/gate.ts';
import type { Unit } from '../../collect/plan.ts';
import { openAzure, unitsOf } from '../collect-azure.ts';
import { checkServices, wantedCollectors } from '../collectors.ts';
import type { ExitCode, Invocation } from '../command.ts';

/** `postern doctor azure`: says before a scan what will be unknown, and why. One cheap request for each listing, in one subscription. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { io } = invocation;
  await checkServices(invocation, ['azure', 'entra']);
  const collectors = await wantedCollectors(invocation, 'azure', 'entra');
  const azure = await openAzure(invocation, collectors);
  io.out(`credentials  ok    ${azure.who}\ncloud        ${azure.cloud.name} ${azure.cloud.arm}\n`);
  const problems = new Set<string>();
  for (const tenant of azure.tenants) {
    const { units, lost, subscriptions } = await unitsOf(azure, collectors, tenant);
    io.out(`tenant       ${tenant}\n`);
    for (const { call, message } of lost) io.out(`${call.padEnd(62)} UNKNOWN  ${message ?? ''}\n`);
    io.out(`subscriptions ${subscriptions.length === 0 ? 'none' : subscriptions.join(', ')}\n`);
    const seen = new Set<string>();
    for (const unit of units) {
      // One subscription stands for the others.
      if (seen.has(unit.collector.id)) continue;
      seen.add(unit.collector.id);
      for (const { call, permission, outcome } of await probe(unit, azure.transport)) {
        const fine = outcome === 'ok' || outcome === 'not in use';
        io.out(`${call.padEnd(62)} ${fine ? outcome : `UNKNOWN  ${outcome}: needs ${permission}`}\n`);
        if (!fine) problems.add(call);
      }
    }
  }
  io.out(problems.size === 0 ? 'every call is answered\n' : `${problems.size} calls will be unknown in the report\n`);
  return problems.size > 0 && invocation.on('--strict') ? 3 : 0;
}

/** Each different listing of a collector, asked once. */
async function probe(
  { collector, place }: Unit,
  transport: Awaited<ReturnType<typeof openAzure>>['transport'],
): Promise<readonly { call: string; permission: string; outcome: string }[]> {
  const results = new Map<string, { call: string; permission: string; outcome: string }>();
  for (const type of Object.values(collector.resources)) {
    for (const list of type.list ?? []) {
      if (list.per !== undefined || results.has(list.call)) continue;
      const permission = list.permission ?? list.call;
      let outcome = 'ok';
      try {
        await transport.call(collector, list.call.slice(list.call.indexOf(':') + 1), list.request ?? {}, place);
      } catch (error) {
        if (!(error instanceof CallFailure)) throw error;
        outcome = error.state === 'absent' ? 'not in use' : error.code;
      }
      results.set(list.call, { call: list.call, permission, outcome });
    }
  }
  return [...results.values()];
}
