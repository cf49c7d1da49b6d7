import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { TypeTable } from '../model/collector.ts';
import { InputError } from '../model/error.ts';
import type { Manifest, Snapshot, SnapshotRecord } from '../model/record.ts';
import { decodeRecords, manifestName, parseManifest, sha256 } from './format.ts';
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

/** Reads a snapshot into memory. Hashes are checked by `snapshot verify`, counts here. */
export async function readSnapshot(directory: string, types?: TypeTable): Promise<Snapshot> {
  const { manifest, hash } = await readManifest(directory);
  const parts = await Promise.all(
    manifest.files.map(async (entry): Promise<readonly SnapshotRecord[]> => {
      const file = resolveInside(directory, entry.path);
      const data = await readFile(file).catch(() => {
        throw new InputError(`the snapshot lacks \`${entry.path}\``, { help: 'postern snapshot verify SNAP tells what is missing; collect again' });
      });
      const text = await unzip(data, { maxOutputLength: maximumUnpacked }).then(
        (buffer) => buffer.toString('utf8'),
        () => {
          throw new InputError('the file is damaged', { position: { file }, help: 'postern snapshot verify SNAP' });
        },
      );
      const records = decodeRecords(text, file);
      if (records.length !== entry.count)
        throw new InputError(`the file holds ${records.length} records, the manifest says ${entry.count}`, {
          position: { file },
          help: 'postern snapshot verify SNAP',
        });
      return records;
    }),
  );
  return memorySnapshot(parts.flat(), { manifest, hash, ...(types === undefined ? {} : { types }) });
}
