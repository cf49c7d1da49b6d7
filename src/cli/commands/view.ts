import { readFile, rename, writeFile } from 'node:fs/promises';
import { InputError } from '../../model/error.ts';
import type { PageAssets } from '../../view/page.ts';
import { buildAssessment } from '../assess.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { packagePath } from '../package-path.ts';

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const { viewModel } = await import('../../view/build.ts');
  const { analysis, assessment } = await buildAssessment(args[0] ?? '', invocation);
  const model = await viewModel(assessment, analysis.snapshot);
  const assets = await pageAssets();
  const file = invocation.text('--export');
  if (file !== undefined) {
    const { offlinePage } = await import('../../view/page.ts');
    await writeFile(`${file}.part`, offlinePage(model, assets), { mode: 0o600 });
    await rename(`${file}.part`, file);
    io.err(`written to ${file}\n`);
    return 0;
  }
  const { serveView } = await import('../../view/server.ts');
  const port = Number(invocation.text('--port') ?? '0');
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InputError(`\`${invocation.text('--port')}\` is not a port`, { help: '0 takes any free port' });
  const host = invocation.text('--host') ?? '127.0.0.1';
  const server = await serveView(model, assets, { port, host }).catch((error: unknown) => {
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

/** The built page. Absent only in a source tree that was not built. */
export async function pageAssets(): Promise<PageAssets> {
  const read = (name: string): Promise<string> =>
    readFile(packagePath('dist', 'web', name), 'utf8').catch(() => {
      throw new InputError('the viewer was not built', { help: 'npm run build' });
    });
  return { script: await read('main.js'), style: await read('style.css') };
}
