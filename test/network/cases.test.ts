import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import type { Protocol } from '../../src/network/api.ts';
import { createNetworkEngine } from '../../src/network/engine.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { recordsOf } from '../spec/network/records.ts';
import type { World } from '../spec/network/world.ts';

interface Case {
  readonly name: string;
  readonly page?: string;
  readonly world: Partial<World>;
  readonly records?: readonly { readonly type: string; readonly id: string; readonly config: JsonObject }[];
  /** Types that were not collected. */
  readonly without?: readonly string[];
  /** Records that were not collected. */
  readonly withoutIds?: readonly string[];
  readonly flows?: readonly {
    from: string;
    to: string;
    protocol?: Protocol;
    port?: number;
    verdict: string;
    stop?: string;
    at?: string;
    through?: readonly string[];
  }[];
  /** `source -> destination: ports` of the classes that must be there, by short id; `!` in front: must not. */
  readonly classes?: readonly string[];
  readonly exposed?: readonly string[];
}

const empty: World = { vpcs: [], subnets: [], tables: [], acls: [], groups: [], hosts: [], nats: [], peerings: [], transits: [], lists: {} };
const folder = path.join(import.meta.dirname, '../cases/network');
const short = (id: string): string => (id.startsWith('arn:') ? (id.split(/[/:]/).at(-1) ?? id) : id);

for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .sort()) {
  const cases = parse(readFileSync(path.join(folder, file), 'utf8'), { merge: true }) as readonly Case[]; // boundary: our own data
  describe(file, () => {
    for (const each of cases) test(each.name, () => check(each));
  });
}

function check(each: Case): void {
  const { records, calls } = recordsOf({ ...empty, ...each.world });
  const extra = (each.records ?? []).map((record): SnapshotRecord => ({ account: '111122223333', region: 'eu-west-1', calls: ['ec2:Describe'], ...record }));
  const kept = new Map(
    [...records.filter((record) => each.without?.includes(record.type) !== true), ...extra]
      .filter((record) => each.withoutIds?.includes(record.id) !== true)
      .map((record) => [record.id, record]),
  );
  const engine = createNetworkEngine(memorySnapshot(kept.values(), { calls: each.without === undefined ? calls : [] }));
  for (const flow of each.flows ?? []) {
    const { protocol = 'tcp', port, from, to } = flow;
    const result = engine.flow({ name: 'f', from, to, protocol, ...(port === undefined ? {} : { port }) });
    const got = `${from} -> ${to} ${protocol} ${port}: ${result.verdict} ${flow.stop === undefined ? '' : (result.stoppedBy?.reason ?? '')} ${flow.at === undefined ? '' : result.stoppedBy?.resource}`;
    expect(got).toBe(`${from} -> ${to} ${protocol} ${port}: ${flow.verdict} ${flow.stop ?? ''} ${flow.at ?? ''}`);
    const hops = result.hops.map((hop) => hop.resource);
    expect(hops).toEqual(expect.arrayContaining([...(flow.through ?? [])]));
  }
  const rows = (list: ReturnType<typeof engine.classes>): readonly string[] =>
    list.flatMap((row) =>
      row.sources.flatMap((source) =>
        row.destinations.flatMap((destination) =>
          row.flows.flatMap((flow) =>
            flow.ranges.flatMap(([lo, hi]) => {
              const plain = `${short(source)} -> ${short(destination)}: ${flow.protocol} ${lo === hi ? lo : `${lo}-${hi}`}`;
              const from = row.from === undefined || row.from.share > 0.5 ? '' : ` from ${row.from.cidrs.join(', ')}`;
              const atoms = row.residual.flatMap((entry) => entry.allOf.map((atom) => `${atom.operator} ${atom.values.join(', ')}`));
              const open = row.missing.length === 0 ? '' : ` unless ${row.missing.join(', ')}`;
              return [...(open === '' ? [plain] : []), `${plain}${from}${atoms.length === 0 ? '' : ` if ${atoms.join(' and ')}`}${open}`];
            }),
          ),
        ),
      ),
    );
  if (each.classes !== undefined) compare(rows(engine.classes()), each.classes);
  if (each.exposed !== undefined) compare(rows(engine.exposures()), each.exposed);
}

function compare(found: readonly string[], wanted: readonly string[]): void {
  for (const line of wanted) {
    if (line.startsWith('!')) expect(found.filter((row) => row.startsWith(line.slice(1)))).toEqual([]);
    else expect(found).toContain(line);
  }
}
