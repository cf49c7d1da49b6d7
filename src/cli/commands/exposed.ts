import { isArray, textAt } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import { portsText } from '../../network/algebra/traffic.ts';
import type { ReachClass } from '../../network/api.ts';
import { allTypes } from '../analysis.ts';
import { shortId, shortIds } from '../azure-words.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { evidenceWords } from '../evidence-words.ts';

/** `postern exposed SNAP`: what the internet reaches, one row for each resource and set of sources. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { readSnapshot } = await import('../../snapshot/read.ts');
  const { networkOf } = await import('../../network/engine.ts');
  const snapshot = await readSnapshot(invocation.args[0] ?? '', await allTypes());
  const exposures = (await networkOf(snapshot)).exposures();
  if (invocation.text('--format') === 'json') {
    invocation.io.out(`${JSON.stringify({ schema: 'exposed/v1', exposures }, null, 1)}\n`);
    return 0;
  }
  const rows = exposures.flatMap((row) =>
    row.destinations.map((resource) => [
      label(snapshot, resource),
      portsText(row.flows),
      sources(snapshot, row),
      by(snapshot, row, false),
      by(snapshot, row, true),
    ]),
  );
  const unique = [...new Map(rows.map((row) => [row.join('\n'), row])).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  invocation.io.out(rows.length === 0 ? 'nothing is exposed to the internet\n' : table([['RESOURCE', 'PORTS', 'FROM', 'BY RULE', 'BY ROUTE'], ...unique]));
  return 0;
}

/** The name that people gave it, beside the id where the id does not tell. */
function label(snapshot: Snapshot, id: string): string {
  const config = snapshot.find(id)?.config;
  const tags = config?.['Tags'];
  const tag = isArray(tags) ? tags.find((each) => textAt(each, 'Key') === 'Name') : undefined;
  const name = textAt(config, 'LoadBalancerName') ?? textAt(config, 'name') ?? textAt(tag, 'Value');
  const own = short(snapshot, id);
  return name === undefined || own.includes(name) ? own : `${name} (${own})`;
}

const short = (snapshot: Snapshot, id: string): string => (id.startsWith('arn:') ? id.split(':').slice(5).join(':') : shortId(snapshot, id));

const outsiders: Readonly<Record<string, string>> = { internet: 'internet', 'azure:any-tenant': 'any Azure tenant' };

function sources(snapshot: Snapshot, row: ReachClass): string {
  const { from } = row;
  const what =
    from === undefined
      ? row.sources.map((source) => outsiders[source] ?? short(snapshot, source)).join(', ')
      : from.share > 0.99
        ? 'the whole internet'
        : from.cidrs.slice(0, 3).join(', ') + (from.cidrs.length > 3 ? `, … (${from.cidrs.length} ranges)` : '');
  const conditions = row.residual.flatMap((entry) => entry.allOf.map((atom) => atom.values.join('|')));
  return `${what}${conditions.length > 0 ? `, if ${conditions.join(' and ')}` : ''}${row.missing.length > 0 ? ` (not sure, not known: ${[...new Set(row.missing.map((each) => unknown(snapshot, each)))].join(', ')})` : ''}`;
}

/** The call that was not made, or what is not known in words. */
const unknown = (snapshot: Snapshot, missing: string): string => {
  const [call = ''] = missing.split(' ');
  return call.includes(':') ? call : shortIds(snapshot, missing);
};

/** The rules, and the routes, that decided: each once. */
function by(snapshot: Snapshot, row: ReachClass, routes: boolean): string {
  const found = row.evidence
    .filter((each) => /\/(?:Routes|effectiveRouteTable|routes|virtualNetworkPeerings)\//.test(each.pointer) === routes)
    .map((each) => evidenceWords(snapshot, each));
  const words = [...new Set(found)];
  return words.slice(0, 3).join('; ') + (words.length > 3 ? `; and ${words.length - 3} more` : '');
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
