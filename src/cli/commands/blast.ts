import { InputError } from '../../model/error.ts';
import { blast } from '../../paths/blast.ts';
import { completenessLines } from '../../report/text.ts';
import { analyse } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { countOf, json } from '../ranked.ts';

/** `postern blast SNAP NODE`: what follows from the control of a node; `--reverse`: who comes to it. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const top = countOf(invocation, '--top', 20);
  const analysis = await analyse(args[0] ?? '', { config: invocation.text('--config') });
  const [node, ...more] = analysis.resolver.many(args[1] ?? '');
  if (node === undefined || more.length > 0)
    throw new InputError(`\`${args[1] ?? ''}\` names ${more.length + (node === undefined ? 0 : 1)} nodes`, {
      help: 'name one node by its id, short id or unique name',
    });
  const result = blast(analysis.ranker(), node, invocation.on('--reverse') ? 'reached-by' : 'reaches');
  const counts = new Map<string, number>();
  for (const { kind } of result.nodes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const kinds = [...counts].sort(([a, many], [b, fewer]) => fewer - many || (a < b ? -1 : 1)).map(([kind, count]) => ({ kind, count }));
  if (invocation.text('--format') === 'json') {
    io.out(
      json({
        schema: 'blast/v1',
        completeness: analysis.completeness,
        node: result.node,
        direction: result.direction,
        total: result.nodes.length,
        kinds,
        nodes: result.nodes,
      }),
    );
    return 0;
  }
  const { name } = analysis.graph.node(node);
  const lines = [
    `${name} ${result.direction === 'reaches' ? 'reaches' : 'is reached by'} ${result.nodes.length} nodes: ${kinds.map(({ kind, count }) => `${count} ${kind}`).join(', ')}`,
    '',
    ' likely  hops  value   risk  node',
    ...result.nodes
      .slice(0, top)
      .map(
        (each) =>
          `${each.likelihood.toFixed(3).padStart(7)}  ${String(each.hops).padStart(4)}  ${String(each.value ?? '').padStart(5)}  ${(each.risk?.toFixed(1) ?? '').padStart(5)}  ${each.kind} ${each.name}  ${each.id}`,
      ),
    ...(result.nodes.length > top ? [`and ${result.nodes.length - top} more; --top shows them, --format json all`] : []),
    '',
    ...completenessLines(analysis.completeness),
  ];
  io.out(`${lines.join('\n').trimEnd()}\n`);
  return 0;
}
