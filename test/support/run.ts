import { isUtf8 } from 'node:buffer';
import type { ExitCode, Io } from '../../src/cli/command.ts';
import { main } from '../../src/cli/main.ts';

export interface RunResult {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process, as the bin does. */
export async function run(
  words: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly stdin?: string; readonly signal?: AbortSignal } = {},
): Promise<RunResult> {
  let [out, err] = ['', ''];
  const io: Io = {
    out: (text) => {
      // A document such as a PDF is no text.
      out += typeof text === 'string' ? text : Buffer.from(text).toString(isUtf8(text) ? 'utf8' : 'latin1');
    },
    err: (text) => {
      err += text;
    },
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    env: { ...options.env },
    stdin: async () => options.stdin ?? '',
    signal: options.signal ?? new AbortController().signal,
  };
  const code = await main(words, io);
  return { code, out, err };
}
