import { isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import type { DocumentReader } from './reader.ts';
import type { Parameter } from './rule.ts';

/** The `params` of a rule, each with the value that it has unless somebody gives another. */
export function readParameters(reader: DocumentReader, root: JsonObject): Readonly<Record<string, Parameter>> {
  if (root['params'] === undefined) return {};
  return Object.fromEntries(
    Object.entries(reader.map(root, 'params', undefined)).map(([name, each]): [string, Parameter] => {
      const at = ['params', name];
      const spec = isObject(each) ? each : {};
      reader.known(at, spec, ['type', 'default', 'help'], 'a parameter');
      const type = reader.word(spec, 'type', parameterTypes, 'text', at) || 'text';
      const preset = spec['default'];
      if (preset === undefined) reader.fail('R101', at, `\`${name}\` has no default`);
      else if (!parameterFits(type, preset)) reader.fail('R102', [...at, 'default'], `the default of \`${name}\` is no ${type}`);
      return [name, { type, default: preset ?? null, help: reader.text(spec, 'help', false, at) }];
    }),
  );
}

const parameterTypes = ['text', 'int', 'number', 'bool', 'list<text>', 'list<int>'] as const;

/** Whether a value is of a parameter's type. */
function parameterFits(type: (typeof parameterTypes)[number], value: Json): boolean {
  if (type.startsWith('list<')) return isArray(value) && value.every((each) => parameterFits(type === 'list<int>' ? 'int' : 'text', each));
  if (type === 'int') return Number.isInteger(value);
  if (type === 'number') return typeof value === 'number';
  return type === 'bool' ? typeof value === 'boolean' : typeof value === 'string';
}
