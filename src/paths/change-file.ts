import { type Change, changeOps } from '../model/change.ts';
import { InputError, InputErrors, nearest } from '../model/error.ts';
import { isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import { type KeyPath, otherSchema, parseYaml, unknownKeys, type YamlSource } from '../model/yaml-source.ts';

const keysOf: Readonly<Record<Change['op'], readonly string[]>> = {
  remove: ['resource', 'pointer'],
  set: ['resource', 'pointer', 'value'],
  append: ['resource', 'pointer', 'value'],
  delete: ['resource'],
  create: ['record'],
  cut: ['from', 'to'],
};

/**
 * Reads a change file (`schema: change/v1` with `changes`), or what `postern plan --format json` printed: its steps' changes. YAML or JSON.
 * @throws InputErrors with every error of the file
 */
export function parseChanges(text: string, file: string): readonly Change[] {
  const [source] = parseYaml(text, file);
  if (source === undefined || !isObject(source.value)) throw new InputErrors([new InputError('no changes', { position: { file }, help: example })]);
  const root = source.value;
  const errors: InputError[] = [];
  const schema = root['schema'];
  if (schema === 'plan/v1') {
    const changes = listOf(root['steps']).flatMap((step, index) =>
      isObject(step) ? readList(source, ['steps', index, 'changes'], step['changes'], errors) : [],
    );
    if (errors.length > 0) throw new InputErrors(errors);
    return changes;
  }
  if (schema !== 'change/v1')
    errors.push(source.error(['schema'], otherSchema(schema), { help: 'this version reads change/v1, and plan/v1 as postern plan prints it' }));
  errors.push(...unknownKeys(source, [], root, ['schema', 'title', 'changes'], 'a change file'));
  const changes = readList(source, ['changes'], root['changes'], errors);
  if (errors.length > 0) throw new InputErrors(errors);
  return changes;
}

const example = 'schema: change/v1, changes: [{op: remove, resource: ARN, pointer: /config/…}]';
const listOf = (value: Json | undefined): readonly Json[] => (isArray(value) ? value : []);

function readList(source: YamlSource, path: KeyPath, value: Json | undefined, errors: InputError[]): readonly Change[] {
  if (!isArray(value)) {
    errors.push(source.error(path, 'no list of changes', { help: example }));
    return [];
  }
  return value.flatMap((entry, index) => readChange(source, [...path, index], entry, errors) ?? []);
}

function readChange(source: YamlSource, path: KeyPath, entry: Json, errors: InputError[]): Change | undefined {
  const fail = (at: KeyPath, message: string, help: string): undefined => {
    errors.push(source.error(at, message, { help }));
    return undefined;
  };
  if (!isObject(entry)) return fail(path, 'a change is a map', example);
  const op = changeOps.find((each) => each === entry['op']);
  if (op === undefined) {
    if (entry['op'] === undefined) return fail(path, 'a change has no `op`', example);
    const near = nearest(String(entry['op']), changeOps);
    return fail([...path, 'op'], `\`${String(entry['op'])}\` is no change`, near === undefined ? `one of: ${changeOps.join(', ')}` : `did you mean ${near}?`);
  }
  const keys = keysOf[op];
  errors.push(...unknownKeys(source, path, entry, ['op', ...keys], `the change ${op}`));
  const missing = keys.filter((key) => entry[key] === undefined);
  if (missing.length > 0) return fail(path, `the change ${op} has no \`${missing.join('`, `')}\``, `it has: ${keys.join(', ')}`);
  const text = (key: string): string => {
    const value = entry[key];
    if (typeof value !== 'string') fail([...path, key], `\`${key}\` is not a text`, 'put it in quotes');
    return String(value);
  };
  const value = entry['value'] ?? null;
  switch (op) {
    case 'remove':
      return { op, resource: text('resource'), pointer: text('pointer') };
    case 'set':
    case 'append':
      return { op, resource: text('resource'), pointer: text('pointer'), value };
    case 'delete':
      return { op, resource: text('resource') };
    case 'cut':
      return { op, from: text('from'), to: text('to') };
    case 'create': {
      const record = entry['record'];
      if (!isObject(record)) return fail([...path, 'record'], 'a record is a map', 'type, id, account, region, config, calls');
      return created(record) ?? fail([...path, 'record'], 'the record is not whole', 'type, id, account, region: texts; config: a map; calls: a list of texts');
    }
  }
}

function created(record: JsonObject): Change | undefined {
  const { type, id, account, region, config, calls } = record;
  if (typeof type !== 'string' || typeof id !== 'string' || typeof account !== 'string' || typeof region !== 'string' || !isObject(config)) return undefined;
  return { op: 'create', record: { type, id, account, region, config, calls: listOf(calls).map(String) } };
}
