import path from 'node:path';
import { freePort, startProcess } from './process.ts';

export interface Moto {
  readonly url: string;
  /** Environment for the AWS SDK and for `postern`. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** A moto server of one's own, empty. */
export async function startMoto(env: Readonly<Record<string, string>> = {}): Promise<Moto> {
  const folder = process.env['POSTERN_TEST_MOTO'] ?? '';
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await startProcess(path.join(folder, 'bin', 'moto_server'), ['-H', '127.0.0.1', '-p', String(port)], {
    env: { PYTHONDONTWRITEBYTECODE: '1', ...env },
    seconds: 60,
    ready: async () => (await fetch(`${url}/moto-api/`).catch(() => undefined))?.ok === true,
  });
  return {
    url,
    env: { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' },
    stop: () => server.stop(),
  };
}
