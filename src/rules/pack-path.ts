import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../model/error.ts';

const packageName = /^(@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*$/;

/**
 * The folders that a word of `--rules` names: a folder or file as it is, or an npm package that is installed at or above `from`. A package lists its folders under
 * `postern.rules` in its package.json (`rules` without a list). Only its YAML is read; nothing of it is imported or run.
 */
export async function packFolders(word: string, from: string): Promise<readonly string[]> {
  if (await exists(path.resolve(from, word))) return [path.isAbsolute(word) || from === process.cwd() ? word : path.join(from, word)];
  if (!packageName.test(word))
    throw new InputError(`cannot read rules from \`${word}\``, { help: 'name a folder of YAML files, one file, or an installed npm package' });
  const root = await packageRoot(word, from);
  if (root === undefined) throw new InputError(`no package \`${word}\` is installed, and no such folder is there`, { help: `npm install --save-dev ${word}` });
  const file = path.join(root, 'package.json');
  let manifest: unknown;
  try {
    manifest = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    throw new InputError('the manifest of the package cannot be read', { position: { file } });
  }
  const listed = (manifest as { postern?: { rules?: unknown } } | null)?.postern?.rules ?? ['rules'];
  const wrong = (message: string): InputError =>
    new InputError(`postern.rules: ${message}`, { position: { file }, help: 'a list of folders inside the package: ["checks"]' });
  if (!Array.isArray(listed) || !listed.every((each): each is string => typeof each === 'string')) throw wrong('no list of folders');
  const home = await realpath(root);
  return await Promise.all(
    listed.map(async (each) => {
      const target = await realpath(path.resolve(home, each)).catch(() => {
        throw wrong(`\`${each}\` does not exist`);
      });
      if (target !== home && !target.startsWith(home + path.sep)) throw wrong(`\`${each}\` leads out of the package`);
      return target;
    }),
  );
}

async function packageRoot(name: string, from: string): Promise<string | undefined> {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name);
    if (await exists(path.join(candidate, 'package.json'))) return candidate;
    if (path.dirname(folder) === folder) return undefined;
  }
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
