import { type ArnPattern, arnMatches } from '../aws/arn.ts';
import { Context } from '../aws/context.ts';
import { ONE, STAR } from '../aws/glob.ts';
import type { PolicySet } from '../aws/policy-set.ts';
import { type ResourceMatcher, resourceMatches } from '../aws/resource.ts';
import type { EstatePrincipal } from '../estate/principals.ts';

/** Keys that differ between principals: a statement that asks for one is decided for each by itself. */
const aboutPrincipal = /^(aws:principal|aws:username|aws:userid)/;
/** Keys that differ between resources of one account. */
const aboutResource = /^(aws:resourcetag|[a-z0-9-]+:resourcetag|iam:resourcetag)/;
const noContext = new Context([], false);

/** Statements of every layer of a principal that name the action, for telling which candidates and principals they treat alike. */
export function* involved(principal: EstatePrincipal, action: string) {
  const sets: (PolicySet | undefined)[] = [principal.identity, principal.boundary, ...(principal.controls?.scps ?? [])];
  for (const set of sets) {
    const selected = set?.select(action);
    if (selected === undefined) continue;
    yield* selected.allow;
    yield* selected.deny;
  }
}

/** What a principal's statements about an action depend on. */
export interface Traits {
  /** It shares its answers with nobody. */
  readonly alone: boolean;
  /** Two candidates may be treated differently though every pattern treats them alike. */
  readonly each: boolean;
  readonly byRegion: boolean;
  /** Elements that do not cover everything. */
  readonly resources: readonly ResourceMatcher[];
}

export function traitsOf(principal: EstatePrincipal, action: string): Traits {
  let [alone, each, byRegion] = [false, false, false];
  const resources = new Set<ResourceMatcher>();
  for (const { statement } of involved(principal, action)) {
    const { resource, conditions } = statement.rule;
    if (resource.variables) [alone, each] = [true, true];
    if (!resource.all || resource.negated) resources.add(resource);
    for (const { key, fixed } of conditions) {
      if (!fixed) [alone, each] = [true, true];
      if (aboutPrincipal.test(key)) alone = true;
      if (aboutResource.test(key)) each = true;
      if (key === 'aws:requestedregion') byRegion = true;
    }
  }
  return { alone, each, byRegion, resources: [...resources] };
}

const ids = new WeakMap<object, number>();
let next = 0;
export function idOf(object: object): number {
  const known = ids.get(object);
  if (known !== undefined) return known;
  ids.set(object, next);
  return next++;
}

const numbers = new Map<string, number>();
/** A small number for a text. */
export function numberOf(text: string): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  numbers.set(text, numbers.size);
  return numbers.size - 1;
}

const selectionKeys = new WeakMap<object, string>();

/** Equal for principals of which the same rules are about an action: they are decided alike, whatever else they hold. */
export function classOf(principal: EstatePrincipal, action: string): string {
  const { account } = principal.info;
  const linked = principal.info.serviceLinked ? 'linked' : '';
  const key = (set: PolicySet | undefined): string => {
    if (set === undefined) return '-';
    const selected = set.select(action);
    let text = selectionKeys.get(selected);
    if (text === undefined) {
      const rules = (list: typeof selected.allow): string => [...new Set(list.map(({ statement }) => idOf(statement.rule)))].sort((a, b) => a - b).join(',');
      text = `${rules(selected.allow)}/${rules(selected.deny)}`;
      selectionKeys.set(selected, text);
    }
    return text;
  };
  const unread = principal.unread.map((each) => `${each.layer} ${each.missing}`).join();
  return `${account}|${principal.info.kind}|${linked}|${key(principal.identity)}|${key(principal.boundary)}|${unread}`;
}

const coverages = new WeakMap<readonly string[], Coverage>();
/** A list that is short enough keeps its table for the next question; a long one has one a question, so that memory does not grow with what was asked. */
const shareable = 16_384;
/** Elements that a table remembers: at most 16 MB a list. */
const remembered = 1_024;

/** The table of a list of candidates. */
export function coverageOf(candidates: readonly string[]): Coverage {
  if (candidates.length > shareable) return new Coverage(candidates);
  const known = coverages.get(candidates) ?? new Coverage(candidates);
  coverages.set(candidates, known);
  return known;
}

/** For each candidate whether an element covers it: 1 whole, 0 not at all, 2 in part or not known. Each element is asked about each candidate once. */
class Coverage {
  readonly #texts: readonly string[];
  readonly #known = new Map<ResourceMatcher, Uint8Array>();

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  /** Which of the elements cover a candidate, one binary digit each (as text where there are many); `undefined` where some element covers it in part. */
  signature(resources: readonly ResourceMatcher[], index: number): number | string | undefined {
    let code = 0;
    let text = '';
    for (const resource of resources) {
      const covered = this.#of(resource, index);
      if (covered === 2) return undefined;
      if (resources.length > 24) text += covered;
      else code = code * 2 + covered;
    }
    return text === '' ? code : text;
  }

  #of(resource: ResourceMatcher, index: number): number {
    let known = this.#known.get(resource);
    if (known === undefined) {
      if (this.#known.size >= remembered) this.#known.clear();
      known = new Uint8Array(this.#texts.length).fill(255);
      this.#known.set(resource, known);
    }
    const done = known[index] ?? 255;
    if (done !== 255) return done;
    const covered = covers(resource, this.#texts[index] ?? '');
    known[index] = covered;
    return covered;
  }
}

function covers(resource: ResourceMatcher, text: string): 0 | 1 | 2 {
  if (!/[*?]/.test(text)) return resourceMatches(resource, text, noContext) === 2 ? 2 : resourceMatches(resource, text, noContext) === 1 ? 1 : 0;
  const positive = shapeIn(resource, text);
  return positive === 2 ? 2 : resource.negated ? (positive === 1 ? 0 : 1) : positive;
}

/** A candidate that ends in its only wildcard stands for everything below it: whole where a pattern that ends in `*` takes what stands before, not at all where they share nothing. */
function shapeIn(resource: ResourceMatcher, text: string): 0 | 1 | 2 {
  if (resource.all) return 1;
  const below = /^[^*?]+\*$/.test(text) ? text.slice(0, -1) : undefined;
  let result: 0 | 1 | 2 = 0;
  for (const { pattern, text: written } of resource.patterns) {
    if (pattern === undefined || below === undefined) return 2;
    if (endsOpen(pattern, written) && arnMatches(pattern, below)) return 1;
    if (result === 0 && mayMeet(pattern, text)) result = 2;
  }
  return result;
}

const heads = new WeakMap<ArnPattern, ArnPattern>();
/** The first five parts of a pattern, with anything after them. */
function headOf(pattern: ArnPattern & { readonly kind: 'parts' }): ArnPattern {
  const known = heads.get(pattern);
  if (known !== undefined) return known;
  const head: ArnPattern = { kind: 'parts', parts: [...pattern.parts.slice(0, 5), undefined] };
  heads.set(pattern, head);
  return head;
}

const endsOpen = (pattern: ArnPattern, written: string): boolean => pattern.kind === 'any' || pattern.kind === 'prefix' || written.endsWith('*');

function mayMeet(pattern: ArnPattern, text: string): boolean {
  switch (pattern.kind) {
    case 'any':
      return true;
    case 'exact':
      return pattern.text.startsWith(text.slice(0, -1));
    case 'prefix':
      return pattern.text.startsWith(text.slice(0, -1)) || text.startsWith(pattern.text);
    case 'parts': {
      if (!arnMatches(headOf(pattern), text)) return false;
      // What stands before the first star must agree; the star takes whatever follows.
      const tail = pattern.parts[5];
      const below = text.split(':').slice(5).join(':').slice(0, -1);
      if (tail === undefined) return true;
      if (typeof tail === 'string') return tail.startsWith(below);
      for (let at = 0; at < below.length && tail[at] !== STAR; at++) if (tail[at] !== ONE && tail[at] !== below.charCodeAt(at)) return false;
      return true;
    }
  }
}
