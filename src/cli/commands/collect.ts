import { plannedCalls } from '../../collect/runner.ts';
import { InputError } from '../../model/error.ts';
import { collectAws, leastPolicy, wantedCollectors } from '../collect.ts';
import type { ExitCode, Invocation } from '../command.ts';

/** `postern collect aws`. Also answers --print-policy and --dry-run, which ask nobody. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const planned = await planOnly(invocation);
  if (planned !== undefined) return planned;
  const out = invocation.text('--out');
  if (out === undefined) throw new InputError('no --out', { help: 'name the folder of the new snapshot' });
  const outcome = await collectAws(invocation, out);
  invocation.io.err(`snapshot written to ${out}: ${outcome.requests} requests, ${outcome.gaps} gaps\n`);
  if (invocation.io.signal.aborted) return 130;
  return invocation.on('--strict') && !outcome.complete ? 3 : 0;
}

/** What can be said without asking the cloud. */
export async function planOnly(invocation: Invocation): Promise<ExitCode | undefined> {
  const { io } = invocation;
  if (invocation.on('--print-policy')) {
    io.out(`${JSON.stringify(leastPolicy(await wantedCollectors(invocation), invocation.on('--org')), null, 2)}\n`);
    return 0;
  }
  if (invocation.on('--dry-run')) {
    for (const { collector, call, permission } of plannedCalls(await wantedCollectors(invocation)))
      io.out(`${collector.padEnd(22)} ${call.padEnd(58)} ${permission}\n`);
    return 0;
  }
  return undefined;
}
