import { main } from '../../src/cli/main.ts';

export interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

/** Runs `postern view` until stopped; `url` carries the token. */
export async function serve(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Served> {
  const abort = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    running = main(['view', ...words], {
      out: (text) => resolve(String(text).trim()),
      err: (text) => {
        said += text;
      },
      stdoutIsTerminal: false,
      stderrIsTerminal: false,
      env,
      stdin: async () => '',
      signal: abort.signal,
    }).then((code) => (code === 0 ? undefined : reject(new Error(`exit code ${code}: ${said}`))), reject);
  });
  return {
    url,
    async stop() {
      abort.abort();
      await running;
    },
  };
}
