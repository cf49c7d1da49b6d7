import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../model/error.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { CallStatus, SnapshotRecord } from '../../model/record.ts';

export interface ImportInput {
  readonly file: string;
  readonly text: string;
}

export interface Imported {
  readonly records: readonly SnapshotRecord[];
  readonly calls: readonly CallStatus[];
  readonly unrecognised: readonly { readonly file: string; readonly reason: string }[];
  /** What was known and is of no use here: types that no collector asks for. */
  readonly unused?: readonly { readonly what: string; readonly count: number }[];
}

/** Files below folders, in the order of their names. Symbolic links are not followed out of what was named. */
export async function readInputs(paths: readonly string[]): Promise<readonly ImportInput[]> {
  const files: string[] = [];
  for (const each of paths) {
    const info = await stat(each).catch(() => {
      throw new InputError(`cannot read \`${each}\``, { help: 'name JSON files or folders of them' });
    });
    if (!info.isDirectory()) files.push(each);
    else
      for (const entry of await readdir(each, { recursive: true, withFileTypes: true }))
        if (entry.isFile() && !entry.name.startsWith('.')) files.push(path.join(entry.parentPath, entry.name));
  }
  const inputs: ImportInput[] = [];
  for (const file of files.sort()) {
    const data = await readFile(file);
    const text = data[0] === 0xff && data[1] === 0xfe ? data.toString('utf16le') : data.toString('utf8');
    inputs.push({ file, text: text.replace(/^\uFEFF/, '') });
  }
  return inputs;
}

/** What lies in a bucket is data, not configuration: the listing is known and nothing is taken from it. */
export function isObjectListing(document: Json): boolean {
  const keyed = (value: Json | undefined): boolean => isObject(value) && typeof value['Key'] === 'string';
  return [...answersOf(document)].every(({ answer }) => {
    const contents = answer['Contents'];
    return isArray(contents) && contents.every(keyed);
  });
}

/** A listing that found nothing. */
export const isEmptyAnswer = (document: Json): boolean =>
  isArray(document) ? document.every(isEmptyAnswer) : isObject(document) && Object.values(document).every((value) => isArray(value) && value.length === 0);

/** Parses JSON with the place of the first error; several documents, one a line, are read too. */
export function parseJson(text: string, file: string, help = 'a file holds the answer of one call as the AWS CLI prints it, or several in an array'): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length > 1 && lines.every((line) => line.trim().startsWith('{') && line.trim().endsWith('}'))) {
      try {
        return lines.map((line) => JSON.parse(line) as Json);
      } catch {
        // Not one document a line either: the first error is the one to tell.
      }
    }
    const message = error instanceof Error ? error.message : String(error);
    const offset = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    throw new InputError(`no JSON: ${message.split(' in JSON')[0]?.split(', "')[0]?.toLowerCase() ?? ''}`, {
      position: { file, line, column: offset - before.lastIndexOf('\n') },
      help,
    });
  }
}

/** The answers in a document: itself, the elements of an array, the `response` of a request, or the members of an object of several answers. */
export function* answersOf(document: Json, request?: JsonObject): Generator<{ answer: JsonObject; request: JsonObject | undefined }> {
  if (isArray(document)) {
    for (const each of document) yield* answersOf(each, request);
    return;
  }
  if (!isObject(document)) return;
  const response = document['response'];
  const own = document['request'];
  if (isObject(own) && response !== undefined) {
    if (isObject(response)) yield { answer: response, request: own };
    else if (isArray(response)) for (const each of response) if (isObject(each)) yield { answer: each, request: own };
    return;
  }
  // `{"get-bucket-policy": {...}, "describe-vpcs": {...}}`: names of calls, not keys of an answer.
  const members = Object.entries(document);
  const byName = members.filter(([key, value]) => /^[a-z0-9]+([-:][A-Za-z0-9-]+)+$/.test(key) && (isObject(value) || isArray(value)));
  if (byName.length > 0 && byName.length === members.length) {
    for (const [, value] of byName) yield* answersOf(value ?? null, request);
    return;
  }
  yield { answer: document, request };
}
