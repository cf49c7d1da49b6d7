import { createHash } from 'node:crypto';
import { LineCounter, parseAllDocuments } from 'yaml';
import { InputError, InputErrors, nearest, type Position } from './error.ts';
import type { Json, JsonObject } from './json.ts';

export type KeyPath = readonly (string | number)[];

/** One YAML document with its places, so that whatever is wrong in it can be named by file, line and column. */
export interface YamlSource {
  readonly file: string;
  readonly value: Json;
  position(path: KeyPath, of?: 'key' | 'value'): Position;
  error(path: KeyPath, message: string, options?: { readonly help?: string; readonly of?: 'key' | 'value'; readonly code?: string }): InputError;
}

/** Limits against hostile files: aliases that explode, and files nobody wrote by hand. */
const maximumBytes = 4_000_000;
const maximumAliases = 50;

/** Values of files that were read before, by the key of their text; see `rememberYaml`. */
const nothing: Readonly<Record<string, readonly Json[]>> = {};
let remembered = nothing;

/** Key of a text: files are known again by what they say, not by their names or times. */
export const yamlKey = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/** Gives the values of files that ship with the package and were read when it was built: nobody waits for them to be parsed again. Places are looked up when an error needs one. */
export function rememberYaml(values: Readonly<Record<string, readonly Json[]>>): void {
  remembered = values;
}

/** Reads as `parseYaml` does, and takes the values of a text that is remembered. */
export function readYaml(text: string, file: string): readonly YamlSource[] {
  const values = remembered === nothing ? undefined : remembered[yamlKey(text)];
  if (values === undefined) return parseYaml(text, file);
  let parsed: readonly YamlSource[] | undefined;
  return values.map((value, index): YamlSource => {
    const source = (): YamlSource => {
      parsed ??= parseYaml(text, file);
      const found = parsed[index];
      if (found === undefined) throw new Error(`${file} has fewer documents than when it was built`);
      return found;
    };
    return { file, value, position: (path, of) => source().position(path, of), error: (path, message, options) => source().error(path, message, options) };
  });
}

/**
 * Reads one or several documents of a YAML file (`---` between them). Duplicate keys, tags and explosive aliases are refused.
 * @throws InputErrors with every syntax error of the file
 */
export function parseYaml(text: string, file: string): readonly YamlSource[] {
  if (text.length > maximumBytes) throw new InputErrors([new InputError(`the file is larger than ${maximumBytes} bytes`, { position: { file } })]);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true, schema: 'core', prettyErrors: false });
  const list = Array.isArray(documents) ? documents : [];
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const errors = list.flatMap((document) =>
    [...document.errors, ...document.warnings].map(
      (error) => new InputError(lowered(error.message), { position: at(error.pos[0]), help: 'check the indentation and the quotes' }),
    ),
  );
  if (errors.length > 0) throw new InputErrors(errors);
  return list.map((document): YamlSource => {
    let value: Json;
    try {
      value = document.toJS({ maxAliasCount: maximumAliases }) as Json;
    } catch (error) {
      throw new InputErrors([new InputError(lowered(error instanceof Error ? error.message : String(error)), { position: at(document.range[0]) })]);
    }
    const position = (path: KeyPath, of: 'key' | 'value' = 'value'): Position => {
      for (let length = path.length; length >= 0; length--) {
        const offset = offsetOf(document.contents as unknown as Collection, path.slice(0, length), length === path.length ? of : 'value');
        if (offset !== undefined) return at(offset);
      }
      return at(document.range[0]);
    };
    return {
      file,
      value,
      position,
      error: (path, message, options = {}) =>
        new InputError(message, {
          position: position(path, options.of ?? 'value'),
          ...(options.help === undefined ? {} : { help: options.help }),
          ...(options.code === undefined ? {} : { code: options.code }),
        }),
    };
  });
}

const lowered = (message: string): string => {
  const [first = ''] = message.split('\n');
  if (first.includes('call stack')) return 'the file is nested deeper than anybody writes';
  return `${first.charAt(0).toLowerCase()}${first.slice(1)}`.replace(/\.$/, '');
};

/** What is read of the yaml package's nodes. */
interface Placed {
  readonly range?: readonly [number, number, number] | null;
  readonly value?: unknown;
}
interface Collection extends Placed {
  readonly items?: readonly (Placed | { readonly key: Placed; readonly value: Placed | null })[];
}

/** Offset in the text of the key or value at a path. Written over the node tree because `getIn` forgets keys. */
function offsetOf(root: Collection | null, path: KeyPath, of: 'key' | 'value'): number | undefined {
  let node: Collection | null = root;
  let key: Placed | undefined;
  for (const part of path) {
    const items: Collection['items'] = node?.items;
    if (items === undefined) return undefined;
    if (typeof part === 'number') {
      node = (items[part] as Collection | undefined) ?? null;
      key = undefined;
    } else {
      const pair = items.find((item) => 'key' in item && String(item.key.value) === part);
      if (pair === undefined || !('key' in pair)) return undefined;
      key = pair.key;
      node = pair.value as Collection | null;
    }
    if (node === null && key === undefined) return undefined;
  }
  return (of === 'key' && key !== undefined ? key : (node ?? key))?.range?.[0];
}

/** Errors for keys that are not among the known ones, with "did you mean". */
export function unknownKeys(
  source: YamlSource,
  path: KeyPath,
  value: JsonObject,
  known: readonly string[],
  what: string,
  code?: string,
): readonly InputError[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = nearest(key, known);
      const help = near === undefined ? `known: ${known.join(', ')}` : `did you mean ${near}?`;
      return source.error([...path, key], `unknown key \`${key}\` in ${what}`, { help, of: 'key', ...(code === undefined ? {} : { code }) });
    });
}

/** What is wrong with the `schema` of a file, in words. */
export const otherSchema = (schema: Json | undefined): string => (schema === undefined ? 'no `schema`' : `schema is \`${String(schema)}\``);
