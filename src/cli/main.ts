import { InputError, InputErrors, nearest } from '../model/error.ts';
import type { ExitCode, Io } from './command.ts';
import { commandHelp, findCommand, parseInvocation, programHelp } from './parse.ts';
import { commands } from './table.ts';
import { safeIo } from './terminal.ts';
import { version } from './version.ts';

/** Runs one command line and gives its exit code. Never throws: an input error is 2, anything unforeseen is 4. */
export async function main(words: readonly string[], terminal: Io): Promise<ExitCode> {
  const io = safeIo(terminal);
  try {
    const [first] = words;
    if (first === undefined || first === '--help' || first === '-h' || (first === 'help' && words.length === 1)) {
      io.out(programHelp(commands));
      return 0;
    }
    if (first === '--version' || first === '-V') {
      io.out(`${version()}\n`);
      return 0;
    }
    const found = findCommand(commands, first === 'help' ? words.slice(1) : words);
    if (found === undefined) {
      const group = commands.filter((command) => command.name.startsWith(`${first} `));
      if (group.length > 0 && (words.length === 1 || words[1] === '--help' || words[1] === '-h')) {
        io.out(programHelp(group));
        return 0;
      }
      const near =
        nearest(
          words.slice(0, 2).join(' '),
          commands.map((command) => command.name),
        ) ??
        nearest(
          first,
          commands.map((command) => command.name),
        );
      throw new InputError(`unknown command \`${words.slice(0, 2).join(' ')}\``, {
        help: near === undefined ? 'postern --help lists the commands' : `did you mean ${near}?`,
      });
    }
    const invocation = parseInvocation(found.command, first === 'help' ? ['--help'] : found.rest, io);
    if (invocation.help) {
      io.out(commandHelp(found.command));
      return 0;
    }
    const { run } = await found.command.load();
    return await run(invocation);
  } catch (error) {
    if (io.signal.aborted) return 130;
    if (error instanceof InputErrors) {
      for (const each of error.errors) io.err(`postern: ${each.format()}\n`);
      return 2;
    }
    if (error instanceof InputError) {
      io.err(`postern: ${error.format()}\n`);
      return 2;
    }
    io.err(`postern: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 4;
  }
}
