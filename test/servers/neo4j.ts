import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort, startProcess } from './process.ts';

/** A Neo4j server of one's own, in a folder that is removed afterwards. `plugins` is a folder of jars. */
export async function startNeo4j(
  options: { readonly heap?: string; readonly plugins?: string } = {},
): Promise<{ readonly uri: string; stop(): Promise<void> }> {
  const folder = process.env['POSTERN_TEST_NEO4J'] ?? '';
  const home = mkdtempSync(path.join(os.tmpdir(), 'postern-neo4j-'));
  if (options.plugins !== undefined) cpSync(options.plugins, path.join(home, 'plugins'), { recursive: true });
  const port = await freePort();
  const source = path.join(process.cwd(), 'test', 'servers', 'neo4j', 'Neo4jServer.java');
  const server = await startProcess(
    'java',
    [`-Xmx${options.heap ?? '1g'}`, '-cp', [path.join(folder, 'lib', '*'), path.join(home, 'plugins', '*')].join(path.delimiter), source, home, String(port)],
    {
      seconds: 120,
      ready: (output) => output.includes('ready bolt'),
    },
  );
  return {
    uri: `bolt://127.0.0.1:${port}`,
    async stop() {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
