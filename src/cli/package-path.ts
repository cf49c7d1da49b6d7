import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

let root: string | undefined;

/** A path inside the installed package (`rules`, `snapshots/demo`, `dist/web`), whether run from `dist` or from the sources. */
export function packagePath(...parts: readonly string[]): string {
  if (root === undefined) {
    let folder = path.dirname(fileURLToPath(import.meta.url));
    while (!existsSync(path.join(folder, 'package.json')) && path.dirname(folder) !== folder) folder = path.dirname(folder);
    root = folder;
  }
  return path.join(root, ...parts);
}
