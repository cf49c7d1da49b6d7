import { belongsTo, finished, unitName } from '../collect/plan.ts';
import { runUnit } from '../collect/runner.ts';
import { InputError } from '../model/error.ts';
import type { CallStatus, SnapshotFile } from '../model/record.ts';
import { MergingSink } from '../snapshot/merging-sink.ts';
import { readManifest } from '../snapshot/read.ts';
import { Redactor } from '../snapshot/redact.ts';
import { redactionKey } from '../snapshot/redaction-key.ts';
import { SnapshotWriter } from '../snapshot/write.ts';
import type { Plan } from './collect-plan.ts';
import { checkServices, optionsOf, providersOf, type Target } from './collectors.ts';
import type { Invocation } from './command.ts';
import { Progress } from './progress.ts';
import { version } from './version.ts';

export interface CollectOutcome {
  readonly directory: string;
  readonly complete: boolean;
  readonly gaps: number;
  readonly requests: number;
}

/** Plans of what a command names: `all` takes every cloud that there are credentials for, and says where there are none. */
async function plansOf(invocation: Invocation, target: Target): Promise<readonly Plan[]> {
  const providers = providersOf(invocation, target);
  await checkServices(invocation, providers);
  const { planAws } = await import('./collect-aws.ts');
  const { planAzure } = await import('./collect-azure.ts');
  switch (target) {
    case 'aws':
      return [await planAws(invocation)];
    case 'azure':
    case 'entra':
      return [await planAzure(invocation, providers)];
    case 'all': {
      const plans: Plan[] = [];
      const refused: InputError[] = [];
      for (const plan of [() => planAws(invocation), () => planAzure(invocation, ['azure', 'entra'])]) {
        try {
          plans.push(await plan());
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          refused.push(error);
          invocation.io.err(`left out: ${error.message}\n`);
        }
      }
      const [first] = refused;
      if (plans.length === 0 && first !== undefined) throw first;
      return plans;
    }
  }
}

/** Collects into a snapshot folder. What fails is a gap in the manifest; an interrupted run can be resumed. */
export async function collect(invocation: Invocation, directory: string, target: Target): Promise<CollectOutcome> {
  const { io } = invocation;
  const plans = await plansOf(invocation, target);
  const transports = new Map(plans.flatMap((plan) => plan.units.map((unit) => [unit, plan.transport] as const)));
  const units = [...transports.keys()];
  const sent = (): number => plans.reduce((sum, plan) => sum + plan.sent(), 0);
  const earlier = invocation.on('--resume') ? await readManifest(directory).catch(() => undefined) : undefined;
  const known = earlier?.manifest.state === 'incomplete' ? earlier.manifest : undefined;
  const done = known === undefined ? [] : units.filter((unit) => finished(unit, known.calls, known.finished));
  const left = units.filter((unit) => !done.includes(unit));
  const keptCalls = known?.calls.filter((call) => done.some((unit) => belongsTo(unit, call))) ?? [];
  // What no collector knows belongs to no unit.
  const modelled = new Set(units.flatMap((unit) => Object.keys(unit.collector.resources)));
  const keptFiles: SnapshotFile[] = known?.files.filter((file) => !modelled.has(file.type) || done.some((unit) => belongsTo(unit, file))) ?? [];
  const redactor = new Redactor(await redactionKey(io.env));
  const writer = await SnapshotWriter.open(directory, { resume: keptFiles });
  const start = known?.start ?? new Date().toISOString();
  const calls: CallStatus[] = [...keptCalls, ...plans.flatMap((plan) => plan.lost)];
  const ended = new Set(done.map(unitName));
  const scope = {
    providers: [...new Set(units.map((unit) => unit.collector.provider))].sort(),
    accounts: [...new Set(plans.flatMap((plan) => plan.accounts))],
    regions: [...new Set(units.map((unit) => unit.place.region).filter((region) => region !== 'global'))].sort(),
  };
  const manifest = (state: 'complete' | 'incomplete'): Promise<string> =>
    writer.manifest({
      tool: `postern ${version()}`,
      state,
      scope,
      ...(state === 'complete' ? {} : { finished: [...ended].sort() }),
      start,
      end: new Date().toISOString(),
      calls: mergeCalls(calls).map((call) => (call.message === undefined ? call : { ...call, message: redactor.text(call.message) })),
    });
  await manifest('incomplete');
  const progress = new Progress(io, left.length, !invocation.on('--quiet'));
  const sink = new MergingSink(writer, directory, keptFiles);
  const options = optionsOf(invocation);
  const expired = new Set<string>();
  let saved = Date.now();
  await pool(left, 24, async (unit) => {
    if (io.signal.aborted) return;
    const transport = transports.get(unit);
    if (transport === undefined) return;
    const result = await runUnit(unit, transport, sink, (config, type) => redactor.config(config, type), options);
    if (io.signal.aborted) return;
    if (result.expired) expired.add(unit.place.account);
    calls.push(...result.calls);
    if (!result.expired) ended.add(unitName(unit));
    progress.step(`${unit.collector.id} ${unit.place.account} ${unit.place.region}`, sent(), result.records);
    // What a killed process leaves behind can be read and resumed up to the last save.
    if (Date.now() - saved > 2000) {
      saved = Date.now();
      await sink.flush();
      await manifest('incomplete');
    }
  });
  for (const plan of io.signal.aborted ? [] : plans)
    for (const record of (await plan.others?.((config) => redactor.config(config, undefined))) ?? [])
      await sink.records(record.account, record.region, record.type, [record]);
  await sink.flush();
  for (const plan of plans) plan.close();
  progress.end();
  const complete = !io.signal.aborted && expired.size === 0;
  await manifest(complete ? 'complete' : 'incomplete');
  if (complete) await writer.sweep();
  const gaps = mergeCalls(calls).filter((call) => call.state !== 'ok' && call.state !== 'absent');
  for (const gap of gaps.slice(0, 20))
    io.err(
      `gap: ${gap.call} ${gap.state} in ${gap.account}/${gap.region}${gap.permission === undefined ? '' : `, needs ${gap.permission}`}${gap.message === undefined ? '' : ` (${redactor.text(gap.message)})`}\n`,
    );
  if (gaps.length > 20) io.err(`and ${gaps.length - 20} more gaps\n`);
  if (expired.size > 0) io.err(`credentials ended in ${[...expired].join(', ')}: renew them and run again with --resume\n`);
  if (io.signal.aborted) io.err('interrupted: run again with --resume\n');
  return { directory, complete: complete && gaps.length === 0, gaps: gaps.length, requests: sent() };
}

/** One status for each call and place: two collectors may share a call. */
function mergeCalls(calls: readonly CallStatus[]): readonly CallStatus[] {
  const order = ['ok', 'absent', 'throttled', 'failed', 'denied'];
  const merged = new Map<string, CallStatus>();
  for (const call of calls) {
    const key = `${call.call} ${call.account} ${call.region}`;
    const old = merged.get(key);
    if (old === undefined) merged.set(key, call);
    else {
      const worse = order.indexOf(call.state) > order.indexOf(old.state) ? call : old;
      merged.set(key, { ...worse, requests: old.requests + call.requests });
    }
  }
  return [...merged.values()];
}

async function pool<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  await Promise.all(
    Array.from({ length: Math.min(width, queue.length) }, async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
    }),
  );
}
