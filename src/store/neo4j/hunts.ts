import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Driver } from 'neo4j-driver';
import { InputError, nearest } from '../../model/error.ts';
import type { Json } from '../../model/json.ts';

/** A query kept as a file: header comments `// title: …` and `// about: …`, then Cypher with the parameter `$scope`. */
export interface Hunt {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly query: string;
}

export interface HuntResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Json[])[];
}

/** The hunts of a folder, by name. */
export async function readHunts(folder: string): Promise<readonly Hunt[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.cypher')).sort();
  return Promise.all(files.map(async (file) => parseHunt(path.basename(file, '.cypher'), await readFile(path.join(folder, file), 'utf8'))));
}

/** One hunt from its text. */
export function parseHunt(name: string, text: string): Hunt {
  const header = (field: string): string => new RegExp(`^// ${field}: (.+)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  if (header('title') === '') throw new InputError(`the hunt \`${name}\` has no title`, { help: 'begin the file with // title: …' });
  return { name, title: header('title'), about: header('about'), query: text };
}

/** The hunt of this name. */
export function findHunt(hunts: readonly Hunt[], name: string): Hunt {
  const found = hunts.find((hunt) => hunt.name === name);
  if (found !== undefined) return found;
  const names = hunts.map((hunt) => hunt.name);
  const near = nearest(name, names);
  throw new InputError(`unknown hunt \`${name}\``, { help: near === undefined ? `one of: ${names.join(', ')}` : `did you mean ${near}?` });
}

/** Runs a hunt in a transaction that may only read. */
export async function runHunt(driver: Driver, hunt: Hunt, scope: string): Promise<HuntResult> {
  const session = driver.session({ defaultAccessMode: 'READ' });
  try {
    const { records } = await session.executeRead((tx) => tx.run(hunt.query, { scope }));
    const columns = (records[0]?.keys ?? []).map(String);
    return { columns, rows: records.map((record) => columns.map((column) => plain(record.get(column)))) };
  } finally {
    await session.close();
  }
}

/** Nodes give their id, relationships their kind, numbers and text themselves. */
function plain(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object') {
    if ('labels' in value && 'properties' in value) return plain((value.properties as { id?: unknown }).id ?? null);
    if ('type' in value && 'properties' in value) return String(value.type);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  }
  return String(value);
}
