import type { Severity } from '../model/assessment.ts';
import { InputError, nearest } from '../model/error.ts';
import { isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import { type KeyPath, parseYaml, unknownKeys, type YamlSource } from '../model/yaml-source.ts';
import type { IdentityRule, Parameter, Rule, RuleExample } from './rule.ts';

const severities: readonly string[] = ['critical', 'high', 'medium', 'low', 'info'] satisfies Severity[];
const confidences = ['very-high', 'high', 'medium', 'low'];
const statuses = ['experimental', 'stable', 'deprecated'];
const providers = ['aws', 'azure', 'entra', 'any'];
const kinds = ['resource', 'identity', 'graph'];
const common = [
  'schema',
  'id',
  'aliases',
  'kind',
  'title',
  'severity',
  'confidence',
  'status',
  'provider',
  'categories',
  'description',
  'risk',
  'references',
  'params',
  'message',
  'attack',
  'mitigations',
  'remediation',
  'tests',
];
const ownKeys: Readonly<Record<string, readonly string[]>> = { resource: ['match', 'flag'], identity: ['can'], graph: ['graph'] };

/** Reads the rules of one file, one a document. Everything that is wrong in the file comes back at once, with places. */
export function loadRules(text: string, file: string): { readonly rules: readonly Rule[]; readonly errors: readonly InputError[] } {
  const rules: Rule[] = [];
  const errors: InputError[] = [];
  for (const source of parseYaml(text, file)) {
    if (source.value === null) continue;
    const reader = new RuleReader(source);
    const rule = reader.rule();
    errors.push(...reader.errors);
    if (reader.errors.length === 0 && rule !== undefined) rules.push(rule);
  }
  return { rules, errors };
}

class RuleReader {
  readonly errors: InputError[] = [];
  readonly #source: YamlSource;

  constructor(source: YamlSource) {
    this.#source = source;
  }

  rule(): Rule | undefined {
    const root = this.#source.value;
    if (!isObject(root)) {
      this.#fail([], 'a rule is a map');
      return undefined;
    }
    const kind = this.#word(root, 'kind', kinds, undefined);
    this.errors.push(...unknownKeys(this.#source, [], root, [...common, ...(ownKeys[kind] ?? Object.values(ownKeys).flat())], `a rule of kind ${kind || '?'}`));
    if (root['schema'] !== 'rule/v1') this.#fail(['schema'], `schema is \`${String(root['schema'])}\``, 'this version reads rule/v1');
    const id = this.#text(root, 'id', true);
    if (id !== '' && !/^[a-z0-9]+(\.[a-z0-9-]+){2,}$/.test(id)) this.#fail(['id'], `\`${id}\` is no rule id`, 'provider.service.slug in lower case');
    const title = this.#text(root, 'title', true);
    if (title.length > 120) this.#fail(['title'], `the title has ${title.length} characters`, 'at most 120');
    if (/^ensure\b/i.test(title)) this.#fail(['title'], 'the title starts with `Ensure`', 'state the secure state: `Buckets refuse public access`');
    const remediation = root['remediation'];
    if (!isObject(remediation) || typeof remediation['summary'] !== 'string') this.#fail(['remediation'], 'no `remediation.summary`');
    else this.errors.push(...unknownKeys(this.#source, ['remediation'], remediation, ['summary', 'cli', 'terraform', 'effort'], 'a remediation'));
    const tests = this.#tests(root);
    const base = {
      schema: 'rule/v1' as const,
      id,
      aliases: this.#texts(root, 'aliases'),
      title,
      severity: this.#word(root, 'severity', severities, undefined) as Severity,
      confidence: this.#word(root, 'confidence', confidences, 'high') as Rule['confidence'],
      status: this.#word(root, 'status', statuses, 'stable') as Rule['status'],
      provider: this.#word(root, 'provider', providers, undefined) as Rule['provider'],
      categories: this.#texts(root, 'categories'),
      description: this.#text(root, 'description', false),
      risk: this.#text(root, 'risk', true),
      references: this.#texts(root, 'references'),
      params: this.#params(root),
      message: this.#text(root, 'message', kind !== 'graph'),
      attack: this.#texts(root, 'attack'),
      mitigations: this.#texts(root, 'mitigations'),
      remediation: isObject(remediation) ? (remediation as unknown as Rule['remediation']) : { summary: '' },
      tests,
      file: this.#source.file,
    };
    for (const technique of base.attack)
      if (!/^T\d{4}(\.\d{3})?$/.test(technique)) this.#fail(['attack'], `\`${technique}\` is no ATT&CK technique`, 'T1078 or T1078.004');
    if (base.attack.length === 0) this.#fail(['id'], 'no `attack`', 'name at least one MITRE ATT&CK technique');
    if (kind === 'resource') return this.#resource(root, base);
    if (kind === 'identity') return { ...base, kind: 'identity', can: this.#can(root) };
    if (kind === 'graph') {
      const graph = this.#map(root, 'graph', ['path', 'where', 'per']);
      const where = graph['where'];
      return {
        ...base,
        kind: 'graph',
        graph: {
          path: this.#text(graph, 'path', true, ['graph']),
          where: isObject(where) ? (where as Readonly<Record<string, Json>>) : {},
          per: this.#texts(graph, 'per', ['graph']),
        },
      };
    }
    return undefined;
  }

  #resource(root: JsonObject, base: Omit<Extract<Rule, { kind: 'resource' }>, 'kind' | 'match' | 'selections' | 'condition'>): Rule {
    const match = this.#map(root, 'match', ['type', 'where']);
    const flag = root['flag'];
    if (!isObject(flag)) this.#fail(['flag'], 'no `flag`', 'a matcher, or named selections with a condition');
    const named = isObject(flag) && typeof flag['condition'] === 'string';
    const selections: Record<string, Json> = {};
    if (isObject(flag)) {
      if (named) for (const [name, value] of Object.entries(flag)) if (name !== 'condition') selections[name] = value ?? null;
      if (!named) selections['flag'] = flag;
    }
    return {
      ...base,
      kind: 'resource',
      match: { type: this.#text(match, 'type', true, ['match']), where: match['where'] },
      selections,
      condition: named && isObject(flag) ? String(flag['condition']) : 'flag',
    };
  }

  #can(root: JsonObject): IdentityRule['can'] {
    const can = this.#map(root, 'can', ['who', 'all_of', 'any_of', 'on', 'unless', 'context', 'administrators']);
    const [allOf, anyOf] = [this.#texts(can, 'all_of', ['can']), this.#texts(can, 'any_of', ['can'])];
    if (allOf.length + anyOf.length === 0) this.#fail(['can'], 'no `all_of` and no `any_of`', 'list at least one action');
    const context = can['context'];
    return {
      who: can['who'],
      allOf,
      anyOf,
      on: typeof can['on'] === 'string' ? can['on'] : '*',
      unless: can['unless'],
      context: isObject(context)
        ? Object.fromEntries(Object.entries(context).map(([key, value]) => [key, (isArray(value) ? value : [value]).map(String)]))
        : {},
      administrators: can['administrators'] === true,
    };
  }

  #tests(root: JsonObject): readonly RuleExample[] {
    const list = root['tests'];
    if (!isArray(list)) {
      this.#fail(['tests'], 'no `tests`', 'at least one that fails and one that passes');
      return [];
    }
    const tests = list.flatMap((each, index): RuleExample[] => {
      if (!isObject(each)) {
        this.#fail(['tests', index], 'a test is a map');
        return [];
      }
      this.errors.push(...unknownKeys(this.#source, ['tests', index], each, ['name', 'expect', 'resource', 'can', 'graph', 'nodes', 'params'], 'a test'));
      this.#word(each, 'expect', ['fail', 'pass', 'unknown'], undefined, ['tests', index]);
      return [{ ...(each as unknown as RuleExample), name: this.#text(each, 'name', true, ['tests', index]) }];
    });
    for (const wanted of ['fail', 'pass']) if (!tests.some((each) => each.expect === wanted)) this.#fail(['tests'], `no test expects \`${wanted}\``);
    return tests;
  }

  #params(root: JsonObject): Readonly<Record<string, Parameter>> {
    const value = root['params'];
    if (value === undefined) return {};
    return Object.fromEntries(
      Object.entries(this.#map(root, 'params', undefined)).map(([name, each]): [string, Parameter] => {
        const spec = isObject(each) ? each : {};
        this.errors.push(...unknownKeys(this.#source, ['params', name], spec, ['type', 'default', 'help'], 'a parameter'));
        if (spec['default'] === undefined) this.#fail(['params', name], `\`${name}\` has no default`);
        return [name, { type: String(spec['type'] ?? 'text'), default: spec['default'] ?? null, help: String(spec['help'] ?? '') }];
      }),
    );
  }

  #map(root: JsonObject, key: string, known: readonly string[] | undefined): JsonObject {
    const value = root[key];
    if (!isObject(value)) {
      this.#fail([key], `no \`${key}\``);
      return {};
    }
    if (known !== undefined) this.errors.push(...unknownKeys(this.#source, [key], value, known, `\`${key}\``));
    return value;
  }

  #text(root: JsonObject, key: string, required: boolean, prefix: KeyPath = []): string {
    const value = root[key];
    if (typeof value === 'string') return value;
    if (value !== undefined) this.#fail([...prefix, key], `\`${key}\` is not a text`);
    else if (required) this.#fail([...prefix, key], `no \`${key}\``);
    return '';
  }

  #texts(root: JsonObject, key: string, prefix: KeyPath = []): readonly string[] {
    const value = root[key];
    if (value === undefined) return [];
    if (isArray(value) && value.every((each) => typeof each === 'string')) return value as readonly string[];
    this.#fail([...prefix, key], `\`${key}\` is not a list of texts`);
    return [];
  }

  #word(root: JsonObject, key: string, known: readonly string[], fallback: string | undefined, prefix: KeyPath = []): string {
    const value = root[key];
    if (value === undefined && fallback !== undefined) return fallback;
    if (typeof value === 'string' && known.includes(value)) return value;
    const near = typeof value === 'string' ? nearest(value, known) : undefined;
    this.#fail(
      [...prefix, key],
      value === undefined ? `no \`${key}\`` : `\`${String(value)}\` is not a ${key}`,
      near === undefined ? `one of: ${known.join(', ')}` : `did you mean ${near}?`,
    );
    return '';
  }

  #fail(path: KeyPath, message: string, help?: string): void {
    this.errors.push(this.#source.error(path, message, help === undefined ? {} : { help }));
  }
}

/** Position of a key path in a rule's file, for errors found after loading. */
export function ruleError(rule: Rule, message: string, help?: string): InputError {
  return new InputError(`${rule.id}: ${message}`, { position: { file: rule.file }, ...(help === undefined ? {} : { help }) });
}
