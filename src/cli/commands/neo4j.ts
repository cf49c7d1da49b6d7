import { writeFile } from 'node:fs/promises';
import { InputError } from '../../model/error.ts';
import type { Json } from '../../model/json.ts';
import { oneLine } from '../../model/one-line.ts';
import { withNeo4j } from '../../store/neo4j/connection.ts';
import { dumpGraph, dumpText } from '../../store/neo4j/dump.ts';
import { findHunt, type HuntResult, readHunts, runHunt } from '../../store/neo4j/hunts.ts';
import { pull as pullGraph } from '../../store/neo4j/pull.ts';
import { push as pushGraph } from '../../store/neo4j/push.ts';
import { checkScope, chooseScope, listScopes } from '../../store/neo4j/scope.ts';
import { fewestStepsInStore } from '../../store/neo4j/steps.ts';
import { sharedText } from '../across.ts';
import { analyse } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { packagePath } from '../package-path.ts';

/** `postern neo4j push SNAP` */
export async function push(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const named = invocation.text('--scope');
  if (named !== undefined) checkScope(named);
  await withNeo4j(io.env, async (driver) => {
    const { graph, snapshot, completeness } = await analyse(args[0] ?? '', { config: invocation.text('--config') });
    const begun = performance.now();
    const result = await pushGraph(driver, graph, {
      scope: named ?? snapshot.hash.slice(0, 16),
      snapshot: snapshot.hash,
      completeness,
      shared: sharedText(snapshot),
      signal: io.signal,
    });
    const seconds = (performance.now() - begun) / 1000;
    io.out(
      invocation.text('--format') === 'json'
        ? `${JSON.stringify(result, null, 1)}\n`
        : `scope ${result.scope}: ${result.nodes} nodes and ${result.edges} edges, ${result.writtenNodes} and ${result.writtenEdges} written, ${result.removedNodes} and ${result.removedEdges} stale ones removed\n`,
    );
    if (result.classProofs > 0)
      io.err(
        `${result.classProofs} steps lead into classes too large to work out the proof of each node: after a pull they show that of the first node of the class\n`,
      );
    if (!invocation.on('--quiet')) io.err(`${seconds.toFixed(1)} s\n`);
  });
  return 0;
}

/** `postern neo4j pull` */
export async function pull(invocation: Invocation): Promise<ExitCode> {
  const { io } = invocation;
  const file = invocation.text('--out');
  await withNeo4j(io.env, async (driver) => {
    const { name } = chooseScope(await listScopes(driver), invocation.text('--scope'));
    const graph = await pullGraph(driver, name);
    const text = dumpText(dumpGraph(graph));
    if (file === undefined) for (const part of text) io.out(part);
    else {
      await writeFile(file, text).catch((error: unknown) => {
        throw new InputError(`cannot write \`${file}\``, { cause: error, help: 'name a file in a folder that exists' });
      });
      if (!invocation.on('--quiet')) io.err(`scope ${name}: ${graph.nodeCount} nodes and ${graph.edgeCount} edges\n`);
    }
  });
  return 0;
}

/** `postern neo4j path FROM TO` */
export async function path(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const [from = '', to = ''] = args;
  const limit = invocation.text('--hops') ?? '6';
  if (!/^[1-9]\d?$/.test(limit)) throw new InputError(`\`${limit}\` is not a number of steps`, { help: '--hops takes 1 to 99' });
  const way = await withNeo4j(io.env, async (driver) =>
    fewestStepsInStore(driver, chooseScope(await listScopes(driver), invocation.text('--scope')).name, from, to, Number(limit)),
  );
  if (invocation.text('--format') === 'json')
    io.out(`${JSON.stringify({ from, to, hops: Number(limit), found: way !== undefined, nodes: way?.nodes ?? [] }, null, 1)}\n`);
  else io.out(way === undefined ? `no way within ${limit} steps\n` : `${way.nodes.map((node) => cellText(node)).join('\n  -> ')}\n`);
  return 0;
}

/** `postern neo4j hunt [NAME]` */
export async function hunt(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const json = invocation.text('--format') === 'json';
  const hunts = await readHunts(packagePath('rules', 'hunts'));
  const [name] = args;
  if (name === undefined) {
    if (json) io.out(`${JSON.stringify(hunts, null, 1)}\n`);
    else for (const each of hunts) io.out(`${each.name.padEnd(22)} ${each.title}\n`);
    return 0;
  }
  const chosen = findHunt(hunts, name);
  await withNeo4j(io.env, async (driver) => {
    const scope = chooseScope(await listScopes(driver), invocation.text('--scope')).name;
    const result = await runHunt(driver, chosen, scope);
    io.out(json ? `${JSON.stringify({ hunt: chosen.name, title: chosen.title, scope, ...result }, null, 1)}\n` : tableText(result));
  });
  return 0;
}

function tableText({ columns, rows }: HuntResult): string {
  if (rows.length === 0) return 'nothing found\n';
  const lines = [columns, ...rows.map((row) => row.map(cellText))];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function cellText(value: Json): string {
  if (value === null) return '-';
  const text = Array.isArray(value) ? value.map(cellText).join(' > ') : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return oneLine(text);
}
