import { plannedCalls } from '../../collect/plan.ts';
import { InputError } from '../../model/error.ts';
import { collect } from '../collect.ts';
import { checkServices, leastPolicy, leastRole, optionsOf, providersOf, type Target, wantedCollectors } from '../collectors.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { listOf } from '../gate.ts';

/** `postern collect aws|azure|entra|all`. Also answers --print-policy, --print-role and --dry-run, which ask nobody. */
export const collectFrom =
  (target: Target) =>
  async (invocation: Invocation): Promise<ExitCode> => {
    const planned = await planOnly(invocation, target);
    if (planned !== undefined) return planned;
    const out = invocation.text('--out');
    if (out === undefined) throw new InputError('no --out', { help: 'name the folder of the new snapshot' });
    const outcome = await collect(invocation, out, target);
    invocation.io.err(`snapshot written to ${out}: ${outcome.requests} requests, ${outcome.gaps} gaps\n`);
    if (invocation.io.signal.aborted) return 130;
    return invocation.on('--strict') && !outcome.complete ? 3 : 0;
  };

/** What can be said without asking the cloud. */
export async function planOnly(invocation: Invocation, target: Target): Promise<ExitCode | undefined> {
  const { io } = invocation;
  const wanted = (flag: string): boolean => invocation.has(flag) && invocation.on(flag);
  if (!wanted('--print-policy') && !wanted('--print-role') && !wanted('--dry-run')) return undefined;
  const providers = providersOf(invocation, target);
  await checkServices(invocation, providers);
  const collectors = await wantedCollectors(invocation, ...providers);
  const options = optionsOf(invocation);
  const print = (value: object): void => io.out(`${JSON.stringify(value, null, 2)}\n`);
  const ofAws = collectors.filter((collector) => collector.provider === 'aws');
  if (wanted('--print-policy')) print(leastPolicy(ofAws, options, invocation.on('--org')));
  if (wanted('--print-role')) print(leastRole(collectors, options, listOf(invocation, '--tenant')[0]));
  if (wanted('--dry-run'))
    for (const { collector, call, permission } of plannedCalls(collectors, options)) io.out(`${collector.padEnd(22)} ${call.padEnd(58)} ${permission}\n`);
  return 0;
}
