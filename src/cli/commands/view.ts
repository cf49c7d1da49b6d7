import { InputError } from '../../model/error.ts';
import type { Json } from '../../model/json.ts';
import type { View, ViewInput } from '../../view/build.ts';
import type { ViewServices } from '../../view/server.ts';
import type { PlanView } from '../../view/view-model.ts';
import { buildAssessment } from '../assess.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { pageAssets, viewInput } from '../page.ts';
import { suppressionWriter } from '../suppression-writer.ts';
import { writeWhole } from '../write-whole.ts';

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { io } = invocation;
  const { view, record, plan } = await opened(invocation);
  const file = invocation.text('--export');
  if (file !== undefined) {
    const { offlinePage } = await import('../../view/page.ts');
    await writeWhole(file, file.endsWith('.json') ? JSON.stringify(view) : offlinePage(view, await pageAssets()));
    io.err(`written to ${file}\n`);
    return 0;
  }
  const { serveView } = await import('../../view/server.ts');
  const port = Number(invocation.text('--port') ?? '0');
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InputError(`\`${invocation.text('--port')}\` is not a port`, { help: '0 takes any free port' });
  const host = invocation.text('--host') ?? '127.0.0.1';
  const suppressions = invocation.text('--suppressions');
  const services: ViewServices = {
    record,
    ...(plan === undefined ? {} : { plan }),
    ...(suppressions === undefined ? {} : { suppress: suppressionWriter(suppressions) }),
  };
  const server = await serveView(view, await pageAssets(), services, { port, host }).catch((error: unknown) => {
    throw new InputError(error instanceof Error ? error.message : String(error), { help: 'choose another --port, and a loopback --host' });
  });
  io.out(`${server.url}\n`);
  io.err('serving until interrupted (Ctrl+C)\n');
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    io.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.close();
  return 0;
}

interface Opened {
  readonly view: View;
  record(id: string): Json | undefined;
  readonly plan?: () => Promise<PlanView>;
}

/** A saved run, a graph in Neo4j, or a snapshot with older ones to compare with. */
async function opened(invocation: Invocation): Promise<Opened> {
  const [name] = invocation.args;
  if (invocation.on('--from-neo4j')) {
    if (name !== undefined) throw new InputError('a snapshot and --from-neo4j', { help: 'name one of them' });
    const { neo4jView } = await import('../neo4j-view.ts');
    return { view: await neo4jView(invocation), record: () => undefined };
  }
  if (name === undefined) throw new InputError('no SNAP', { help: 'name a snapshot directory, or --from-neo4j' });
  if (name.endsWith('.json')) {
    const { readSavedView } = await import('../saved-view.ts');
    return { view: await readSavedView(name), record: () => undefined };
  }
  const { buildView } = await import('../../view/build.ts');
  const { analysis, assessment } = await buildAssessment(name, invocation);
  const older: (ViewInput & { name: string })[] = [];
  for (const each of invocation.list('--compare')) {
    const past = await buildAssessment(each, invocation);
    older.push({ ...viewInput(past.analysis, past.assessment, each), name: each });
  }
  older.sort((a, b) => (a.assessment.snapshot.end < b.assessment.snapshot.end ? -1 : 1));
  const { planView } = await import('../plan-view.ts');
  const { withLetters } = await import('../../view/letters.ts');
  const view = await withLetters(buildView(viewInput(analysis, assessment, name), older));
  return {
    view: invocation.on('--plan') ? { ...view, model: { ...view.model, plan: await planView(analysis) } } : view,
    plan: () => planView(analysis),
    record: (id) => {
      const found = analysis.snapshot.find(id);
      return found === undefined ? undefined : { type: found.type, id: found.id, calls: found.calls, config: found.config };
    },
  };
}
