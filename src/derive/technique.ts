import { compileMatcher } from '../match/match.ts';
import { type InputError, InputErrors } from '../model/error.ts';
import { isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import { edgeKindNames, isStep, type StepKind } from '../model/vocabulary.ts';
import { readYaml, unknownKeys, type YamlSource } from '../model/yaml-source.ts';
import type { CanPremise, Premise, When } from './premise.ts';

export interface TechniqueExample {
  readonly name: string;
  readonly given: readonly JsonObject[];
  /** `alice -> deployer` */
  readonly derives: readonly string[];
}

/** An attack technique: premises over facts, the step that follows, its price and its proof. */
export interface Technique {
  readonly id: string;
  readonly title: string;
  readonly category: string;
  readonly derives: { readonly edge: StepKind; readonly from: string; readonly to: string };
  /** Variable -> `principal`, `account` (or tenant) of the source, `compute`, `scope` (what Azure gives roles on), or resource types. */
  readonly where: Readonly<Record<string, readonly string[]>>;
  readonly when: When;
  readonly likelihood: { readonly base: number; readonly factors: readonly { readonly name: string; readonly value: number; readonly why: string }[] };
  readonly effort: string;
  readonly attack: readonly string[];
  readonly references: readonly string[];
  readonly fix: { readonly summary: string; readonly remove: readonly string[] } | undefined;
  readonly notes: string;
  readonly examples: readonly TechniqueExample[];
  readonly file: string;
}

const keys = ['schema', 'id', 'title', 'category', 'derives', 'where', 'when', 'likelihood', 'effort', 'attack', 'references', 'fix', 'notes', 'examples'];
export const categories = [
  'self-escalation',
  'principal-access',
  'trust',
  'existing-resource',
  'passrole-new',
  'condition-lift',
  'compute',
  'credential',
  'data',
  'network',
  'outside',
  'admin',
];
/** An ATT&CK technique, or one below it. */
export const attackId = /^T\d{4}(\.\d{3})?$/;
/** `iam:PassRole`; `Microsoft.Compute/virtualMachines/write`, `data:Microsoft.KeyVault/vaults/secrets/getSecret/action`, `microsoft.directory/users/password/update`. */
const actionName = /^([a-z0-9-]+:[A-Za-z0-9]+|(data:)?[A-Za-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)+(\/[A-Za-z0-9._-]+)+)$/;
const premiseKeys: Readonly<Record<string, readonly string[]>> = {
  can: ['who', 'do', 'on', 'context'],
  trusts: ['role', 'service'],
  has: ['on', 'where'],
  edge: ['kind', 'from', 'to'],
  reaches: ['from', 'to', 'ports'],
  sameAccount: ['who', 'as'],
  uncapped: ['who'],
  powerful: ['who'],
  exists: ['who', 'type'],
  outsider: ['who'],
  unseen: ['what'],
};

/** Reads the techniques of one file; everything that is wrong comes back at once, with places. */
export function parseTechniques(text: string, file: string): readonly Technique[] {
  const errors: InputError[] = [];
  const techniques = readYaml(text, file).flatMap((source) => (source.value === null ? [] : new Reader(source, errors).read()));
  if (errors.length > 0) throw new InputErrors(errors);
  return techniques;
}

class Reader {
  readonly #source: YamlSource;
  readonly #errors: InputError[];

  constructor(source: YamlSource, errors: InputError[]) {
    this.#source = source;
    this.#errors = errors;
  }

  read(): Technique[] {
    const root = this.#source.value;
    if (!isObject(root)) {
      this.#fail([], 'a technique is a map');
      return [];
    }
    this.#errors.push(...unknownKeys(this.#source, [], root, keys, 'a technique'));
    if (root['schema'] !== 'technique/v1') this.#fail(['schema'], `schema is \`${String(root['schema'])}\``, 'this version reads technique/v1');
    const id = this.#text(root, 'id');
    if (!/^[a-z]+\.[a-z0-9][a-z0-9-]*$/.test(id)) this.#fail(['id'], `\`${id}\` is no technique id`, 'provider.slug in lower case');
    const category = this.#text(root, 'category');
    if (!categories.includes(category)) this.#fail(['category'], `\`${category}\` is no category`, `one of: ${categories.join(', ')}`);
    const where = this.#where(root);
    const derives = this.#derives(root, where);
    const when = this.#when(root, where);
    const likelihood = this.#likelihood(root);
    const attack = this.#texts(root['attack'], ['attack']);
    for (const each of attack) if (!attackId.test(each)) this.#fail(['attack'], `\`${each}\` is no ATT&CK technique`, 'T1078 or T1078.004');
    const fix = root['fix'];
    const examples = isArray(root['examples']) ? root['examples'] : [];
    if (examples.length === 0) this.#fail(['examples'], 'no `examples`', 'at least one that derives the step');
    return [
      {
        id,
        title: this.#text(root, 'title'),
        category,
        derives,
        where,
        when,
        likelihood,
        effort: typeof root['effort'] === 'string' ? root['effort'] : 'low',
        attack,
        references: this.#texts(root['references'], ['references']),
        fix: isObject(fix) ? { summary: this.#text(fix, 'summary', ['fix']), remove: this.#texts(fix['remove'], ['fix', 'remove']) } : undefined,
        notes: typeof root['notes'] === 'string' ? root['notes'] : '',
        examples: examples.map((each, index): TechniqueExample => {
          const example = isObject(each) ? each : {};
          this.#errors.push(...unknownKeys(this.#source, ['examples', index], example, ['name', 'given', 'derives'], 'an example'));
          const given = isArray(example['given']) ? example['given'].filter(isObject) : [];
          return { name: String(example['name'] ?? ''), given, derives: this.#texts(example['derives'], ['examples', index, 'derives']) };
        }),
        file: this.#source.file,
      },
    ];
  }

  #where(root: JsonObject): Readonly<Record<string, readonly string[]>> {
    const value = root['where'];
    if (!isObject(value)) {
      this.#fail(['where'], 'no `where`', 'what each variable ranges over');
      return {};
    }
    return Object.fromEntries(Object.entries(value).map(([name, domain]) => [name, this.#texts(domain, ['where', name])]));
  }

  #derives(root: JsonObject, where: Readonly<Record<string, unknown>>): Technique['derives'] {
    const value = isObject(root['derives']) ? root['derives'] : {};
    this.#errors.push(...unknownKeys(this.#source, ['derives'], value, ['edge', 'from', 'to'], '`derives`'));
    const edge = edgeKindNames.find((kind) => kind === value['edge']);
    if (edge === undefined || !isStep(edge))
      this.#fail(['derives', 'edge'], `\`${String(value['edge'])}\` is no step`, `one of: ${edgeKindNames.filter(isStep).join(', ')}`);
    return {
      edge: edge !== undefined && isStep(edge) ? edge : 'CanBecome',
      from: this.#variable(value['from'], ['derives', 'from'], where),
      to: this.#variable(value['to'], ['derives', 'to'], where),
    };
  }

  #when(root: JsonObject, where: Readonly<Record<string, unknown>>): When {
    const list = root['when'];
    if (!isArray(list) || list.length === 0) {
      this.#fail(['when'], 'no `when`', 'at least one premise');
      return [];
    }
    return list.flatMap((each, index): When => {
      if (!isObject(each)) {
        this.#fail(['when', index], 'a premise is a map');
        return [];
      }
      const any = each['any'];
      if (any !== undefined)
        return [
          { kind: 'any', of: (isArray(any) ? any : []).flatMap((one, at) => (isObject(one) ? this.#premise(one, ['when', index, 'any', at], where) : [])) },
        ];
      return this.#premise(each, ['when', index], where);
    });
  }

  #premise(value: JsonObject, at: readonly (string | number)[], where: Readonly<Record<string, unknown>>): Premise[] {
    const [name = ''] = Object.keys(value);
    this.#errors.push(...unknownKeys(this.#source, at, value, Object.keys(premiseKeys), 'a premise'));
    const body = value[name];
    const known = premiseKeys[name];
    if (known === undefined) return [];
    if (!isObject(body)) {
      this.#fail([...at, name], `\`${name}\` is not a map`);
      return [];
    }
    this.#errors.push(...unknownKeys(this.#source, [...at, name], body, known, `\`${name}\``));
    const variable = (key: string): string => this.#variable(body[key], [...at, name, key], where);
    switch (name) {
      case 'can': {
        const action = String(body['do'] ?? '');
        if (!actionName.test(action))
          this.#fail(
            [...at, name, 'do'],
            `\`${action}\` is no action`,
            'service:Name, or Microsoft.Provider/type/action (`data:` before a data action), without wildcards',
          );
        const context = isObject(body['context'])
          ? Object.fromEntries(Object.entries(body['context']).map(([key, each]) => [key, (isArray(each) ? each : [each]).map(String)]))
          : {};
        return [{ kind: 'can', who: variable('who'), action, on: this.#on(body['on'], [...at, name, 'on'], where), context }];
      }
      case 'trusts':
        return [{ kind: 'trusts', role: variable('role'), service: String(body['service'] ?? '') }];
      case 'has':
        return [{ kind: 'has', on: variable('on'), where: this.#matcher(body['where'] ?? {}, [...at, name, 'where']) }];
      case 'edge': {
        const edge = edgeKindNames.find((kind) => kind === body['kind']);
        if (edge === undefined) this.#fail([...at, name, 'kind'], `\`${String(body['kind'])}\` is no edge kind`, `one of: ${edgeKindNames.join(', ')}`);
        return [{ kind: 'edge', edge: edge ?? 'RefersTo', from: variable('from'), to: variable('to') }];
      }
      case 'reaches':
        return [{ kind: 'reaches', from: variable('from'), to: variable('to'), ports: isArray(body['ports']) ? body['ports'].map(Number) : [] }];
      case 'sameAccount':
        return [{ kind: 'sameAccount', from: variable('who'), to: variable('as') }];
      default:
        if (name === 'exists') return [{ kind: 'exists', who: variable('who'), type: String(body['type'] ?? '') }];
        if (name === 'unseen') return [{ kind: 'unseen', what: this.#text(body, 'what', [...at, name]) }];
        return [{ kind: name === 'powerful' || name === 'outsider' ? name : 'uncapped', who: variable('who') }];
    }
  }

  /** A matcher that does not compile would fit nothing, and the technique with it. */
  #matcher(where: Json, at: readonly (string | number)[]): Json {
    const compiled = compileMatcher(where, { now: 0 });
    if (!('test' in compiled))
      for (const problem of compiled) this.#fail([...at, ...problem.path], problem.message, ...(problem.help === undefined ? [] : [problem.help]));
    return where;
  }

  #on(value: Json | undefined, at: readonly (string | number)[], where: Readonly<Record<string, unknown>>): CanPremise['on'] {
    if (value === undefined) return undefined;
    const text = String(value);
    const match = /^\$([a-z][A-Za-z0-9]*)(.*)$/.exec(text);
    if (match === null) return { text };
    return { variable: this.#variable(`$${match[1]}`, at, where), suffix: match[2] ?? '' };
  }

  #variable(value: Json | undefined, at: readonly (string | number)[], where: Readonly<Record<string, unknown>>): string {
    const name = typeof value === 'string' && value.startsWith('$') ? value.slice(1) : '';
    if (name === '') this.#fail(at, `\`${String(value)}\` is no variable`, 'a variable starts with $');
    else if (!Object.hasOwn(where, name)) this.#fail(at, `the variable \`$${name}\` is not in \`where\``, `known: ${Object.keys(where).join(', ')}`);
    return name;
  }

  #likelihood(root: JsonObject): Technique['likelihood'] {
    const value = isObject(root['likelihood']) ? root['likelihood'] : {};
    const base = value['base'];
    if (typeof base !== 'number' || !(base > 0 && base <= 1)) this.#fail(['likelihood'], 'no `likelihood.base`', 'a number over 0, at most 1');
    const factors = (isArray(value['factors']) ? value['factors'] : []).flatMap((each) =>
      isObject(each) && typeof each['value'] === 'number' ? [{ name: String(each['name'] ?? ''), value: each['value'], why: String(each['why'] ?? '') }] : [],
    );
    return { base: typeof base === 'number' ? base : 1, factors };
  }

  #text(root: JsonObject, key: string, prefix: readonly (string | number)[] = []): string {
    const value = root[key];
    if (typeof value === 'string' && value !== '') return value;
    this.#fail([...prefix, key], `no \`${key}\``);
    return '';
  }

  #texts(value: Json | undefined, at: readonly (string | number)[]): readonly string[] {
    if (value === undefined) return [];
    const list = isArray(value) ? value : [value];
    if (!list.every((each) => typeof each === 'string')) this.#fail(at, 'is not a list of texts');
    return list.map(String);
  }

  #fail(path: readonly (string | number)[], message: string, help?: string): void {
    this.#errors.push(this.#source.error(path, message, help === undefined ? {} : { help }));
  }
}
