import { readFile } from 'node:fs/promises';
import type { Json } from '../model/json.ts';
import { rememberYaml } from '../model/yaml-source.ts';
import { packagePath } from './package-path.ts';

let done: Promise<void> | undefined;

/** Takes what the build read of the bundled YAML files. Without a build, or where a file was changed since, they are parsed as any other. */
export function rememberBundled(): Promise<void> {
  done ??= readFile(packagePath('dist', 'yaml.json'), 'utf8').then(
    (text) => rememberYaml(JSON.parse(text) as Readonly<Record<string, readonly Json[]>>),
    () => undefined,
  );
  return done;
}
