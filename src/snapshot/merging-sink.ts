import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SnapshotFile, SnapshotRecord } from '../model/record.ts';
import { recordFileName, unpackRecords } from './format.ts';
import type { SnapshotWriter } from './write.ts';

/** Records of one file may come from several units (a network shared by another account): they are put together before they are written. */
export class MergingSink {
  readonly #writer: SnapshotWriter;
  readonly #directory: string;
  readonly #kept: ReadonlySet<string>;
  readonly #files = new Map<string, Map<string, SnapshotRecord>>();
  readonly #dirty = new Set<string>();

  /** @param kept files of an interrupted run that stay: what is added to them joins what they hold */
  constructor(writer: SnapshotWriter, directory: string, kept: readonly SnapshotFile[]) {
    this.#writer = writer;
    this.#directory = directory;
    this.#kept = new Set(kept.map((file) => file.path));
  }

  async records(account: string, region: string, type: string, records: readonly SnapshotRecord[]): Promise<void> {
    const name = recordFileName(account, region, type);
    const known = this.#files.get(name) ?? (await this.#held(name));
    const held = this.#files.get(name) ?? known;
    for (const record of records) held.set(record.id, record);
    this.#files.set(name, held);
    this.#dirty.add(name);
    if (this.#dirty.size > 200) await this.flush();
  }

  async #held(name: string): Promise<Map<string, SnapshotRecord>> {
    if (!this.#kept.has(name)) return new Map();
    const file = path.join(this.#directory, ...name.split('/'));
    const data = await readFile(file).catch(() => undefined);
    const records = data === undefined ? [] : unpackRecords(data, file);
    return new Map(records.map((record) => [record.id, record]));
  }

  async flush(): Promise<void> {
    const names = [...this.#dirty];
    this.#dirty.clear();
    for (const name of names) {
      const records = [...(this.#files.get(name)?.values() ?? [])];
      const [first] = records;
      if (first !== undefined) await this.#writer.records(first.account, first.region, first.type, records);
    }
  }
}
