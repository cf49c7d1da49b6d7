import type { InputError } from '../model/error.ts';
import { isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import { categories, confidences, efforts, families, type RuleFamily, ruleKinds, ruleProviders, severities, statuses } from '../model/rule-words.ts';
import { edgeKindNames } from '../model/vocabulary.ts';
import type { KeyPath, YamlSource } from '../model/yaml-source.ts';
import { readExamples } from './load-examples.ts';
import { readNetwork } from './load-network.ts';
import { readParameters } from './load-parameters.ts';
import { DocumentReader, type ProblemCode } from './reader.ts';
import { type IdentityRule, type Related, type Remediation, type Rule, type RuleCommon, relatedScopes } from './rule.ts';

const common = [
  'schema',
  'id',
  'aliases',
  'kind',
  'title',
  'severity',
  'confidence',
  'status',
  'since',
  'replacedBy',
  'provider',
  'family',
  'categories',
  'description',
  'risk',
  'references',
  'needs',
  'params',
  'message',
  'evidence',
  'attack',
  'mitigations',
  'd3fend',
  'remediation',
  'tags',
  'tests',
];
const ownKeys: Readonly<Record<string, readonly string[]>> = {
  resource: ['match', 'flag', 'lacks'],
  identity: ['can'],
  graph: ['graph'],
  network: ['network'],
};
const idForm = /^[a-z0-9]+(\.[a-z0-9-]+){2,}$/;
const familyOf: Readonly<Record<Rule['kind'], RuleFamily>> = {
  resource: 'misconfiguration',
  identity: 'authorization',
  graph: 'cross-domain',
  network: 'misconfiguration',
};
const names = <T extends object>(table: T): readonly (keyof T & string)[] => Object.keys(table) as (keyof T & string)[];

/** Reads one rule; everything that is wrong in it comes back at once, with places. */
export function loadRule(source: YamlSource): { readonly rule: Rule | undefined; readonly errors: readonly InputError[] } {
  const reader = new RuleReader(source);
  const rule = reader.rule();
  return { rule: reader.errors.length === 0 ? rule : undefined, errors: reader.errors };
}

class RuleReader extends DocumentReader {
  rule(): Rule | undefined {
    const root = this.source.value;
    if (!isObject(root)) {
      this.fail('R102', [], 'a rule is a map');
      return undefined;
    }
    const kind = this.word(root, 'kind', ruleKinds, undefined);
    this.known([], root, [...common, ...(ownKeys[kind] ?? Object.values(ownKeys).flat())], `a rule of kind ${kind || '?'}`);
    if (root['schema'] !== 'rule/v1') this.fail('R103', ['schema'], `schema is \`${String(root['schema'])}\``, 'this version reads rule/v1');
    if (kind === '') return undefined;
    const base = this.#common(root, kind);
    if (kind === 'resource') return this.#resource(root, base);
    if (kind === 'identity') return { ...base, kind, can: this.#can(root) };
    if (kind === 'network') return { ...base, kind, network: readNetwork(this, root) };
    const graph = this.map(root, 'graph', ['path', 'where', 'per']);
    const where = graph['where'];
    if (where !== undefined && !isObject(where)) this.fail('R102', ['graph', 'where'], '`where` is not a map of aliases');
    return {
      ...base,
      kind,
      graph: {
        path: this.text(graph, 'path', true, ['graph']),
        where: isObject(where) ? Object.fromEntries(Object.entries(where).map(([alias, spec]) => [alias, spec ?? null])) : {},
        per: this.texts(graph, 'per', ['graph']),
      },
    };
  }

  #common(root: JsonObject, kind: Rule['kind']): RuleCommon {
    const id = this.text(root, 'id', true);
    if (id !== '' && !idForm.test(id)) this.fail('R105', ['id'], `\`${id}\` is no rule id`, 'provider.service.slug in lower case');
    const title = this.text(root, 'title', true);
    if (title.length > 120) this.fail('R111', ['title'], `the title has ${title.length} characters`, 'at most 120');
    if (/^ensure\b/i.test(title)) this.fail('R111', ['title'], 'the title starts with `Ensure`', 'state the secure state: `Buckets refuse public access`');
    const [description, risk] = [this.text(root, 'description', false), this.text(root, 'risk', true)];
    for (const [key, text] of Object.entries({ description, risk }))
      if (text.length > 400) this.fail('R111', [key], `\`${key}\` has ${text.length} characters`, 'at most 400');
    const status = this.word(root, 'status', statuses, 'stable') || 'stable';
    const replacedBy = this.text(root, 'replacedBy', false);
    if (replacedBy !== '' && status !== 'deprecated') this.fail('R103', ['replacedBy'], '`replacedBy` on a rule that is not deprecated', 'status: deprecated');
    const attack = this.#ids(root, 'attack', /^T\d{4}(\.\d{3})?$/, 'ATT&CK technique', 'T1078 or T1078.004');
    if (attack.length === 0) this.fail('R101', ['id'], 'no `attack`', 'name at least one MITRE ATT&CK technique');
    return {
      schema: 'rule/v1',
      id,
      aliases: this.#ids(root, 'aliases', idForm, 'rule id', 'provider.service.slug in lower case'),
      title,
      severity: this.word(root, 'severity', severities, undefined) || 'info',
      confidence: this.word(root, 'confidence', confidences, 'high') || 'high',
      status,
      since: this.text(root, 'since', false),
      replacedBy,
      provider: this.word(root, 'provider', ruleProviders, undefined) || 'any',
      family: this.word(root, 'family', names(families), familyOf[kind]) || familyOf[kind],
      categories: this.#words(root, 'categories', names(categories)),
      description,
      risk,
      references: this.texts(root, 'references'),
      needs: this.texts(root, 'needs'),
      params: readParameters(this, root),
      message: this.text(root, 'message', kind !== 'graph'),
      evidence: this.texts(root, 'evidence'),
      attack,
      mitigations: this.#ids(root, 'mitigations', /^M\d{4}$/, 'ATT&CK mitigation', 'M1026'),
      d3fend: this.#ids(root, 'd3fend', /^D3-[A-Z]+$/, 'D3FEND technique', 'D3-MFA'),
      remediation: this.#remediation(root),
      tags: this.texts(root, 'tags'),
      tests: readExamples(this, root),
      file: this.source.file,
      source: this.source,
    };
  }

  #resource(root: JsonObject, base: RuleCommon): Rule {
    const match = this.map(root, 'match', ['type', 'where']);
    const flag = root['flag'];
    const lacks = this.#lacks(root);
    if (!isObject(flag) && lacks.length === 0) this.fail('R101', ['flag'], 'no `flag`', 'a matcher, or named selections with a condition; or `lacks`');
    const named = isObject(flag) && typeof flag['condition'] === 'string';
    const selections: Record<string, Json> = {};
    if (isObject(flag)) {
      if (named) for (const [name, value] of Object.entries(flag)) if (name !== 'condition') selections[name] = value ?? null;
      if (!named) selections['flag'] = flag;
    }
    return {
      ...base,
      kind: 'resource',
      match: { type: this.text(match, 'type', true, ['match']), where: match['where'] },
      selections,
      condition: named && isObject(flag) ? String(flag['condition']) : isObject(flag) ? 'flag' : '',
      named,
      lacks,
    };
  }

  #lacks(root: JsonObject): readonly Related[] {
    const value = root['lacks'];
    return (isArray(value) ? value : value === undefined ? [] : [value]).map((each, index): Related => {
      const at = isArray(value) ? ['lacks', index] : ['lacks'];
      if (!isObject(each)) this.fail('R102', at, '`lacks` is not a map', '{ type: …, where: …, link: { config.VpcId: config.VpcId }, in: region }');
      const spec = isObject(each) ? each : {};
      this.known(at, spec, ['type', 'where', 'link', 'in', 'at_least', 'at_most'], '`lacks`');
      const count = (key: string, preset: number): number => {
        const value = spec[key];
        if (value === undefined) return preset;
        if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
        this.fail('R102', [...at, key], `\`${key}\` is no count`, 'a whole number');
        return preset;
      };
      const link = isObject(spec['link']) ? spec['link'] : {};
      for (const [theirs, ours] of Object.entries(link))
        if (typeof ours !== 'string')
          this.fail('R102', [...at, 'link', theirs], `\`${theirs}\` names no path`, 'config.Path of the other: config.Path of this one');
      return {
        type: this.text(spec, 'type', true, at),
        where: spec['where'],
        link: Object.fromEntries(Object.entries(link).map(([theirs, ours]) => [theirs, String(ours)])),
        in: this.word(spec, 'in', relatedScopes, 'account', at) || 'account',
        atLeast: count('at_least', 1),
        atMost: count('at_most', Number.POSITIVE_INFINITY),
      };
    });
  }

  #can(root: JsonObject): IdentityRule['can'] {
    const can = this.map(root, 'can', ['who', 'all_of', 'any_of', 'on', 'unless', 'context', 'administrators']);
    const [allOf, anyOf] = [this.texts(can, 'all_of', ['can']), this.texts(can, 'any_of', ['can'])];
    if (allOf.length + anyOf.length === 0) this.fail('R101', ['can'], 'no `all_of` and no `any_of`', 'list at least one action');
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

  #remediation(root: JsonObject): Remediation {
    const at = ['remediation'];
    const value = root['remediation'];
    if (!isObject(value)) {
      this.fail('R101', at, 'no `remediation`', 'remediation: { summary: … }');
      return { summary: '' };
    }
    this.known(at, value, ['summary', 'effort', 'cli', 'terraform', 'console', 'cut'], 'a remediation');
    const effort = value['effort'] === undefined ? '' : this.word(value, 'effort', efforts, undefined, at);
    const cut = value['cut'] === undefined ? [] : this.#words(value, 'cut', edgeKindNames, at);
    const optional = (key: 'cli' | 'terraform' | 'console') => {
      const text = this.text(value, key, false, at);
      return text === '' ? {} : { [key]: text };
    };
    return {
      summary: this.text(value, 'summary', true, at),
      ...(effort === '' ? {} : { effort }),
      ...optional('cli'),
      ...optional('terraform'),
      ...optional('console'),
      ...(cut.length === 0 ? {} : { cut }),
    };
  }

  #ids(root: JsonObject, key: string, form: RegExp, what: string, help: string): readonly string[] {
    const found = this.texts(root, key);
    for (const [index, id] of found.entries()) if (!form.test(id)) this.fail('R105', [key, index], `\`${id}\` is no ${what}`, help);
    return found;
  }

  #words<W extends string>(root: JsonObject, key: string, known: readonly W[], prefix: KeyPath = []): readonly W[] {
    return this.texts(root, key, prefix).flatMap((word, index) => this.word({ [index]: word }, String(index), known, undefined, [...prefix, key]) || []);
  }
}

/** An error at a key path of a rule's file, for what is found only after loading. */
export function ruleError(rule: Rule, code: ProblemCode, path: KeyPath, message: string, help?: string): InputError {
  // An unknown field stands in a key, but for placeholders inside a message.
  const of = code === 'R104' && path[0] !== 'message' ? 'key' : 'value';
  return rule.source.error(path, message, { code, of, ...(help === undefined ? {} : { help }) });
}
