import type { InputError } from '../model/error.ts';
import { nearest } from '../model/error.ts';
import { isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import { type KeyPath, unknownKeys, type YamlSource } from '../model/yaml-source.ts';

/**
 * What can be wrong in a rule or framework file. A code never changes its meaning, so that an editor or a CI job can filter by it.
 */
export const problemCodes = {
  R101: 'a required key is missing',
  R102: 'a value has the wrong shape',
  R103: 'a word is not one of the known ones',
  R104: 'a key or field is unknown',
  R105: 'an id has the wrong form, or is taken',
  R106: 'examples are missing or wrong',
  R107: 'a resource type is not declared by any collector',
  R108: 'a condition over selections cannot be read',
  R109: 'an expression cannot be read, or reads what is not there',
  R110: 'a graph pattern cannot be read',
  R111: 'a text is too long or has the wrong form',
  R112: 'a control names a rule that does not exist',
} as const;

export type ProblemCode = keyof typeof problemCodes;

/** What is wrong with a rule that was read, at a key path of its file. */
export interface RuleProblem {
  readonly code: ProblemCode;
  readonly path: KeyPath;
  readonly message: string;
  readonly help?: string;
}

/** Reads the keys of one document and collects everything that is wrong in it, with places. */
export class DocumentReader {
  readonly errors: InputError[] = [];
  readonly source: YamlSource;

  constructor(source: YamlSource) {
    this.source = source;
  }

  fail(code: ProblemCode, path: KeyPath, message: string, help?: string): void {
    this.errors.push(this.source.error(path, message, { code, ...(help === undefined ? {} : { help }) }));
  }

  known(path: KeyPath, value: JsonObject, keys: readonly string[], what: string): void {
    this.errors.push(...unknownKeys(this.source, path, value, keys, what, 'R104'));
  }

  map(root: JsonObject, key: string, known: readonly string[] | undefined, prefix: KeyPath = []): JsonObject {
    const value = root[key];
    if (!isObject(value)) {
      this.fail(value === undefined ? 'R101' : 'R102', [...prefix, key], value === undefined ? `no \`${key}\`` : `\`${key}\` is not a map`);
      return {};
    }
    if (known !== undefined) this.known([...prefix, key], value, known, `\`${key}\``);
    return value;
  }

  text(root: JsonObject, key: string, required: boolean, prefix: KeyPath = []): string {
    const value = root[key];
    if (typeof value === 'string') return value;
    if (value !== undefined) this.fail('R102', [...prefix, key], `\`${key}\` is not a text`, 'put it into quotes');
    else if (required) this.fail('R101', [...prefix, key], `no \`${key}\``);
    return '';
  }

  texts(root: JsonObject, key: string, prefix: KeyPath = []): readonly string[] {
    const value = root[key];
    if (value === undefined) return [];
    if (isArray(value) && value.every((each): each is string => typeof each === 'string')) return value;
    this.fail('R102', [...prefix, key], `\`${key}\` is not a list of texts`);
    return [];
  }

  word<W extends string>(root: JsonObject, key: string, known: readonly W[], fallback: W | undefined, prefix: KeyPath = []): W | '' {
    const value: Json | undefined = root[key];
    if (value === undefined && fallback !== undefined) return fallback;
    const found = known.find((each) => each === value);
    if (found !== undefined) return found;
    const near = typeof value === 'string' ? nearest(value, known) : undefined;
    this.fail(
      value === undefined ? 'R101' : 'R103',
      [...prefix, key],
      value === undefined ? `no \`${key}\`` : `\`${String(value)}\` is ${/^\d+$/.test(key) ? `none of the known ${String(prefix.at(-1))}` : `not a ${key}`}`,
      near === undefined ? `one of: ${known.join(', ')}` : `did you mean ${near}?`,
    );
    return '';
  }
}
