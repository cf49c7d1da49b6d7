import { InputError, nearest } from '../model/error.ts';
import type { CommandSpec, FlagSpec, Invocation, Io } from './command.ts';

/** Flags that every command takes. */
export const commonFlags: readonly FlagSpec[] = [
  { name: '--help', short: '-h', help: 'show this help' },
  { name: '--quiet', short: '-q', help: 'no progress on stderr' },
  { name: '--no-color', help: 'no colour' },
];

/** The command that the words name, and the words that are left. Longest name wins: `iam simulate` before `iam`. */
export function findCommand(table: readonly CommandSpec[], words: readonly string[]): { command: CommandSpec; rest: readonly string[] } | undefined {
  for (const length of [3, 2, 1]) {
    const name = words.slice(0, length).join(' ');
    const command = table.find((entry) => entry.name === name);
    if (command !== undefined && words.length >= length) return { command, rest: words.slice(length) };
  }
  return undefined;
}

/** Parses `--flag value`, `--flag=value`, `-f value` and positional words against a command's table. Throws InputError with a hint. */
export function parseInvocation(command: CommandSpec, words: readonly string[], io: Io): Invocation & { readonly help: boolean } {
  const flags = [...command.flags, ...commonFlags];
  const values = new Map<string, string[]>();
  const args: string[] = [];
  const usage = (message: string, help?: string): InputError => new InputError(message, { help: help ?? `postern ${command.name} --help lists what it takes` });
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--') {
      args.push(...words.slice(index + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      args.push(word);
      continue;
    }
    const [name = '', inline] = word.startsWith('--') && word.includes('=') ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] : [word];
    const flag = flags.find((entry) => entry.name === name || entry.short === name);
    if (flag === undefined) {
      const near = nearest(
        name,
        flags.map((entry) => entry.name),
      );
      throw usage(`unknown flag \`${name}\``, near === undefined ? undefined : `did you mean ${near}?`);
    }
    if (flag.value === undefined) {
      if (inline !== undefined) throw usage(`\`${name}\` takes no value`);
      values.set(flag.name, ['']);
      continue;
    }
    const value = inline ?? words[++index];
    if (value === undefined) throw usage(`\`${name}\` needs a value`);
    const head = value.split('=')[0] ?? value;
    if (flag.choices !== undefined && !flag.choices.includes(value) && !flag.choices.includes(head)) {
      throw usage(`\`${value}\` is not a value of ${flag.name}`, `one of: ${flag.choices.join(', ')}`);
    }
    values.set(flag.name, flag.repeat === true ? [...(values.get(flag.name) ?? []), value] : [value]);
  }
  const help = values.has('--help');
  const required = command.args.filter((arg) => arg.optional !== true);
  const last = command.args.at(-1);
  if (!help && args.length < required.length)
    throw usage(
      `missing ${required
        .slice(args.length)
        .map((arg) => arg.name)
        .join(' ')}`,
    );
  if (!help && last?.many !== true && args.length > command.args.length) throw usage(`unexpected \`${args[command.args.length]}\``);
  const declared = (name: string): FlagSpec => {
    const flag = flags.find((entry) => entry.name === name);
    if (flag === undefined) throw new Error(`command ${command.name} reads ${name}, which its table does not declare`);
    return flag;
  };
  return {
    help,
    args,
    io,
    text: (name) => values.get(declared(name).name)?.[0] ?? declared(name).default,
    list: (name) => values.get(declared(name).name) ?? (declared(name).default === undefined ? [] : [declared(name).default ?? '']),
    on: (name) => values.has(declared(name).name),
    has: (name) => flags.some((flag) => flag.name === name),
  };
}

const pad = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.min(34, Math.max(...rows.map(([left]) => left.length)));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
};

const flagText = (flag: FlagSpec): string =>
  `${flag.short === undefined ? '    ' : `${flag.short}, `}${flag.name}${flag.value === undefined ? '' : ` ${flag.value}`}`;

/** Help of one command. */
export function commandHelp(command: CommandSpec): string {
  const args = command.args.map((arg) => (arg.optional === true ? `[${arg.name}]` : arg.name) + (arg.many === true ? '...' : '')).join(' ');
  const rows = [...command.flags, ...commonFlags].map((flag): [string, string] => [
    flagText(flag),
    flag.help + (flag.choices === undefined ? '' : ` (${flag.choices.join('|')})`) + (flag.default === undefined ? '' : ` [${flag.default}]`),
  ]);
  const parts = [`postern ${command.name} ${args}`.trimEnd(), `  ${command.summary}`];
  if (command.args.length > 0) parts.push(pad(command.args.map((arg) => [arg.name, arg.help])));
  parts.push(pad(rows));
  if (command.examples !== undefined) parts.push(`examples:\n${command.examples.map((line) => `  ${line}`).join('\n')}`);
  return `${parts.join('\n\n')}\n`;
}

/** Help of the programme: one line a command. */
export function programHelp(table: readonly CommandSpec[]): string {
  return `postern COMMAND ...\n  cloud posture and attack paths: every hop proved, ranked, with the fewest changes that end them\n\n${pad(
    table.map((command): [string, string] => [command.name, command.summary]),
  )}\n\n  postern COMMAND --help for its arguments and flags\n`;
}
