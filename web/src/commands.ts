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

/** The snapshot that commands are asked about. */
export const snapOf = (source: Source): string => (source.model.source.kind === 'neo4j' ? 'SNAP' : quoted(source.model.source.name));

/** The command that ranks, which asks the database, too. */
export const pathsCommand = (source: Source): string => `postern paths ${source.model.source.kind === 'neo4j' ? '--from-neo4j' : snapOf(source)}`;

/** The properties that find a node in the database; of several scopes the id alone. */
function found(source: Source, id?: string): string {
  const { kind, name } = source.model.source;
  const scope = kind === 'neo4j' ? name : source.model.assessment.snapshot.hash.slice(0, 16);
  const parts = [...(scope.includes(' ') ? [] : [`scope: ${cypher(scope)}`]), ...(id === undefined ? [] : [`id: ${cypher(id)}`])];
  return parts.length === 0 ? ':Postern' : `:Postern {${parts.join(', ')}}`;
}

export function pathElsewhere(source: Source, path: ExposurePath): HTMLElement {
  const kinds = [...new Set(path.steps.map((step) => step.kind))].join('|');
  return sameElsewhere(
    [`${pathsCommand(source)} --from ${quoted(path.entry.id)} --to ${quoted(path.target.id)}`],
    `MATCH path = SHORTEST 1 (a${found(source, path.entry.id)})\n  ((:Postern)-[:${kinds || 'CanBecome'}]->(:Postern)){1,${Math.max(2, path.steps.length * 2)}}\n  (b${found(source, path.target.id)})\nRETURN path`,
  );
}

export function nodeElsewhere(source: Source, id: string, kind: string): HTMLElement {
  const identity = source.model.legend.nodes[kind]?.draws === 'identity';
  return sameElsewhere(
    [
      `${pathsCommand(source)} --to ${quoted(id)}`,
      `${pathsCommand(source)} --from ${quoted(id)}`,
      ...(identity ? [`postern can ${snapOf(source)} --what ${quoted(id)}`] : []),
    ],
    `MATCH (n${found(source, id)})-[r]-(m:Postern)\nRETURN n, r, m LIMIT 300`,
  );
}

export function mapElsewhere(source: Source, kinds: readonly string[], commands: readonly string[]): HTMLElement {
  return sameElsewhere(commands, `MATCH (a${found(source)})-[r:${kinds.join('|')}]->(b:Postern)\nRETURN a, r, b LIMIT 1000`);
}
