import type { CommandSpec, FlagSpec } from './command.ts';

const format = (...choices: string[]): FlagSpec => ({
  name: '--format',
  short: '-f',
  value: 'FORMAT',
  choices,
  default: choices[0] ?? 'text',
  help: 'output format',
});
const failOn: FlagSpec = {
  name: '--fail-on',
  value: 'LEVEL',
  choices: ['critical', 'high', 'medium', 'low', 'new', 'none'],
  default: 'high',
  help: 'exit 1 at or over this level',
};
const strict: FlagSpec = { name: '--strict', help: 'exit 3 when the collection or import is incomplete' };
const out: FlagSpec = { name: '--out', short: '-o', value: 'PATH', help: 'where the snapshot is written' };
const settings: FlagSpec = { name: '--config', short: '-c', value: 'FILE', help: 'settings (default: postern.yaml, found upward)' };
const snap = { name: 'SNAP', help: 'a snapshot directory' } as const;

/** Every command. Sorted by name; one entry each. */
export const commands: readonly CommandSpec[] = [
  {
    name: 'iam simulate',
    summary: 'evaluate policies over given cases',
    args: [{ name: 'FILE', help: 'JSON with cases, - for standard input' }],
    flags: [format('json', 'text')],
    load: () => import('./commands/iam-simulate.ts'),
  },
];

export const shared = { format, failOn, strict, out, settings, snap };
