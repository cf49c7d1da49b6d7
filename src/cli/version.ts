import { readFileSync } from 'node:fs';
import { packagePath } from './package-path.ts';

/** The version of this package, from its package.json. */
export function version(): string {
  return (JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string }).version;
}
