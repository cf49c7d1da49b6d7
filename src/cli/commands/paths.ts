import { InputError, nearest } from '../../model/error.ts';
import { isObject, type Json } from '../../model/json.ts';
import { type EdgeKind, edgeKindNames } from '../../model/vocabulary.ts';
import { type PairQuestion, pairAnswers, pathsReport } from '../../paths/report.ts';
import type { StepFilter } from '../../paths/step-network.ts';
import { pathsText } from '../../report/text.ts';
import { acceptance, counted } from '../accepted.ts';
import { type Analysis, analyse } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { countOf, textOf } from '../ranked.ts';
import { exitOf } from '../threshold.ts';

/** More than anybody reads, and what a pair may have at most. */
const everyPath = 100_000;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { io } = invocation;
  const count = invocation.on('--all') ? everyPath : countOf(invocation, '--top', 10);
  const batch = invocation.text('--batch');
  const pairs = batch === undefined ? undefined : readPairs(await textOf(invocation, batch), batch);
  const analysis = await subject(invocation);
  const ranker = analysis.ranker(filterOf(invocation, analysis.resolver.many));
  if (pairs !== undefined) {
    const results = pairAnswers(ranker, analysis.resolver, pairs);
    io.out(`${JSON.stringify({ schema: 'paths/v1', completeness: analysis.completeness, results }, null, 1)}\n`);
    return 0;
  }
  const [from, to] = [invocation.text('--from'), invocation.text('--to')];
  const scope = {
    ...(from === undefined ? {} : { from: analysis.resolver.many(from) }),
    ...(to === undefined ? {} : { to: analysis.resolver.many(to) }),
  };
  if (invocation.on('--all') && (from === undefined || to === undefined))
    throw new InputError('no --from or --to', { help: '--all lists every path of one pair' });
  const accepted = await acceptance(invocation);
  const report = accepted.report(pathsReport(ranker, analysis.completeness, count, scope));
  const { graph } = analysis;
  io.out(
    invocation.text('--format') === 'json'
      ? `${JSON.stringify(report, null, 1)}\n`
      : pathsText(report, (id) => {
          const node = graph.indexOf(id);
          return node < 0 ? id : graph.node(node).name;
        }),
  );
  const paths = await counted(() => ranker, report.paths, invocation, scope);
  return exitOf({ paths, findings: [] }, invocation, analysis.completeness);
}

/** The snapshot that is named, or what stands in Neo4j. */
async function subject(invocation: Invocation): Promise<Pick<Analysis, 'graph' | 'completeness' | 'resolver' | 'ranker'>> {
  const [directory] = invocation.args;
  if (!invocation.on('--from-neo4j')) {
    if (directory === undefined) throw new InputError('no SNAP', { help: 'name a snapshot directory, or say --from-neo4j' });
    return analyse(directory, { config: invocation.text('--config') });
  }
  if (directory !== undefined) throw new InputError(`\`${directory}\` beside --from-neo4j`, { help: 'name a snapshot or say --from-neo4j, not both' });
  const { analyseStored } = await import('../from-store.ts');
  return analyseStored(invocation);
}

function filterOf(invocation: Invocation, many: (text: string) => readonly number[]): StepFilter {
  const kinds = invocation.list('--exclude-edge').map((text): EdgeKind => {
    const kind = edgeKindNames.find((name) => name.toLowerCase() === text.toLowerCase());
    if (kind !== undefined) return kind;
    const near = nearest(text, edgeKindNames);
    throw new InputError(`\`${text}\` is not an edge kind`, { help: near === undefined ? `one of: ${edgeKindNames.join(', ')}` : `did you mean ${near}?` });
  });
  return { avoid: new Set(invocation.list('--avoid').flatMap((text) => many(text))), excludeKinds: new Set(kinds) };
}

function readPairs(text: string, file: string): readonly PairQuestion[] {
  let document: Json;
  try {
    document = JSON.parse(text) as Json;
  } catch (error) {
    throw new InputError(`no JSON: ${error instanceof Error ? error.message.toLowerCase() : ''}`, { position: { file } });
  }
  const pairs = isObject(document) ? document['pairs'] : undefined;
  if (!Array.isArray(pairs)) throw new InputError('no `pairs`', { position: { file }, help: '{"pairs": [{"name": "…", "from": "…", "to": "…"}]}' });
  return pairs.map((pair: Json, index): PairQuestion => {
    const { name, from, to } = isObject(pair) ? pair : {};
    if (typeof from !== 'string' || typeof to !== 'string') throw new InputError(`pair ${index} has no \`from\` or \`to\``, { position: { file } });
    return { name: typeof name === 'string' ? name : String(index), from, to };
  });
}
