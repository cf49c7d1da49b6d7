import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { InputError, InputErrors } from '../model/error.ts';
import { loadRules } from './load.ts';
import type { Rule } from './rule.ts';

/** Reads every `.yaml` and `.yml` file below folders, or single files. All errors of all files at once. This is the one file of the stage that touches disk. */
export async function readPacks(paths: readonly string[]): Promise<readonly Rule[]> {
  const files = (await Promise.all(paths.map(yamlFiles))).flat().sort();
  const rules: Rule[] = [];
  const errors: InputError[] = [];
  for (const file of files) {
    const text = await readFile(file, 'utf8');
    try {
      const loaded = loadRules(text, file);
      rules.push(...loaded.rules);
      errors.push(...loaded.errors);
    } catch (error) {
      if (error instanceof InputErrors) errors.push(...error.errors);
      else throw error;
    }
  }
  if (errors.length > 0) throw new InputErrors(errors);
  return rules.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function yamlFiles(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return undefined;
    throw new InputError(`cannot read rules from \`${root}\``, { help: 'name a folder of YAML files, or one file' });
  });
  if (entries === undefined) return [root];
  return entries.filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name)).map((entry) => path.join(entry.parentPath, entry.name));
}
