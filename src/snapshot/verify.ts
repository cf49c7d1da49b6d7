import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256, unpackRecords } from './format.ts';
import { manifestName } from './manifest-name.ts';
import { readManifest, resolveInside } from './read.ts';

export interface Verification {
  readonly hash: string;
  readonly files: number;
  readonly records: number;
  readonly state: 'complete' | 'incomplete';
  /** What is wrong, one sentence each; empty: nothing was altered since it was written. */
  readonly problems: readonly string[];
}

/**
 * Recomputes every hash and count of a snapshot, looks for files that the manifest does not name, for records that stand twice or in the wrong file, and,
 * if the earlier snapshot of the chain is given, whether this one names it.
 */
export async function verifySnapshot(directory: string, previous?: string): Promise<Verification> {
  const { manifest, hash } = await readManifest(directory);
  const problems: string[] = [];
  const ids = new Set<string>();
  let records = 0;
  for (const entry of manifest.files) {
    const data = await readFile(resolveInside(directory, entry.path)).catch(() => undefined);
    if (data === undefined) {
      problems.push(`${entry.path} is missing`);
      continue;
    }
    if (sha256(data) !== entry.sha256) {
      problems.push(`${entry.path} was altered: its SHA-256 is not the manifest's`);
      continue;
    }
    const found = unpackRecords(data, entry.path);
    records += found.length;
    if (found.length !== entry.count) problems.push(`${entry.path} holds ${found.length} records, the manifest says ${entry.count}`);
    for (const record of found) {
      const key = `${record.type}\n${record.id}\n${record.account}`;
      if (ids.has(key)) problems.push(`${record.id} stands twice`);
      ids.add(key);
      if (record.type !== entry.type || record.account !== entry.account || record.region !== entry.region)
        problems.push(`${record.id} stands in the wrong file ${entry.path}`);
    }
  }
  const named = new Set(manifest.files.map((entry) => entry.path));
  const entries = await readdir(path.join(directory, 'records'), { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const name = path.relative(directory, path.join(entry.parentPath, entry.name)).split(path.sep).join('/');
    if (entry.isFile() && !named.has(name)) problems.push(`${name} is not in the manifest`);
  }
  if (previous !== undefined) {
    const text = await readFile(path.join(previous, manifestName)).catch(() => undefined);
    if (text === undefined) problems.push(`no snapshot in ${previous}`);
    else if (manifest.previous !== sha256(text)) problems.push(`the chain is broken: this snapshot does not follow ${previous}`);
  }
  return { hash, files: manifest.files.length, records, state: manifest.state, problems };
}
