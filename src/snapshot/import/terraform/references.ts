import { isArray, isObject, type Json, type JsonObject } from '../../../model/json.ts';
import { append } from '../../../model/multimap.ts';
import { type Plan, type PlannedChange, splitAddress } from './plan.ts';

/** What an expression refers to: an attribute of a planned resource, or a value that is known. */
export type Referred = { readonly change: PlannedChange; readonly attribute: string } | { readonly value: Json };

interface Scope {
  readonly module: JsonObject;
  /** The call that this module is made by, in its parent's scope. */
  readonly call: JsonObject | undefined;
  readonly parent: Scope | undefined;
  readonly modules: readonly string[];
}

/**
 * Follows references of a plan's configuration: `aws_subnet.a.id`, `var.subnet` through the module's call, `module.net.subnet` through the module's output. Locals and what stands
 * around a reference in a template are not in a plan, so they end the search.
 */
export class References {
  readonly #plan: Plan;
  readonly #byLocal = new Map<string, PlannedChange[]>();

  constructor(plan: Plan) {
    this.#plan = plan;
    for (const change of plan.changes) {
      const key = [...change.modules, change.local].join('/');
      append(this.#byLocal, key, change);
    }
  }

  /** Everything that the expression of an attribute refers to; `path` leads through blocks by position. */
  of(change: PlannedChange, path: readonly (string | number)[]): readonly Referred[] {
    const scope = this.#scope(change.modules);
    return scope === undefined ? [] : this.#expression(this.#said(scope, change, path), scope, change.index, 0);
  }

  /** Whether the configuration says something of an attribute. */
  given(change: PlannedChange, path: readonly (string | number)[]): boolean {
    const scope = this.#scope(change.modules);
    return scope !== undefined && this.#said(scope, change, path) !== undefined;
  }

  #said(scope: Scope, change: PlannedChange, path: readonly (string | number)[]): Json | undefined {
    let expression: Json | undefined = this.#resource(scope, change.local)?.['expressions'];
    for (const key of path) {
      if (typeof key === 'number') {
        if (!isArray(expression)) continue;
        expression = expression[key];
      } else {
        const single: Json | undefined = isArray(expression) ? expression[0] : expression;
        expression = isObject(single) ? single[key] : undefined;
      }
    }
    return expression;
  }

  /** Which provider configuration a resource uses: `aws`, `aws.production`. */
  provider(change: PlannedChange): string {
    const scope = this.#scope(change.modules);
    const key = scope === undefined ? undefined : this.#resource(scope, change.local)?.['provider_config_key'];
    return typeof key === 'string' ? key : '';
  }

  /** Constant or variable behind a provider's setting: `region`, `assume_role.role_arn`. */
  setting(change: PlannedChange, name: string): string | undefined {
    const key = this.provider(change);
    const providers = this.#plan.configuration['provider_config'];
    if (!isObject(providers)) return undefined;
    const provider = providers[key] ?? providers[key.split(':').at(-1) ?? key];
    const root = this.#scope([]);
    if (root === undefined) return undefined;
    let expression: Json | undefined = isObject(provider) ? provider['expressions'] : undefined;
    for (const word of name.split('.')) {
      const single: Json | undefined = isArray(expression) ? expression[0] : expression;
      expression = isObject(single) ? single[word] : undefined;
    }
    const [first] = this.#expression(expression, root, undefined, 0);
    return first !== undefined && 'value' in first && typeof first.value === 'string' ? first.value : undefined;
  }

  #scope(modules: readonly string[]): Scope | undefined {
    const root = this.#plan.configuration['root_module'];
    if (!isObject(root)) return undefined;
    let scope: Scope = { module: root, call: undefined, parent: undefined, modules: [] };
    for (const name of modules) {
      const next = this.#call(scope, name);
      if (next === undefined) return undefined;
      scope = next;
    }
    return scope;
  }

  #call(scope: Scope, name: string): Scope | undefined {
    const calls = scope.module['module_calls'];
    const call = isObject(calls) ? calls[name] : undefined;
    const module = isObject(call) ? call['module'] : undefined;
    return isObject(call) && isObject(module) ? { module, call, parent: scope, modules: [...scope.modules, name] } : undefined;
  }

  #resource(scope: Scope, local: string): JsonObject | undefined {
    const resources = scope.module['resources'];
    return (isArray(resources) ? resources : []).filter(isObject).find((each) => each['address'] === local);
  }

  #expression(expression: Json | undefined, scope: Scope, index: string | number | undefined, depth: number): readonly Referred[] {
    if (!isObject(expression) || depth > 20) return [];
    if (expression['constant_value'] !== undefined) return [{ value: expression['constant_value'] }];
    const references = isArray(expression['references']) ? expression['references'].filter((each) => typeof each === 'string') : [];
    // Terraform lists each reference with its prefixes: `aws_subnet.a.id`, `aws_subnet.a`. Only the longest says what is read.
    const longest = references.filter(
      (each) => !references.some((other) => other !== each && other.startsWith(each) && /^[.[]/.test(other.slice(each.length))),
    );
    return longest.flatMap((each) => this.#reference(each, scope, index, depth + 1));
  }

  #reference(text: string, scope: Scope, index: string | number | undefined, depth: number): readonly Referred[] {
    const words = text.replace(/\[[^\]]*\]/g, '').split('.');
    if (words[0] === 'var') {
      if (scope.call === undefined || scope.parent === undefined) {
        const variable = this.#plan.variables[words[1] ?? ''];
        return isObject(variable) && variable['value'] !== undefined ? [{ value: variable['value'] }] : [];
      }
      const passed = scope.call['expressions'];
      return this.#expression(isObject(passed) ? passed[words[1] ?? ''] : undefined, scope.parent, index, depth);
    }
    if (words[0] === 'module') {
      const inner = this.#call(scope, words[1] ?? '');
      const outputs = inner?.module['outputs'];
      const output = isObject(outputs) ? outputs[words[2] ?? ''] : undefined;
      return inner !== undefined && isObject(output) ? this.#expression(output['expression'], inner, index, depth) : [];
    }
    const { local } = splitAddress(words.slice(0, 2).join('.'));
    const found = this.#byLocal.get([...scope.modules, local].join('/')) ?? [];
    const named = /^[^.]+\.[^.[]+\[(?:"([^"]*)"|(\d+))\]/.exec(text);
    const wanted = named?.[1] ?? (named?.[2] === undefined ? undefined : Number(named[2]));
    const chosen = wanted !== undefined ? found.filter((change) => change.index === wanted) : found.length > 1 ? byIndex(found, index) : found;
    return chosen.map((change) => ({ change, attribute: words.slice(2).join('.') }));
  }
}

/** `each.key` and `count.index` are not in a plan: the resource of the same index is meant where there is one, else all of them. */
function byIndex(found: readonly PlannedChange[], index: string | number | undefined): readonly PlannedChange[] {
  const same = index === undefined ? [] : found.filter((change) => change.index === index);
  return same.length > 0 ? same : found;
}
