import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { InputError, InputErrors } from '../model/error.ts';
import { type CataloguedStep, parseSteps } from './step-catalogue.ts';
import { parseTechniques, type Technique } from './technique.ts';

/** Reads every technique below folders, or single files, sorted by id. The one file of this stage that touches disk. */
export async function loadTechniques(...roots: readonly string[]): Promise<readonly Technique[]> {
  const techniques: Technique[] = [];
  const errors: InputError[] = [];
  const seen = new Map<string, string>();
  for (const root of roots) {
    for (const file of await files(root)) {
      try {
        // Hundreds of small files: to wait for each takes longer than to read it.
        for (const technique of parseTechniques(readFileSync(file, 'utf8'), file)) {
          const other = seen.get(technique.id);
          if (other !== undefined) errors.push(new InputError(`the id \`${technique.id}\` is taken by ${other}`, { position: { file } }));
          seen.set(technique.id, file);
          techniques.push(technique);
        }
      } catch (error) {
        if (error instanceof InputErrors) errors.push(...error.errors);
        else throw error;
      }
    }
  }
  if (errors.length > 0) throw new InputErrors(errors);
  return techniques.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Reads the catalogue of steps that code reads from the configuration, sorted by id. */
export async function loadSteps(root: string): Promise<readonly CataloguedStep[]> {
  const steps = (await files(root)).flatMap((file) => parseSteps(readFileSync(file, 'utf8'), file));
  return steps.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function files(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return undefined;
    throw new InputError(`cannot read techniques from \`${root}\``, { help: 'name a folder of YAML files, or one file' });
  });
  if (entries === undefined) return [root];
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
