import type { ExposurePath } from '../../src/model/assessment.ts';
import type { Source } from './data.ts';
import { h, section } from './dom.ts';
import { quoted } from './text.ts';

/** A text in Cypher quotes. */
const cypher = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** The command and the Cypher that give what is shown; both can be copied. */
export function sameElsewhere(commands: readonly string[], query: string): HTMLElement {
  return h(
    'details',
    { class: 'elsewhere' },
    h('summary', {}, 'The same by command and in Cypher'),
    section('Command line', h('pre', { tabindex: '0' }, commands.join('\n'))),
    section('Neo4j, after postern neo4j push', h('pre', { tabindex: '0' }, query)),
  );
}

export const snapOf = (source: Source): string => (source.model.source.kind === 'neo4j' ? 'SNAP' : quoted(source.model.source.name));
const scopeOf = (source: Source): string =>
  cypher(source.model.source.kind === 'neo4j' ? source.model.source.name : source.model.assessment.snapshot.hash.slice(0, 16));

export function pathElsewhere(source: Source, path: ExposurePath): HTMLElement {
  const kinds = [...new Set(path.steps.map((step) => step.kind))].join('|');
  const snap = snapOf(source);
  return sameElsewhere(
    [`postern paths ${snap} --from ${quoted(path.entry.id)} --to ${quoted(path.target.id)}`],
    `MATCH path = SHORTEST 1 (a:Postern {scope: ${scopeOf(source)}, id: ${cypher(path.entry.id)}})\n  ((:Postern)-[:${kinds || 'CanBecome'}]->(:Postern)){1,${Math.max(2, path.steps.length * 2)}}\n  (b:Postern {scope: ${scopeOf(source)}, id: ${cypher(path.target.id)}})\nRETURN path`,
  );
}

export function nodeElsewhere(source: Source, id: string, kind: string): HTMLElement {
  const snap = snapOf(source);
  const identity = source.model.legend.nodes[kind]?.draws === 'identity';
  return sameElsewhere(
    [
      `postern paths ${snap} --to ${quoted(id)}`,
      `postern paths ${snap} --from ${quoted(id)}`,
      ...(identity ? [`postern can ${snap} --what ${quoted(id)}`] : []),
    ],
    `MATCH (n:Postern {scope: ${scopeOf(source)}, id: ${cypher(id)}})-[r]-(m:Postern)\nRETURN n, r, m LIMIT 300`,
  );
}

export function mapElsewhere(source: Source, kinds: readonly string[], commands: readonly string[]): HTMLElement {
  return sameElsewhere(commands, `MATCH (a:Postern {scope: ${scopeOf(source)}})-[r:${kinds.join('|')}]->(b:Postern)\nRETURN a, r, b LIMIT 1000`);
}
