import { isArray, textAt, walkPath } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import { lowerBound, union } from '../grants/members.ts';

export const groupPrefix = '/providers/microsoft.management/managementgroups/';

/** A scope as it is compared: lower case, no slash at the end; the root is `/`. */
export const scopeText = (text: string): string => text.toLowerCase().replace(/\/+$/, '') || '/';

/**
 * The tree of scopes. "Scope ... are structured in a parent-child relationship" and what is assigned at a parent is inherited by its children
 * (https://learn.microsoft.com/azure/role-based-access-control/scope-overview): the root, management groups, subscriptions, resource groups, resources, what lies in them.
 * Compared by segment and without regard to case.
 */
export class Scopes {
  readonly #parents = new Map<string, string>();
  readonly #ancestors = new Map<string, ReadonlySet<string>>();
  /** Where a custom role may be assigned, by its id. */
  readonly #assignable = new Map<string, readonly string[]>();
  readonly #holdsRoles = new WeakMap<readonly string[], boolean>();
  readonly #known = new WeakMap<readonly string[], Map<string, Uint32Array>>();

  constructor(snapshot: Snapshot) {
    for (const group of snapshot.records('Microsoft.Management/managementGroups')) {
      const parent = textAt(group.config, 'properties.details.parent.id');
      if (parent !== undefined) this.#parents.set(scopeText(group.id), scopeText(parent));
      for (const { value } of walkPath(group.config, 'properties.children[]')) {
        const id = textAt(value, 'id');
        if (id !== undefined) this.#parents.set(scopeText(id), scopeText(group.id));
      }
      this.#chain(scopeText(group.id), group.config['properties']);
    }
    for (const subscription of snapshot.records('Microsoft.Resources/subscriptions'))
      this.#chain(scopeText(subscription.id), subscription.config['properties']);
    for (const role of snapshot.records('Microsoft.Authorization/roleDefinitions')) {
      const scopes = [...walkPath(role.config, 'properties.assignableScopes[]')].map(({ value }) => scopeText(String(value)));
      if (textAt(role.config, 'properties.type') === 'CustomRole' && scopes.length > 0) this.#assignable.set(scopeText(role.id), scopes);
    }
  }

  /** Resource Graph tells the whole chain, the nearest first. */
  #chain(id: string, properties: Parameters<typeof textAt>[0]): void {
    let child = id;
    for (const path of ['managementGroupAncestorsChain', 'details.managementGroupAncestorsChain']) {
      for (const { value } of walkPath(properties, `${path}[]`)) {
        const name = textAt(value, 'name');
        if (name === undefined) continue;
        const parent = `${groupPrefix}${name.toLowerCase()}`;
        if (!this.#parents.has(child)) this.#parents.set(child, parent);
        child = parent;
      }
    }
  }

  /** The scope that a subscription or management group hangs in. */
  parent(id: string): string | undefined {
    return this.#parents.get(id);
  }

  /** Management groups above a management group or subscription. */
  #above(id: string): ReadonlySet<string> {
    const known = this.#ancestors.get(id);
    if (known !== undefined) return known;
    const found = new Set<string>();
    for (let at = this.#parents.get(id); at !== undefined && !found.has(at); at = this.#parents.get(at)) found.add(at);
    this.#ancestors.set(id, found);
    return found;
  }

  /**
   * Whether a scope holds a target. `*` is some resource anywhere; `x/*` is something in x, so also what is granted on a part of x only. A custom role hangs in every scope that it may be
   * assigned at: "Users that are granted this operation on all the AssignableScopes of the custom role can create (or delete) custom roles"
   * (https://learn.microsoft.com/azure/role-based-access-control/custom-roles), by one assignment that holds them all.
   * @param only the scope itself and nothing below
   */
  covers(scope: string, id: string, only = false): boolean {
    if (id === '*') return true;
    const assignable = this.#assignable.get(id);
    if (assignable !== undefined) return assignable.every((each) => this.covers(scope, each, only));
    const inside = id.endsWith('/*');
    const target = inside ? id.slice(0, -2) : id;
    if (inside && scope.startsWith(`${target}/`)) return true;
    if (only) return scope === target && !inside;
    if (scope === '/' || scope === target) return true;
    if (!scope.startsWith(groupPrefix)) return target.startsWith(`${scope}/`);
    return this.#above(target.startsWith(groupPrefix) ? target : target.split('/', 3).join('/')).has(scope);
  }

  /** Positions of sorted candidates inside a scope. Those below one id stand side by side, so no candidate outside is looked at. */
  members(scope: string, candidates: readonly string[]): Uint32Array {
    const known = this.#known.get(candidates)?.get(scope);
    if (known !== undefined) return known;
    const whole = candidates.length < 8 || scope.startsWith(groupPrefix) || scope === '/' || this.#rolesAmong(candidates);
    const made = whole ? this.#each(scope, candidates) : this.#range(scope, candidates);
    const inner = this.#known.get(candidates) ?? new Map<string, Uint32Array>();
    inner.set(scope, made);
    this.#known.set(candidates, inner);
    return made;
  }

  #rolesAmong(candidates: readonly string[]): boolean {
    const known = this.#holdsRoles.get(candidates);
    if (known !== undefined) return known;
    const made = this.#assignable.size > 0 && candidates.some((id) => this.#assignable.has(id));
    this.#holdsRoles.set(candidates, made);
    return made;
  }

  #each(scope: string, candidates: readonly string[]): Uint32Array {
    const found: number[] = [];
    for (const [position, id] of candidates.entries()) if (this.covers(scope, id)) found.push(position);
    return Uint32Array.from(found);
  }

  #range(scope: string, candidates: readonly string[]): Uint32Array {
    const [from, to] = [lowerBound(candidates, `${scope}/`), lowerBound(candidates, `${scope}0`)];
    let found: Uint32Array = Uint32Array.from({ length: to - from }, (_, index) => from + index);
    // The scope itself, and the wholes that it is a part of where something inside is asked for.
    for (let text = scope; text !== ''; text = text.slice(0, text.lastIndexOf('/'))) {
      for (const id of text === scope ? [text, '*'] : [`${text}/*`]) {
        const at = lowerBound(candidates, id);
        if (candidates[at] === id) found = union(found, Uint32Array.of(at));
      }
    }
    return found;
  }
}

export const list = (value: Parameters<typeof isArray>[0]) => (isArray(value) ? value : []);
