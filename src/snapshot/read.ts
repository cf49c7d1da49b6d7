import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TypeTable } from '../model/collector.ts';
import { InputError } from '../model/error.ts';
import type { Manifest, Snapshot, SnapshotRecord } from '../model/record.ts';
import { parseManifest, sha256, unpackRecords } from './format.ts';
import { manifestName } from './manifest-name.ts';
import { memorySnapshot } from './memory.ts';

/** Files that are asked for before their turn: enough that the disk is not waited for, and no more of them open at once than any system allows. */
const ahead = 32;

/** Reads the manifest of a snapshot folder, with its hash. */
export async function readManifest(directory: string): Promise<{ readonly manifest: Manifest; readonly hash: string; readonly file: string }> {
  const file = path.join(directory, manifestName);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`no snapshot in \`${directory}\`${error.code === 'ENOENT' ? '' : `: ${error.code ?? error.message}`}`, {
      help: 'name a folder that postern collect or postern import wrote; postern demo needs none',
    });
  });
  return { manifest: parseManifest(text, file), hash: sha256(text), file };
}

/** The file of a manifest's entry; entries that lead out of the folder are refused. */
export function resolveInside(directory: string, name: string): string {
  const file = path.resolve(directory, name);
  if (!file.startsWith(`${path.resolve(directory)}${path.sep}`)) throw new InputError(`the manifest names \`${name}\`, which is outside the snapshot`);
  return file;
}

/** What each snapshot was read from: the records of a file by the hash of its bytes. */
const filesOf = new WeakMap<Snapshot, ReadonlyMap<string, readonly SnapshotRecord[]>>();

/**
 * Reads a snapshot into memory. Hashes are checked by `snapshot verify`, counts here.
 *
 * @param like a snapshot that was read before: of a file with the same bytes the records are taken over as the same objects, as most files of two snapshots of one estate are alike.
 * What counts are the bytes that are there, not what the manifests say of them
 */
export async function readSnapshot(directory: string, types?: TypeTable, like?: Snapshot): Promise<Snapshot> {
  const { manifest, hash } = await readManifest(directory);
  const known = like === undefined ? undefined : filesOf.get(like);
  const read = new Map<string, readonly SnapshotRecord[]>();
  const parts: (readonly SnapshotRecord[])[] = [];
  const asked: Promise<Buffer | undefined>[] = [];
  const names = manifest.files.values();
  for (const entry of manifest.files) {
    while (asked.length < ahead) {
      const next = names.next().value;
      if (next === undefined) break;
      asked.push(readFile(resolveInside(directory, next.path)).catch(() => undefined));
    }
    const data = await asked.shift();
    if (data === undefined)
      throw new InputError(`the snapshot lacks \`${entry.path}\``, { help: 'postern snapshot verify SNAP tells what is missing; collect again' });
    const file = resolveInside(directory, entry.path);
    const bytes = sha256(data);
    const records = known?.get(bytes) ?? unpackRecords(data, file);
    if (records.length !== entry.count)
      throw new InputError(`the file holds ${records.length} records, the manifest says ${entry.count}`, {
        position: { file },
        help: 'postern snapshot verify SNAP',
      });
    read.set(bytes, records);
    parts.push(records);
  }
  const snapshot = memorySnapshot(parts.flat(), { manifest, hash, ...(types === undefined ? {} : { types }) });
  filesOf.set(snapshot, read);
  return snapshot;
}
