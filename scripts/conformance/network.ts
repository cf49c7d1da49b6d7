/**
 * Recorded AWS networks with flows whose fate is known, through `import aws` and `reach --batch` as a user would ask, and a recorded account whose public load balancers `exposed` must list.
 * Compared are the verdict, why it stops, and that the expected hops come in their order.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { main } from '../../src/cli/main.ts';
import type { FlowResult } from '../../src/network/api.ts';

interface Flow {
  readonly snapshot: string;
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly port: number | null;
  readonly routed: boolean;
  readonly accepted: boolean;
  readonly why: string;
  readonly hops: readonly string[];
}

/** What the recorded sentence means in our words. */
const reasons: readonly (readonly [RegExp, readonly string[]])[] = [
  [/security group/, ['security-group']],
  [/belongs to nobody|no such host/, ['no-such-host']],
  [/private IP is not reachable/, ['no-public-address']],
  [/without a session|packet to the NAT/, ['no-session']],
  [/no route/, ['no-route']],
];

async function postern(words: readonly string[], stdin = ''): Promise<string> {
  let out = '';
  let complaints = '';
  const code = await main(words, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      complaints += text;
    },
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    env: {},
    stdin: async () => stdin,
    signal: new AbortController().signal,
  });
  if (code !== 0) throw new Error(`postern ${words.join(' ')}: exit ${code}: ${complaints}`);
  return out;
}

function differences(flow: Flow, result: FlowResult): readonly string[] {
  const wrong: string[] = [];
  const wanted = flow.accepted ? 'yes' : 'no';
  if (result.verdict !== wanted) wrong.push(`verdict ${result.verdict}, not ${wanted}`);
  const reason = flow.accepted ? undefined : reasons.find(([words]) => words.test(flow.why))?.[1];
  if (reason !== undefined && !reason.includes(result.stoppedBy?.reason ?? ''))
    wrong.push(`stopped by ${result.stoppedBy?.reason}, not ${reason.join(' or ')}`);
  if (!flow.accepted && reason === undefined) wrong.push(`no word for \`${flow.why}\``);
  let at = 0;
  for (const hop of result.hops) if (hop.resource === flow.hops[at]) at++;
  if (at < flow.hops.length) wrong.push(`hop ${flow.hops[at]} is missing in ${result.hops.map((hop) => hop.resource).join(' ')}`);
  return wrong;
}

export async function run(root: string): Promise<number> {
  const folder = path.join(root, 'aws', 'batfish-aws');
  const { flows } = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as { readonly flows: readonly Flow[] };
  const home = mkdtempSync(path.join(tmpdir(), 'postern-conformance-'));
  let wrong = 0;
  try {
    for (const name of [...new Set(flows.map((flow) => flow.snapshot))]) {
      const own = flows.filter((flow) => flow.snapshot === name);
      const snapshot = path.join(home, name);
      await postern(['import', 'aws', path.join(folder, name), '--out', snapshot, '--account', '111122223333', '--region', 'us-east-2', '--quiet']);
      const questions = own.map(({ from, to, protocol, port }, index) => ({
        name: String(index),
        from: from === 'INTERNET' ? 'internet' : from,
        to,
        protocol,
        ...(port === null ? {} : { port }),
      }));
      const answer = JSON.parse(await postern(['reach', snapshot, '--batch', '-', '--format', 'json'], JSON.stringify({ flows: questions }))) as {
        readonly results: readonly FlowResult[];
      };
      for (const [index, flow] of own.entries()) {
        const result = answer.results[index];
        const found = result === undefined ? ['no answer'] : differences(flow, result);
        if (found.length > 0) wrong++;
        for (const each of found) console.log(`DIFFERS ${name} ${flow.from} -> ${flow.to} ${flow.protocol} ${flow.port}: ${each}`);
      }
    }
    console.log(`networks: ${flows.length - wrong} of ${flows.length} flows with the recorded verdict, reason and hops`);
    const snapshot = path.join(home, 'cloudmapper');
    await postern(['import', 'aws', path.join(root, 'aws', 'cloudmapper-demo'), '--out', snapshot, '--account', '111122223333', '--quiet']);
    const rows = (await postern(['exposed', snapshot])).split('\n');
    for (const name of ['weblb', 'webalb']) {
      const open = rows.some((row) => row.includes(name) && /tcp (\d+, )*443\b/.test(row) && row.includes('the whole internet'));
      if (!open) wrong++;
      console.log(`exposed ${name} on 443: ${open ? 'listed' : 'MISSING'}`);
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  return wrong;
}
