import type { ExitCode, Invocation } from '../command.ts';

export async function run(_invocation: Invocation): Promise<ExitCode> {
  return 4;
}
