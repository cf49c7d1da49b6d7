import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../model/error.ts';
import type { CallStatus, Manifest, SnapshotFile, SnapshotRecord } from '../model/record.ts';
import { encodeManifest, encodeRecords, recordFileName, sha256 } from './format.ts';
import { manifestName } from './manifest-name.ts';

/** Only the owner may read what a snapshot says. */
const fileMode = 0o600;
const folderMode = 0o700;

export interface ManifestHead extends Omit<Manifest, 'schema' | 'files' | 'calls' | 'previous'> {
  readonly calls: readonly CallStatus[];
}

/**
 * Writes a snapshot, a file at a time, each to a temporary name that is then renamed. Until `finish` says so the manifest tells that the snapshot is incomplete; what was
 * written by then stays readable and can be resumed.
 */
export class SnapshotWriter {
  readonly #directory: string;
  readonly #files = new Map<string, SnapshotFile>();
  #previous: string | undefined;
  #saving: Promise<void> = Promise.resolve();

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Opens a folder for a new snapshot. If a complete snapshot stands there already, the new one is chained to it; its record files are removed at the end, when no longer named.
   * @throws InputError if the folder holds something else
   */
  static async open(directory: string, options: { readonly resume?: readonly SnapshotFile[] } = {}): Promise<SnapshotWriter> {
    const writer = new SnapshotWriter(directory);
    await mkdir(directory, { recursive: true, mode: folderMode }).catch((error: NodeJS.ErrnoException) => {
      throw new InputError(`cannot write to \`${directory}\`: ${error.code ?? error.message}`, { help: 'choose another --out' });
    });
    const old = await readFile(path.join(directory, manifestName)).catch(() => undefined);
    if (old !== undefined) writer.#previous = sha256(old);
    for (const file of options.resume ?? []) writer.#files.set(file.path, file);
    return writer;
  }

  /** Files written so far, for resuming. */
  get files(): readonly SnapshotFile[] {
    return [...this.#files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Writes all records of one (account, region, type); called again for the same, it replaces. Nothing is written for no records. */
  async records(account: string, region: string, type: string, records: readonly SnapshotRecord[]): Promise<void> {
    const name = recordFileName(account, region, type);
    if (records.length === 0) {
      this.#files.delete(name);
      return;
    }
    const data = encodeRecords(records);
    await this.#write(name, data);
    this.#files.set(name, { path: name, sha256: sha256(data), count: records.length, type, account, region });
  }

  /** Writes the manifest; may be called at any time to make what stands so far readable. Gives the manifest's hash. */
  async manifest(head: ManifestHead): Promise<string> {
    const { calls, ...rest } = head;
    const order = (call: CallStatus): string => `${call.account}\n${call.region}\n${call.call}`;
    const text = encodeManifest({
      schema: 'snapshot/v1',
      ...rest,
      ...(this.#previous === undefined ? {} : { previous: this.#previous }),
      files: this.files,
      calls: [...calls].sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0)),
    });
    // On a busy machine one save may still be under way when the next begins: they take turns, so that the last one stands.
    const turn = this.#saving.then(() => this.#write(manifestName, text));
    this.#saving = turn.catch(() => undefined);
    await turn;
    return sha256(text);
  }

  /** Removes record files that the manifest does not name, left by an earlier snapshot in the same folder. */
  async sweep(): Promise<void> {
    const { readdir } = await import('node:fs/promises');
    const root = path.join(this.#directory, 'records');
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      const name = path.relative(this.#directory, file).split(path.sep).join('/');
      if (!this.#files.has(name)) await rm(file, { force: true });
    }
  }

  async #write(name: string, data: string | Uint8Array): Promise<void> {
    const file = path.join(this.#directory, ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true, mode: folderMode });
    const temporary = `${file}.${process.pid}.part`;
    await writeFile(temporary, data, { mode: fileMode });
    await rename(temporary, file);
  }
}

/** Writes a whole snapshot that is in memory. */
export async function writeSnapshot(directory: string, records: Iterable<SnapshotRecord>, head: ManifestHead): Promise<string> {
  const groups = new Map<string, SnapshotRecord[]>();
  for (const record of records) {
    const key = recordFileName(record.account, record.region, record.type);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  const writer = await SnapshotWriter.open(directory);
  for (const [, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [first] = group;
    if (first !== undefined) await writer.records(first.account, first.region, first.type, group);
  }
  const hash = await writer.manifest(head);
  await writer.sweep();
  return hash;
}
