import { LineCounter, parseDocument, isMap, isSeq, isScalar, type Node } from 'yaml';
import { InputError, InputErrors, nearest } from '../model/error.ts';
import { isKind } from '../graph/graph.ts';
import type { NodeKind } from '../model/vocabulary.ts';

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
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, maxAliasCount: 50 } as Parameters<typeof parseDocument>[1]);
  const errors: InputError[] = [];
  const fail = (node: Node | null | undefined, message: string, help?: string): void => {
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    errors.push(new InputError(message, { position: { file, line, column: col }, ...(help === undefined ? {} : { help }) }));
  };
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    errors.push(new InputError(error.message.split('\n')[0]?.toLowerCase() ?? 'no YAML', { position: { file, line, column: col } }));
  }
  if (errors.length > 0) throw new InputErrors(errors);
  const root = document.contents;
  if (root === null) return noSettings;
  const entriesOf = (node: unknown, known: readonly string[] | undefined, what: string): [string, Node, Node][] => {
    if (!isMap(node)) {
      fail(node as Node, `${what} is not a map`);
      return [];
    }
    return node.items.flatMap((pair): [string, Node, Node][] => {
      const key = isScalar(pair.key) ? String(pair.key.value) : '';
      if (known !== undefined && !known.includes(key)) {
        const near = nearest(key, known);
        fail(pair.key as Node, `unknown key \`${key}\` in ${what}`, near === undefined ? `known: ${known.join(', ')}` : `did you mean ${near}?`);
        return [];
      }
      return [[key, pair.value as Node, pair.key as Node]];
    });
  };
  const number = (node: Node, what: string, low: number, high: number): number => {
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === 'number' && value >= low && value <= high) return value;
    fail(node, `${what} is not a number from ${low} to ${high}`);
    return low;
  };
  const textOf = (node: Node, what: string): string => {
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === 'string' || typeof value === 'number') return typeof value === 'number' ? (isScalar(node) && node.source !== undefined ? node.source : String(value)) : value;
    fail(node, `${what} is not a text`);
    return '';
  };
  const settings = { ...noSettings, names: {} as Record<string, string>, entries: {} as Record<string, number>, risk: {} as Record<string, number>, jewels: [] as JewelSetting[] };
  let estate: string | undefined;
  for (const [key, node] of entriesOf(root, topKeys, 'the settings')) {
    if (key === 'schema' && textOf(node, 'schema') !== 'settings/v1') fail(node, `schema is \`${textOf(node, 'schema')}\``, 'this version reads settings/v1');
    if (key === 'estate') estate = textOf(node, 'estate');
    if (key === 'names') for (const [name, value] of entriesOf(node, undefined, 'names')) settings.names[name] = textOf(value, name);
    if (key === 'entries') for (const [name, value] of entriesOf(node, undefined, 'entries')) settings.entries[name] = number(value, name, 0, 1);
    if (key === 'risk') for (const [name, value] of entriesOf(node, undefined, 'risk')) settings.risk[name] = number(value, name, 0, 100);
    if (key === 'jewels') {
      if (!isSeq(node)) fail(node, 'jewels is not a list');
      else for (const item of node.items) settings.jewels.push(jewel(item as Node));
    }
  }
  if (errors.length > 0) throw new InputErrors(errors);
  return estate === undefined ? settings : { ...settings, estate };

  function jewel(item: Node): JewelSetting {
    let value: number | undefined;
    const found: Record<string, unknown> = {};
    for (const [name, node] of entriesOf(item, [...selectorKeys, 'value', 'why'], 'a jewel')) {
      if (name === 'value') value = number(node, 'value', 0, 100);
      else if (name === 'tags') found['tags'] = Object.fromEntries(entriesOf(node, undefined, 'tags').map(([tag, tagValue]) => [tag, textOf(tagValue, tag)]));
      else {
        const text = textOf(node, name);
        if (name === 'kind' && !isKind(text)) fail(node, `unknown kind \`${text}\``);
        found[name] = text;
      }
    }
    if (value === undefined) fail(item, 'a jewel has no value', 'value: 0 to 100');
    if (!selectorKeys.some((name) => name in found)) fail(item, 'a jewel selects nothing', `one of: ${selectorKeys.join(', ')}`);
    return { ...found, value: value ?? 0 };
  }
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
