import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { InputError, InputErrors } from '../model/error.ts';
import { readYaml } from '../model/yaml-source.ts';
import { loadRule } from './load.ts';
import { isFramework, loadFramework, type PlacedFramework } from './load-framework.ts';
import type { Rule } from './rule.ts';

/** What folders of YAML files hold: rules and frameworks, told apart by their `schema`. A pack is data; nothing in it is run. */
export interface Pack {
  /** Sorted by id. */
  readonly rules: readonly Rule[];
  readonly frameworks: readonly PlacedFramework[];
}

/** Reads every `.yaml` and `.yml` file below folders, or single files. All errors of all files at once. */
export async function readPacks(paths: readonly string[]): Promise<Pack> {
  const files = (await Promise.all(paths.map(yamlFiles))).flat().sort();
  const rules: Rule[] = [];
  const frameworks: PlacedFramework[] = [];
  const errors: InputError[] = [];
  for (const file of files) {
    // Hundreds of small files: to wait for each takes longer than to read it.
    const loaded = loadPack(readFileSync(file, 'utf8'), file);
    rules.push(...loaded.rules);
    frameworks.push(...loaded.frameworks);
    errors.push(...loaded.errors);
  }
  if (errors.length > 0) throw new InputErrors(errors);
  return { rules: rules.sort((a, b) => (a.id < b.id ? -1 : 1)), frameworks };
}

/** Reads the rules and frameworks of one file, one a document. Everything that is wrong in the file comes back at once, with places. */
export function loadPack(text: string, file: string): Pack & { readonly errors: readonly InputError[] } {
  const rules: Rule[] = [];
  const frameworks: PlacedFramework[] = [];
  const errors: InputError[] = [];
  try {
    for (const source of readYaml(text, file)) {
      if (source.value === null) continue;
      if (isFramework(source)) {
        const loaded = loadFramework(source);
        errors.push(...loaded.errors);
        if (loaded.framework !== undefined) frameworks.push({ framework: loaded.framework, source });
      } else {
        const loaded = loadRule(source);
        errors.push(...loaded.errors);
        if (loaded.rule !== undefined) rules.push(loaded.rule);
      }
    }
  } catch (error) {
    if (!(error instanceof InputErrors)) throw error;
    errors.push(...error.errors);
  }
  return { rules, frameworks, errors };
}

async function yamlFiles(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return undefined;
    throw new InputError(`cannot read rules from \`${root}\``, { help: 'name a folder of YAML files, or one file' });
  });
  if (entries === undefined) return [root];
  return entries.filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name)).map((entry) => path.join(entry.parentPath, entry.name));
}
