import { isKind } from '../graph/graph.ts';
import { type InputError, InputErrors, nearest } from '../model/error.ts';
import { isArray, isObject, type Json } from '../model/json.ts';
import { type NodeKind, nodeKindNames } from '../model/vocabulary.ts';
import { type KeyPath, parseYaml, unknownKeys } from '../model/yaml-source.ts';
import { riskTable } from './risk-table.ts';

/** Which nodes a rule of the settings means. All given fields must hold; globs know `*` only. */
export interface NodeSelector {
  readonly id?: string;
  readonly name?: string;
  readonly type?: string;
  readonly kind?: NodeKind;
  readonly account?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface JewelSetting extends NodeSelector {
  /** Business value, 0–100. 0: not a target. */
  readonly value: number;
  readonly why?: string;
}

/** `postern.yaml`, what the owner of the estate knows and a snapshot does not tell. */
export interface Settings {
  readonly schema: 'settings/v1';
  readonly estate?: string;
  /** Names of accounts, vendors and networks by id, shown to the reader. */
  readonly names: Readonly<Record<string, string>>;
  readonly jewels: readonly JewelSetting[];
  /** Likelihood of an entry, by entry id or node kind; 0 closes it. */
  readonly entries: Readonly<Record<string, number>>;
  /** Overrides of the risk table, by the names in it (`condition.aws:MultiFactorAuthPresent`, `value.Account`). */
  readonly risk: Readonly<Record<string, number>>;
}

export const noSettings: Settings = { schema: 'settings/v1', names: {}, jewels: [], entries: {}, risk: {} };

const selectorKeys = ['id', 'name', 'type', 'kind', 'account', 'tags'];
const topKeys = ['schema', 'estate', 'names', 'jewels', 'entries', 'risk'];

/** Parses `postern.yaml`. All errors of the file at once, each with line and column. */
export function parseSettings(text: string, file: string): Settings {
  const [source] = parseYaml(text, file);
  if (source === undefined || source.value === null) return noSettings;
  const errors: InputError[] = [];
  const fail = (path: KeyPath, message: string, help?: string): void => {
    errors.push(source.error(path, message, help === undefined ? {} : { help }));
  };
  const entriesOf = (path: KeyPath, value: Json | undefined, known: readonly string[] | undefined, what: string): [string, Json][] => {
    if (!isObject(value)) {
      fail(path, `${what} is not a map`);
      return [];
    }
    if (known !== undefined) errors.push(...unknownKeys(source, path, value, known, what));
    return Object.entries(value).map(([key, inner]): [string, Json] => [key, inner ?? null]);
  };
  const number = (path: KeyPath, value: Json, what: string, low: number, high: number): number => {
    if (typeof value === 'number' && value >= low && value <= high) return value;
    fail(path, `${what} is not a number from ${low} to ${high}`);
    return low;
  };
  const textOf = (path: KeyPath, value: Json, what: string): string => {
    if (typeof value === 'string') return value;
    // An account id without quotes is a number in YAML, and loses its leading zeros: it must be quoted.
    fail(path, `${what} is not a text`, typeof value === 'number' ? 'put it in quotes' : undefined);
    return '';
  };
  const numbers = (key: string, value: Json, high: number): Record<string, number> =>
    Object.fromEntries(entriesOf([key], value, undefined, key).map(([name, inner]) => [name, number([key, name], inner, `\`${name}\``, 0, high)]));
  const texts = (path: KeyPath, value: Json, what: string): Record<string, string> =>
    Object.fromEntries(entriesOf(path, value, undefined, what).map(([name, inner]) => [name, textOf([...path, name], inner, `\`${name}\``)]));
  const jewel = (item: Json, index: number): JewelSetting => {
    const path = ['jewels', index];
    const fields = entriesOf(path, item, [...selectorKeys, 'value', 'why'], 'a jewel');
    const found: Record<string, unknown> = {};
    for (const [name, inner] of fields) {
      const at = [...path, name];
      if (name === 'value') found[name] = number(at, inner, '`value`', 0, 100);
      else if (name === 'tags') found[name] = texts(at, inner, 'tags');
      else found[name] = textOf(at, inner, `\`${name}\``);
      if (name === 'kind' && typeof inner === 'string' && !isKind(inner)) fail(at, `unknown kind \`${inner}\``, `one of: ${nodeKindNames.join(', ')}`);
    }
    const value = found['value'];
    if (value === undefined) fail(path, 'a jewel has no value', 'value: 0 to 100');
    if (!selectorKeys.some((name) => name in found)) fail(path, 'a jewel selects nothing', `one of: ${selectorKeys.join(', ')}`);
    return { ...found, value: typeof value === 'number' ? value : 0 };
  };
  let settings = noSettings;
  for (const [key, value] of entriesOf([], source.value, topKeys, 'the settings')) {
    if (key === 'schema' && value !== 'settings/v1') fail([key], `schema is \`${String(value)}\``, 'this version reads settings/v1');
    if (key === 'estate') settings = { ...settings, estate: textOf([key], value, '`estate`') };
    if (key === 'names') settings = { ...settings, names: texts([key], value, 'names') };
    if (key === 'entries') settings = { ...settings, entries: numbers(key, value, 1) };
    if (key === 'risk') {
      const risk = numbers(key, value, 100);
      // Only values go to 100; a likelihood over 1 would make a step better than certain, and 0 is said by closing the entry.
      for (const [name, each] of Object.entries(risk)) {
        if (!(name in riskTable) && !/^(technique|factor|condition)\../.test(name)) {
          const near = nearest(name, Object.keys(riskTable));
          fail(
            [key, name],
            `the risk table has no \`${name}\``,
            near === undefined ? 'docs/model.md lists its names; technique.ID, factor.NAME and condition.KEY are free' : `did you mean ${near}?`,
          );
        } else if (!name.startsWith('value.') && !(each > 0 && each <= 1)) fail([key, name], `\`${name}\` is not a likelihood`, 'more than 0, and 1 at most');
      }
      settings = { ...settings, risk };
    }
    if (key === 'jewels') {
      if (isArray(value)) settings = { ...settings, jewels: value.map(jewel) };
      else fail([key], 'jewels is not a list');
    }
  }
  if (errors.length > 0) throw new InputErrors(errors);
  return settings;
}

/** Matches a text with a pattern in which `*` stands for anything; linear, without a regular expression. */
export function globMatches(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.length && pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
