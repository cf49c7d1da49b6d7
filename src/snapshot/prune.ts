import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../model/error.ts';
import { readManifest } from './read.ts';

export interface PruneOptions {
  /** How many of the newest complete snapshots stay, whatever their age. At least one. */
  readonly keep: number;
  /** Snapshots that ended within so many days before `now` stay too. */
  readonly days: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly remove: boolean;
}

export interface PruneResult {
  readonly kept: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Removes old snapshots below a folder. Only folders whose manifest reads as a snapshot's are touched, links are not followed, and the newest complete ones always stay: an
 * interrupted scan never pushes out the last good one.
 */
export async function pruneSnapshots(folder: string, options: PruneOptions): Promise<PruneResult> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new InputError(`cannot read \`${folder}\``, { help: 'name the folder that holds the snapshots' });
  });
  const found: { readonly name: string; readonly end: number; readonly complete: boolean }[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const read = await readManifest(path.join(folder, entry.name)).catch(() => undefined);
    if (read !== undefined) found.push({ name: entry.name, end: Date.parse(read.manifest.end), complete: read.manifest.state === 'complete' });
  }
  found.sort((a, b) => b.end - a.end || (a.name < b.name ? -1 : 1));
  const newest = new Set(found.filter((each) => each.complete).slice(0, options.keep));
  const kept = found.filter((each) => newest.has(each) || options.now - each.end <= options.days * 86_400_000);
  const removed = found.filter((each) => !kept.includes(each));
  if (options.remove) for (const { name } of removed) await rm(path.join(folder, name), { recursive: true });
  return { kept: kept.map((each) => each.name), removed: removed.map((each) => each.name) };
}
