import { type CallFailure, Gate } from '../collect/gate.ts';
import { belongsTo, finished, plannedCalls, runUnit, type Unit } from '../collect/runner.ts';
import type { Collector } from '../model/collector.ts';
import { InputError, nearest } from '../model/error.ts';
import type { CallStatus, SnapshotFile, SnapshotRecord } from '../model/record.ts';
import { recordFileName } from '../snapshot/format.ts';
import { readManifest } from '../snapshot/read.ts';
import { Redactor } from '../snapshot/redact.ts';
import { redactionKey } from '../snapshot/redaction-key.ts';
import { SnapshotWriter } from '../snapshot/write.ts';
import type { Invocation } from './command.ts';
import { Progress } from './progress.ts';
import { version } from './version.ts';

export interface CollectOutcome {
  readonly directory: string;
  readonly complete: boolean;
  readonly gaps: number;
  readonly requests: number;
}

/** The collectors that the command line asks for; all by default. */
export async function wantedCollectors(invocation: Invocation): Promise<readonly Collector[]> {
  const { awsCollectors } = await import('../../collectors/aws/index.ts');
  const names = (invocation.text('--services') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) return awsCollectors.filter((collector) => collector.sdk !== undefined);
  const short = (collector: Collector): string => collector.id.replace(/^aws\./, '');
  for (const name of names) {
    if (awsCollectors.some((collector) => short(collector) === name || collector.service === name)) continue;
    const near = nearest(name, awsCollectors.map(short));
    throw new InputError(`no collector is called \`${name}\``, {
      help: near === undefined ? `known: ${awsCollectors.map(short).join(', ')}` : `did you mean ${near}?`,
    });
  }
  return awsCollectors.filter((collector) => names.includes(short(collector)) || names.includes(collector.service));
}

/** The least policy that allows exactly the calls that would be made. */
export function leastPolicy(collectors: readonly Collector[], organization: boolean): object {
  const actions = new Set(plannedCalls(collectors).map((planned) => planned.permission));
  for (const action of ['sts:GetCallerIdentity', 'ec2:DescribeRegions', ...(organization ? ['organizations:ListAccounts', 'sts:AssumeRole'] : [])])
    actions.add(action);
  return { Version: '2012-10-17', Statement: [{ Sid: 'PosternReadOnly', Effect: 'Allow', Action: [...actions].sort(), Resource: '*' }] };
}

const number = (invocation: Invocation, flag: string, fallback: number): number => {
  const text = invocation.text(flag);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!(value > 0)) throw new InputError(`\`${text}\` is no number over 0`, { help: flag });
  return value;
};

export function gateOf(invocation: Invocation): Gate {
  return new Gate(
    {
      concurrency: number(invocation, '--concurrency', 16),
      maxRps: number(invocation, '--max-rps', 40),
      budgetSeconds: number(invocation, '--call-budget', 20),
    },
    invocation.io.signal,
  );
}

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
  return new InputError(`${what}: ${failure.code ?? ''} ${failure.message}`.trim(), { help: 'postern doctor aws tells what the credentials may do' });
};

/** Collects from AWS into a snapshot folder. What fails is a gap in the manifest; an interrupted run can be resumed. */
export async function collectAws(invocation: Invocation, directory: string): Promise<CollectOutcome> {
  const { io } = invocation;
  const [{ AwsTransport }, accounts] = [await import('../../collectors/aws/client.ts'), await import('../../collectors/aws/accounts.ts')];
  const gate = gateOf(invocation);
  const login = loginOf(invocation);
  const base = await accounts.credentialsOf(login);
  const me = await accounts.whoAmI(gate, base, login).catch((error: unknown) => {
    throw explain(error, 'the credentials do not work');
  });
  const collectors = await wantedCollectors(invocation);
  const listed = invocation.on('--org')
    ? await accounts.organizationAccounts(gate, base, login).catch((error: unknown) => {
        throw explain(error, 'the accounts of the organization cannot be listed');
      })
    : [me.account];
  const wanted = (invocation.text('--accounts') ?? '').split(',').filter((id) => id !== '');
  const all = wanted.length === 0 ? listed : listed.filter((id) => wanted.includes(id));
  const credentials = new Map<string, () => Promise<unknown>>([[me.account, base]]);
  for (const account of all) if (account !== me.account) credentials.set(account, await accounts.memberCredentials(login, base, account, me.partition));
  const given = (invocation.text('--regions') ?? '')
    .split(',')
    .map((region) => region.trim())
    .filter((region) => region !== '');
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
  const earlier = invocation.on('--resume') ? await readManifest(directory).catch(() => undefined) : undefined;
  const known = earlier?.manifest.state === 'incomplete' ? earlier.manifest : undefined;
  const done = known === undefined ? [] : units.filter((unit) => finished(unit, known.calls));
  const left = units.filter((unit) => !done.includes(unit));
  const keptCalls = known?.calls.filter((call) => done.some((unit) => belongsTo(unit, call))) ?? [];
  const keptFiles: SnapshotFile[] = known?.files.filter((file) => done.some((unit) => belongsTo(unit, file))) ?? [];
  const redactor = new Redactor(await redactionKey(io.env));
  const writer = await SnapshotWriter.open(directory, { resume: keptFiles });
  const transport = new AwsTransport({ gate, credentials: (account) => credentials.get(account) as never, endpoint: login.endpoint });
  const start = known?.start ?? new Date().toISOString();
  const calls: CallStatus[] = [...keptCalls, ...lost];
  const scope = {
    providers: ['aws'],
    accounts: all,
    regions: [...new Set(units.map((unit) => unit.place.region).filter((region) => region !== 'global'))].sort(),
  };
  const manifest = (state: 'complete' | 'incomplete'): Promise<string> =>
    writer.manifest({
      tool: `postern ${version()}`,
      state,
      scope,
      start,
      end: new Date().toISOString(),
      calls: mergeCalls(calls).map((call) => (call.message === undefined ? call : { ...call, message: redactor.text(call.message) })),
    });
  await manifest('incomplete');
  const progress = new Progress(io, left.length, !invocation.on('--quiet'));
  const sink = new MergingSink(writer);
  const options = new Set(invocation.on('--last-accessed') ? ['last-accessed'] : []);
  const expired = new Set<string>();
  let saved = Date.now();
  await pool(left, 24, async (unit) => {
    if (io.signal.aborted) return;
    const result = await runUnit(unit, transport, sink, (config, type) => redactor.config(config, type), options);
    if (io.signal.aborted) return;
    if (result.expired) expired.add(unit.place.account);
    calls.push(...result.calls);
    progress.step(`${unit.collector.id} ${unit.place.account} ${unit.place.region}`, gate.sent, result.records);
    // What a killed process leaves behind can be read and resumed up to the last save.
    if (Date.now() - saved > 2000) {
      saved = Date.now();
      await sink.flush();
      await manifest('incomplete');
    }
  });
  await sink.flush();
  transport.close();
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
  return { directory, complete: complete && gaps.length === 0, gaps: gaps.length, requests: gate.sent };
}

/** Records of one file may come from several units (a network shared by another account): they are put together before they are written. */
class MergingSink {
  readonly #writer: SnapshotWriter;
  readonly #files = new Map<string, Map<string, SnapshotRecord>>();
  readonly #dirty = new Set<string>();

  constructor(writer: SnapshotWriter) {
    this.#writer = writer;
  }

  async records(account: string, region: string, type: string, records: readonly SnapshotRecord[]): Promise<void> {
    const name = recordFileName(account, region, type);
    const known = this.#files.get(name) ?? new Map<string, SnapshotRecord>();
    for (const record of records) known.set(record.id, record);
    this.#files.set(name, known);
    this.#dirty.add(name);
    if (this.#dirty.size > 200) await this.flush();
  }

  async flush(): Promise<void> {
    const names = [...this.#dirty];
    this.#dirty.clear();
    for (const name of names) {
      const records = [...(this.#files.get(name)?.values() ?? [])];
      const [first] = records;
      if (first !== undefined) await this.#writer.records(first.account, first.region, first.type, records);
    }
  }
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
