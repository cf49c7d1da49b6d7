import type { CommandSpec, FlagSpec } from './command.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const names = (flag: FlagSpec): readonly string[] => (flag.short === undefined ? [flag.name] : [flag.name, flag.short]);

/** What may follow a word that starts a command, by the words typed so far: `neo4j` -> `push`, `pull`. */
function continuations(commands: readonly CommandSpec[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { name } of commands) {
    const words = name.split(' ');
    words.forEach((word, index) => {
      const before = words.slice(0, index).join(' ');
      found.set(before, (found.get(before) ?? new Set()).add(word));
    });
  }
  return new Map([...found].map(([before, words]) => [before, [...words].sort()]));
}

/** A completion script for bash; zsh runs it through its own bashcompinit. */
export function bashCompletion(commands: readonly CommandSpec[], common: readonly FlagSpec[]): string {
  const lines = ['_postern() {', '  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} typed= each words= flags= choices='];
  lines.push('  for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do case $each in -*) break;; *) typed="${typed:+$typed }$each";; esac; done');
  // The longest command that the typed words start with: `neo4j push SNAP` is `neo4j push`.
  lines.push('  local command=$typed', '  while [ -n "$command" ]; do', '    case $command in');
  for (const { name } of commands) lines.push(`      ${quoted(name)}) break;;`);
  lines.push('    esac', '    case $command in *" "*) command=${command% *};; *) command=;; esac', '  done');
  lines.push('  case $typed in');
  for (const [before, words] of continuations(commands)) lines.push(`    ${quoted(before)}) words=${quoted(words.join(' '))};;`);
  lines.push('  esac', '  case $command in');
  for (const command of commands) {
    const flags = [...command.flags, ...common];
    lines.push(`    ${quoted(command.name)}) flags=${quoted(flags.flatMap(names).join(' '))}`);
    const choosing = flags.filter((flag) => flag.choices !== undefined);
    if (choosing.length > 0) {
      lines.push('      case $previous in');
      for (const flag of choosing) lines.push(`        ${names(flag).join('|')}) choices=${quoted(flag.choices?.join(' ') ?? '')};;`);
      lines.push('      esac');
    }
    lines.push('      ;;');
  }
  lines.push('  esac');
  lines.push('  if [ -n "$choices" ]; then COMPREPLY=($(compgen -W "$choices" -- "$word"))');
  lines.push('  elif [ "${word#-}" != "$word" ]; then COMPREPLY=($(compgen -W "$flags" -- "$word"))');
  lines.push('  else COMPREPLY=($(compgen -W "$words" -- "$word")); [ -n "$command" ] && COMPREPLY+=($(compgen -f -- "$word")); fi');
  lines.push('}', 'complete -o filenames -F _postern postern');
  return `${lines.join('\n')}\n`;
}

/** A completion script for fish. */
export function fishCompletion(commands: readonly CommandSpec[], common: readonly FlagSpec[]): string {
  const lines = ['complete -c postern -f'];
  for (const [before, words] of continuations(commands)) {
    const condition = before === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${before.split(' ').at(-1)}`;
    for (const word of words) {
      const summary = commands.find(({ name }) => name === `${before} ${word}`.trim())?.summary ?? `${word} ...`;
      lines.push(`complete -c postern -n ${quoted(condition)} -a ${word} -d ${quoted(summary)}`);
    }
  }
  for (const command of commands) {
    const condition = command.name
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ');
    for (const flag of [...command.flags, ...common]) {
      const short = flag.short === undefined ? '' : ` -s ${flag.short.slice(1)}`;
      const value = flag.value === undefined ? '' : flag.choices === undefined ? ' -r -F' : ` -x -a ${quoted(flag.choices.join(' '))}`;
      lines.push(`complete -c postern -n ${quoted(condition)} -l ${flag.name.slice(2)}${short}${value} -d ${quoted(flag.help)}`);
    }
    if (command.args.length > 0) lines.push(`complete -c postern -n ${quoted(condition)} -F`);
  }
  return `${lines.join('\n')}\n`;
}
