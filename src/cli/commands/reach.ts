import { readFile } from 'node:fs/promises';
import { InputError } from '../../model/error.ts';
import { isArray, isObject, type Json } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import { portsText } from '../../network/algebra/traffic.ts';
import type { FlowHop, FlowQuestion, FlowResult, NetworkEngine, PortSet, Protocol } from '../../network/api.ts';
import { allTypes } from '../analysis.ts';
import { shortId, shortIds } from '../azure-words.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { evidenceWords } from '../evidence-words.ts';
import { placeNames } from '../named-place.ts';

/** `postern reach SNAP FROM TO` and `postern reach SNAP --batch FILE|-`. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const [directory = '', from, to] = invocation.args;
  const batch = invocation.text('--batch');
  if (batch === undefined && (from === undefined || to === undefined))
    throw new InputError('reach needs FROM and TO, or --batch FILE', { help: 'postern reach SNAP internet i-0123456789abcdef0' });
  const questions = batch === undefined ? undefined : readFlows(await read(batch, invocation), batch);
  const { readSnapshot } = await import('../../snapshot/read.ts');
  const { networkOf } = await import('../../network/engine.ts');
  const types = await allTypes();
  const snapshot = await readSnapshot(directory, types);
  const engine = await networkOf(snapshot);
  const place = placeNames(snapshot, types, engine);
  if (questions !== undefined) {
    const results = questions.map((question) => answer(engine, place, question));
    if (invocation.text('--format') === 'json' || invocation.text('--format') === undefined)
      invocation.io.out(`${JSON.stringify({ schema: 'reach/v1', results }, null, 1)}\n`);
    else invocation.io.out(results.map((result) => `${result.verdict.padEnd(11)} ${result.name}${stopText(result)}\n`).join(''));
    return 0;
  }
  const { flows, verdict, via } = engine.pair(place(from ?? ''), place(to ?? ''));
  if (invocation.text('--format') === 'json') invocation.io.out(`${JSON.stringify({ schema: 'reach-pair/v1', from, to, verdict, flows, via }, null, 1)}\n`);
  else invocation.io.out(pairText(snapshot, from ?? '', to ?? '', verdict, flows, via));
  return 0;
}

type Row = FlowQuestion | { readonly name: string; readonly message: string };

/** A row that names nothing, or several, says so, and the rest go on. */
function answer(engine: NetworkEngine, place: (text: string) => string, row: Row): FlowResult {
  const unknown = (message: string): FlowResult => ({ name: row.name, verdict: 'unknown', hops: [], stoppedBy: null, message });
  if ('message' in row) return unknown(row.message);
  try {
    return engine.flow({ ...row, from: place(row.from), to: place(row.to) });
  } catch (error) {
    if (error instanceof InputError) return unknown([error.message, error.help].join('; '));
    throw error;
  }
}

function stopText(result: FlowResult): string {
  const stop = result.stoppedBy === null ? '' : `: ${result.stoppedBy.reason} at ${result.stoppedBy.resource}`;
  return `${stop}${result.message === undefined ? '' : ` (${result.message})`}`;
}

function pairText(snapshot: Snapshot, from: string, to: string, verdict: string, flows: readonly PortSet[], via: FlowResult): string {
  const head = `${from} -> ${to}: ${verdict}${flows.length === 0 ? '' : ` on ${portsText(flows)}`}${via.message === undefined ? '' : ` (${shortIds(snapshot, via.message)})`}\n`;
  const width = Math.max(0, ...via.hops.map((hop) => shortId(snapshot, hop.resource).length));
  const told = (hop: FlowHop): string => (hop.evidence[0] === undefined ? '' : `  [${evidenceWords(snapshot, hop.evidence[0])}]`);
  const hops = via.hops
    .map((hop, index) => `  ${String(index + 1).padStart(2)}  ${shortId(snapshot, hop.resource).padEnd(width)}  ${hop.decision}${told(hop)}\n`)
    .join('');
  const stop = via.stoppedBy === null ? '' : `  stopped by ${via.stoppedBy.reason} at ${shortId(snapshot, via.stoppedBy.resource)}\n`;
  return head + hops + stop;
}

async function read(file: string, invocation: Invocation): Promise<string> {
  if (file === '-') return invocation.io.stdin();
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new InputError(`cannot read \`${file}\``, { cause: error, help: 'give a JSON file or -' });
  }
}

const protocols: readonly Protocol[] = ['any', 'icmp', 'tcp', 'udp'];

function readFlows(text: string, file: string): readonly Row[] {
  let document: Json;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new InputError(`is not JSON: ${error instanceof Error ? error.message : String(error)}`, { position: { file }, cause: error });
  }
  const flows = isObject(document) ? document['flows'] : undefined;
  if (!isArray(flows))
    throw new InputError('has no list `flows`', {
      position: { file },
      help: 'write {"flows": [{"name": …, "from": …, "to": …, "protocol": "tcp", "port": 443}]}',
    });
  return flows.map((row, index) => readFlow(row, index));
}

/** A row that makes no sense gets an answer that says so, and the rest go on. */
function readFlow(row: Json, index: number): Row {
  const name = isObject(row) && typeof row['name'] === 'string' ? row['name'] : `flow ${index + 1}`;
  if (!isObject(row)) return { name, message: 'the row is no object' };
  const { from, to, port } = row;
  const protocol = protocols.find((each) => each === String(row['protocol'] ?? 'any').toLowerCase());
  if (typeof from !== 'string' || typeof to !== 'string') return { name, message: '`from` and `to` must be text' };
  if (protocol === undefined) return { name, message: `\`${String(row['protocol'])}\` is no protocol: ${protocols.join(', ')}` };
  if (port === undefined || port === null) return { name, from, to, protocol };
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65_535) return { name, message: `\`${String(port)}\` is no port` };
  return { name, from, to, protocol, port };
}
