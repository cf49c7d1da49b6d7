import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type Json, resolvePointer } from '../../src/model/json.ts';
import type { FlowResult, Protocol, ReachClass } from '../../src/network/api.ts';
import { networkOf } from '../../src/network/engine.ts';
import { networkFindings } from '../../src/network/findings.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { type AzureNetwork, azureRecords } from './azure-world.ts';

interface Case {
  readonly name: string;
  readonly page?: string;
  readonly world: AzureNetwork;
  readonly flows?: readonly {
    from: string;
    to: string;
    protocol?: Protocol;
    port?: number;
    verdict: FlowResult['verdict'];
    stop?: string;
    says?: string;
    hop?: string;
  }[];
  /** `source -> destination: ports`, with ` from …` where it is not the whole internet, ` if …` and ` unknown: …`; `!` in front: nothing that starts so. */
  readonly classes?: readonly string[];
  readonly exposed?: readonly string[];
  /** Exactly what is found about the rules themselves. */
  readonly findings?: readonly string[];
}

const folder = path.join(import.meta.dirname, '../cases/network/azure');
const short = (id: string): string => id.split('/').at(-1) ?? id;

for (const file of readdirSync(folder).sort()) {
  const cases = parse(readFileSync(path.join(folder, file), 'utf8'), { merge: true }) as readonly Case[]; // boundary: our own data
  describe(`azure ${file}`, () => {
    test.each(cases)('$name', check);
  });
}

async function check(each: Case): Promise<void> {
  const records = azureRecords(each.world);
  const snapshot = memorySnapshot(records);
  const full = (name: string): string => records.find((record) => short(record.id) === name)?.id ?? name;
  const engine = await networkOf(snapshot);
  for (const { from, to, protocol = 'tcp', port, verdict, stop, says, hop } of each.flows ?? []) {
    const result = engine.flow({ name: 'f', from: full(from), to: full(to), protocol, ...(port === undefined ? {} : { port }) });
    const head = `${from} -> ${to} ${protocol} ${port}:`;
    expect(`${head} ${result.verdict} ${stop === undefined ? '' : `${result.stoppedBy?.reason} ${short(result.stoppedBy?.resource ?? '')}`}`).toBe(
      `${head} ${verdict} ${stop ?? ''}`,
    );
    if (says !== undefined) expect(result.message).toContain(says);
    if (hop !== undefined) expect(result.hops.map((one) => one.decision).join('\n')).toContain(hop);
    if (verdict === 'unknown') expect(result.message ?? '').not.toBe('');
  }
  if (each.classes !== undefined) compare(rowsOf(engine.classes()), each.classes);
  if (each.exposed !== undefined) compare(rowsOf(engine.exposures()), each.exposed);
  if (each.findings !== undefined) {
    const found = networkFindings(snapshot, engine).map(({ kind, resource, message }) => `${kind} ${short(resource)}: ${message}`);
    expect([...found].sort()).toEqual([...each.findings].sort());
  }
  for (const { resource, pointer } of engine.classes().flatMap((row) => row.evidence)) {
    const record = snapshot.find(resource);
    const found = record !== undefined && resolvePointer(record as unknown as Json, pointer) !== undefined; // boundary: a record is JSON
    expect(`${resource}#${pointer} ${found}`).toBe(`${resource}#${pointer} true`);
  }
}

function rowsOf(list: readonly ReachClass[]): readonly string[] {
  return list.flatMap((row) =>
    row.sources.flatMap((source) =>
      row.destinations.flatMap((destination) =>
        row.flows.flatMap((flow) =>
          flow.ranges.map(([lo, hi]) => {
            const from = row.from === undefined || row.from.share > 0.5 ? '' : ` from ${row.from.cidrs.join(', ')}`;
            const atoms = row.residual.flatMap((entry) => entry.allOf.flatMap((atom) => atom.values));
            const doubt = row.missing.length === 0 ? '' : ` unknown: ${row.missing.join(', ')}`;
            return `${short(source)} -> ${short(destination)}: ${flow.protocol} ${lo === hi ? lo : `${lo}-${hi}`}${from}${atoms.length === 0 ? '' : ` if ${atoms.join(' and ')}`}${doubt}`;
          }),
        ),
      ),
    ),
  );
}

function compare(found: readonly string[], wanted: readonly string[]): void {
  for (const line of wanted) {
    if (line.startsWith('!')) expect(found.filter((row) => row.startsWith(line.slice(1)))).toEqual([]);
    else expect(found).toContain(line);
  }
}
