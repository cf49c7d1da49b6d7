import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { InputError } from '../model/error.ts';
import { isArray, isObject, type Json } from '../model/json.ts';
import { oneLine } from '../model/one-line.ts';
import type { Manifest, SnapshotRecord } from '../model/record.ts';

export const snapshotSchema = 'snapshot/v1';

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/**
 * File of one (account, region, type), relative to the snapshot. Every part is made of letters, digits, `-` and `_` only, so that a hostile name cannot leave the folder;
 * a part that had to be changed gets a hash, so that two names never share a file.
 */
export function recordFileName(account: string, region: string, type: string): string {
  return ['records', part(account || 'none'), part(region || 'global'), `${part(type.replaceAll('::', '-').replaceAll('/', '-'), type)}.ndjson.gz`].join('/');
}

function part(text: string, original: string = text): string {
  const safe = text.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 100);
  return safe === text && !/^\.*$/.test(safe) ? safe : `${safe}-${sha256(original).slice(0, 8)}`;
}

/** Bytes of a file of records: one JSON text a line, sorted by id, gzipped without a time, so that equal records give equal bytes. */
export function encodeRecords(records: readonly SnapshotRecord[]): Buffer {
  const sorted = [...records].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const data = gzipSync(sorted.map((record) => `${JSON.stringify(record)}\n`).join(''), { level: 6 });
  // Byte 9 of the header names the operating system (RFC 1952, 2.3.1): 255 is "unknown", the same everywhere.
  data[9] = 255;
  return data;
}

/** A file that unpacks to more is refused: a hostile snapshot cannot fill the memory. */
const maximumUnpacked = 500_000_000;

/**
 * Reads a file of records. It is unpacked on this thread: a file holds some 100 kB, and to have another thread unpack it costs this one twice what unpacking does.
 *
 * @param file what an error names
 */
export function unpackRecords(data: Buffer, file: string): SnapshotRecord[] {
  let text: string;
  try {
    text = gunzipSync(data, { maxOutputLength: maximumUnpacked, chunkSize: roomFor(data) }).toString('utf8');
  } catch {
    throw new InputError('the file is damaged', { position: { file }, help: 'postern snapshot verify SNAP' });
  }
  return decodeRecords(text, file);
}

/** Room to unpack a file into in one go. Its last four bytes say how much it needs (RFC 1952, 2.3.1: ISIZE); what a hostile file says there costs no more than the largest room. */
function roomFor(data: Buffer): number {
  const said = data.length < 4 ? 0 : data.readUInt32LE(data.length - 4);
  return Math.min(Math.max(said + 1, 16_384), 1_000_000);
}

/** Reads the lines of a file of records. */
export function decodeRecords(text: string, file: string): SnapshotRecord[] {
  const records: SnapshotRecord[] = [];
  let last: SnapshotRecord | undefined;
  let line = 0;
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    line++;
    if (end > start) {
      const part = text.slice(start, end);
      let value: Json;
      try {
        value = JSON.parse(part) as Json;
      } catch (error) {
        throw new InputError(`the record is no JSON: ${error instanceof Error ? error.message.toLowerCase() : ''}`, {
          position: { file, line },
          help: 'postern snapshot verify SNAP; collect again what is damaged',
        });
      }
      if (!isRecord(value))
        throw new InputError('the line is no record', {
          position: { file, line },
          help: 'a record has type, id, account, region, config and calls; no control character is in the first four',
        });
      records.push(value);
      share(value, last);
      last = value;
    }
    start = end + 1;
  }
  return records;
}

/** Gives a record the texts of the one before it where they are equal, as nearly all of a file's are: the reader makes new ones for each. */
function share(record: { -readonly [K in keyof SnapshotRecord]: SnapshotRecord[K] }, last: SnapshotRecord | undefined): void {
  if (last === undefined) return;
  if (record.type === last.type) record.type = last.type;
  if (record.account === last.account) record.account = last.account;
  if (record.region === last.region) record.region = last.region;
  const { calls } = last;
  if (record.calls.length === calls.length && record.calls.every((call, position) => call === calls[position])) record.calls = calls;
}

/** No provider's id has a control character; in output one could pass for a line of Postern's own. */
const isName = (value: Json | undefined): boolean => typeof value === 'string' && oneLine(value) === value;

function isRecord(value: unknown): value is SnapshotRecord {
  const object = value as Json;
  return (
    isObject(object) &&
    isName(object['type']) &&
    isName(object['id']) &&
    isName(object['account']) &&
    isName(object['region']) &&
    isObject(object['config']) &&
    isArray(object['calls'])
  );
}

/** Checks what a manifest must have. A newer major schema is refused by name. */
export function parseManifest(text: string, file: string): Manifest {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new InputError(`the manifest is no JSON: ${error instanceof Error ? error.message.toLowerCase() : ''}`, { position: { file } });
  }
  if (!isObject(value)) throw new InputError('the manifest is no JSON object', { position: { file } });
  const schema = value['schema'];
  if (schema !== snapshotSchema) {
    const newer = typeof schema === 'string' && /^snapshot\/v\d+$/.test(schema);
    throw new InputError(`the snapshot has the schema \`${String(schema)}\`, this version of postern reads ${snapshotSchema}`, {
      position: { file },
      help: newer ? 'use the version of postern that wrote it, or a newer one' : 'name a folder that postern collect or postern import wrote',
    });
  }
  for (const key of ['files', 'calls'] as const) if (!isArray(value[key])) throw new InputError(`the manifest has no \`${key}\``, { position: { file } });
  if (!isObject(value['scope'])) throw new InputError('the manifest has no `scope`', { position: { file } });
  return value as unknown as Manifest;
}

/** Text of a manifest: stable keys and order, one file and one call a line, so that a diff of two snapshots can be read. */
export function encodeManifest(manifest: Manifest): string {
  const { files, calls, ...rest } = manifest;
  const head = JSON.stringify(rest, null, 1).replace(/\n}$/, '');
  const list = (values: readonly unknown[]): string =>
    values.length === 0 ? '[]' : `[\n${values.map((value) => `  ${JSON.stringify(value)}`).join(',\n')}\n ]`;
  return `${head},\n "files": ${list(files)},\n "calls": ${list(calls)}\n}\n`;
}
