import { readFile } from 'node:fs/promises';
import type { ExposurePath } from '../model/assessment.ts';
import { InputError } from '../model/error.ts';
import type { Analysis } from './analysis.ts';
import type { Invocation } from './command.ts';

/** `--top` and the like: a whole number from 1. */
export function countOf(invocation: Invocation, flag: string, fallback: number): number {
  const text = invocation.text(flag);
  if (text === undefined) return fallback;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InputError(`\`${text}\` is not a count`, { help: `${flag} takes a whole number from 1 to 999999` });
  return Number(text);
}

/** A file, or standard input for `-`. */
export async function textOf(invocation: Invocation, file: string): Promise<string> {
  if (file === '-') return invocation.io.stdin();
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new InputError(`cannot read \`${file}\``, { help: 'name an existing file, or - for standard input' });
  }
}

/** Names of nodes as people know them. */
export const namesOf =
  (...analyses: readonly Analysis[]) =>
  (id: string): string => {
    for (const { graph } of analyses) {
      const node = graph.indexOf(id);
      if (node >= 0) return graph.node(node).name;
    }
    return id;
  };

/** One line for a path: risk, ends, hops. */
export const pathLine = (path: ExposurePath, names: (id: string) => string): string =>
  `${path.risk.toFixed(1).padStart(5)}  ${path.entry.name} -> ${[...path.steps.slice(0, -1).map((step) => names(step.to)), path.target.name].join(' -> ')}${path.target.why === undefined ? '' : `  (${path.target.why})`}  ${path.id}`;

/** JSON as all commands print it. */
export const json = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;
