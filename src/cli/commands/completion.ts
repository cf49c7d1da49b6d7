import { InputError } from '../../model/error.ts';
import type { CommandSpec, ExitCode, Invocation } from '../command.ts';
import { bashCompletion, fishCompletion } from '../completion.ts';
import { commonFlags } from '../parse.ts';

const shells: Readonly<Record<string, (commands: readonly CommandSpec[]) => string>> = {
  bash: (commands) => bashCompletion(commands, commonFlags),
  fish: (commands) => fishCompletion(commands, commonFlags),
  zsh: (commands) => `autoload -U +X bashcompinit && bashcompinit\n${bashCompletion(commands, commonFlags)}`,
};

/** Prints a script that completes commands, flags and their values. The table is handed in, as it is the table that loads this. */
export const completionOf =
  (commands: readonly CommandSpec[]) =>
  async ({ args, io }: Invocation): Promise<ExitCode> => {
    const [shell = ''] = args;
    const script = shells[shell];
    if (script === undefined) throw new InputError(`no completion for \`${shell}\``, { help: `one of: ${Object.keys(shells).join(', ')}` });
    io.out(script(commands));
    return 0;
  };
