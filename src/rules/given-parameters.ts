import { InputError, nearest } from '../model/error.ts';
import type { Json } from '../model/json.ts';
import type { Parameter, Rule } from './rule.ts';

type Parametered = Pick<Rule, 'id' | 'params'>;

/**
 * What `--param NAME=VALUE` sets, each value read as the rules that have the parameter declare it.
 * @param known every rule there is: a parameter of one that is not run is no mistake
 * @throws InputError for a parameter that no rule has, and for a value that one of the rules does not take
 */
export function givenParameters(
  words: readonly string[],
  rules: readonly Parametered[],
  known: readonly Parametered[] = rules,
): Readonly<Record<string, Json>> {
  const given = new Map<string, Json>();
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 1) throw new InputError(`\`${word}\` is no parameter`, { help: '--param name=value' });
    const [name, text] = [word.slice(0, at), word.slice(at + 1)];
    const has = ({ params }: Parametered): boolean => Object.hasOwn(params, name);
    const having = rules.some(has) ? rules.filter(has) : known.filter(has);
    if (having.length === 0) {
      const near = nearest(
        name,
        known.flatMap((rule) => Object.keys(rule.params)),
      );
      throw new InputError(`no rule has a parameter \`${name}\``, {
        help: near === undefined ? 'postern rules show RULE lists those of a rule' : `did you mean ${near}?`,
      });
    }
    for (const [index, { id, params }] of having.entries()) {
      const type = params[name]?.type ?? 'text';
      const value = read(type, text);
      if (value === undefined) throw new InputError(`\`${text}\` is no ${type}, which \`${name}\` of ${id} is`, { help: examples[type] });
      if (index === 0) given.set(name, value);
    }
  }
  return Object.fromEntries(given);
}

const examples: Readonly<Record<Parameter['type'], string>> = {
  text: '--param name=text',
  int: '--param name=90',
  number: '--param name=0.5',
  bool: '--param name=true',
  'list<text>': '--param name=one,two',
  'list<int>': '--param name=22,3389',
};

/** A value as it is typed: a list by commas or as JSON. */
function read(type: Parameter['type'], text: string): Json | undefined {
  if (type === 'list<text>' || type === 'list<int>') {
    const values = items(text).map((each) => read(type === 'list<int>' ? 'int' : 'text', each.trim()));
    const fitting = values.filter((each) => each !== undefined);
    return fitting.length === values.length ? fitting : undefined;
  }
  if (type === 'int') return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
  if (type === 'number') return text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
  if (type === 'bool') return text === 'true' ? true : text === 'false' ? false : undefined;
  return text;
}

function items(text: string): readonly string[] {
  if (!text.startsWith('[')) return text.split(',');
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.map(String) : [text];
  } catch {
    return [text];
  }
}
