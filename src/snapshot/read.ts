import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { TypeTable } from '../model/collector.ts';
import { InputError } from '../model/error.ts';
import type { Manifest, Snapshot, SnapshotRecord } from '../model/record.ts';
import { decodeRecords, parseManifest, sha256 } from './format.ts';
import { manifestName } from './manifest-name.ts';
import { memorySnapshot } from './memory.ts';

const unzip = promisify(gunzip);
/** A file that unpacks to more is refused: a hostile snapshot cannot fill the memory. */
const maximumUnpacked = 500_000_000;

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
  const parts = await Promise.all(
    manifest.files.map(async (entry): Promise<readonly SnapshotRecord[]> => {
      const file = resolveInside(directory, entry.path);
      const data = await readFile(file).catch(() => {
        throw new InputError(`the snapshot lacks \`${entry.path}\``, { help: 'postern snapshot verify SNAP tells what is missing; collect again' });
      });
      const bytes = sha256(data);
      const records = known?.get(bytes) ?? (await unpacked(data, file));
      if (records.length !== entry.count)
        throw new InputError(`the file holds ${records.length} records, the manifest says ${entry.count}`, {
          position: { file },
          help: 'postern snapshot verify SNAP',
        });
      read.set(bytes, records);
      return records;
    }),
  );
  const snapshot = memorySnapshot(parts.flat(), { manifest, hash, ...(types === undefined ? {} : { types }) });
  filesOf.set(snapshot, read);
  return snapshot;
}

async function unpacked(data: Buffer, file: string): Promise<readonly SnapshotRecord[]> {
  const text = await unzip(data, { maxOutputLength: maximumUnpacked }).then(
    (buffer) => buffer.toString('utf8'),
    () => {
      throw new InputError('the file is damaged', { position: { file }, help: 'postern snapshot verify SNAP' });
    },
  );
  return decodeRecords(text, file);
}
