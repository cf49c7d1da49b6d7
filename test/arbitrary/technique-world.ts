import fc from 'fast-check';
import type { Fact, Facts, SetGrant } from '../../src/derive/facts.ts';
import type { Premise, When } from '../../src/derive/premise.ts';
import type { Technique } from '../../src/derive/technique.ts';
import type { EdgeKind } from '../../src/model/vocabulary.ts';

/** Whether something holds, by a hash of its words and a seed: `density` of all facts hold, some of them with strings attached that name the fact. */
function chance(seed: number, words: string, density: number): Fact | undefined {
  let hash = (2166136261 ^ seed) >>> 0;
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words.charCodeAt(i), 16777619) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39) >>> 0;
  const value = ((hash ^ (hash >>> 15)) >>> 0) / 4294967296;
  if (value >= density) return undefined;
  const evidence = [{ resource: words, pointer: '', call: '' }];
  if (value < density * 0.6) return { residual: [], missing: [], evidence };
  if (value < density * 0.85) return { residual: [{ allOf: [{ operator: 'Bool', key: words, values: [], negated: false }] }], missing: [], evidence };
  return { residual: [], missing: [words], evidence };
}

/** An estate in which everything holds or does not by chance. Grants of equal members share one list, as those of the engine do. */
export class ChanceFacts implements Facts {
  readonly #seed: number;
  readonly #density: number;
  readonly #sizes: Readonly<Record<string, number>>;
  readonly #members = new Map<string, Uint32Array>();
  readonly #edges = new Map<EdgeKind, ReturnType<Facts['edges']>>();

  constructor(seed: number, density: number, sizes: Readonly<Record<string, number>>) {
    this.#seed = seed;
    this.#density = density;
    this.#sizes = sizes;
  }

  #holds(words: string): Fact | undefined {
    return chance(this.#seed, words, this.#density);
  }

  domain(types: readonly string[]): readonly string[] {
    return types.flatMap((type) => Array.from({ length: this.#sizes[type] ?? 0 }, (_, n) => `${type}${n}`)).sort();
  }

  can(action: string, candidates: readonly string[]): readonly SetGrant[] {
    const grants: SetGrant[] = [];
    for (const principal of this.domain(['principal'])) {
      const byStrings = new Map<string, { fact: Fact; members: number[] }>();
      for (const [position, candidate] of candidates.entries()) {
        const fact = this.#holds(`${principal} ${action} ${candidate}`);
        if (fact === undefined) continue;
        const key = JSON.stringify([fact.residual, fact.missing]);
        const known = byStrings.get(key);
        if (known === undefined) byStrings.set(key, { fact, members: [position] });
        else known.members.push(position);
      }
      for (const { fact, members } of byStrings.values()) {
        const key = members.join(',');
        const shared = this.#members.get(key) ?? Uint32Array.from(members);
        this.#members.set(key, shared);
        const proof = (member: number) => [{ resource: `${principal} ${action} ${candidates[member]}`, pointer: '', call: '' }];
        grants.push({ ...fact, evidence: proof(members[0] ?? 0), principal, members: shared, proof });
      }
    }
    return grants;
  }

  canSomewhere(action: string): ReadonlyMap<string, Fact> {
    return new Map(
      this.domain(['principal']).flatMap((who): [string, Fact][] => {
        const fact = this.#holds(`${who} ${action}`);
        return fact === undefined ? [] : [[who, fact]];
      }),
    );
  }

  trusts(role: string, service: string): Fact | undefined {
    return this.#holds(`${role} trusts ${service}`);
  }
  has(id: string, where: unknown): Fact | undefined {
    return this.#holds(`${id} has ${JSON.stringify(where)}`);
  }
  exists(principal: string, type: string): Fact | undefined {
    return this.#holds(`${principal} near ${type}`);
  }
  powerful(holder: string): Fact | undefined {
    return this.#holds(`${holder} powerful`);
  }
  outsider(principal: string): Fact | undefined {
    return this.#holds(`${principal} outside`);
  }
  uncapped(principal: string): Fact | undefined {
    return this.#holds(`${principal} uncapped`);
  }

  edges(kind: EdgeKind): readonly { from: string; to: string; evidence: Fact['evidence'] }[] {
    const known = this.#edges.get(kind);
    if (known !== undefined) return known;
    const all = this.domain(Object.keys(this.#sizes));
    const made = all.flatMap((from) =>
      all.flatMap((to) => {
        const fact = this.#holds(`${kind} ${from} ${to}`);
        return fact === undefined ? [] : [{ from, to, evidence: fact.evidence }];
      }),
    );
    this.#edges.set(kind, made);
    return made;
  }

  reachedFrom(from: string, ports: readonly number[]): ReadonlyMap<string, Fact> {
    return new Map(
      this.domain(Object.keys(this.#sizes)).flatMap((to): [string, Fact][] => {
        const fact = this.#holds(`${from} reaches ${to} ${ports.join(',')}`);
        return fact === undefined ? [] : [[to, fact]];
      }),
    );
  }
  realm(principal: string): string | undefined {
    return principal.endsWith('2') ? 'two' : undefined;
  }
  outside(principal: string, id: string): boolean {
    return (principal.charCodeAt(principal.length - 1) + id.charCodeAt(id.length - 1)) % 2 === 0;
  }
  accountOf(): string {
    return 'account';
  }
}

const kinds = ['MemberOf', 'AttachedTo', 'UsesIdentity', 'RefersTo'] as const;
const empty = { category: '', effort: '', attack: [], references: [], fix: undefined, notes: '', examples: [], file: '', title: '' };

/** Techniques of up to four variables whose joins form no circle, as those that are written do. */
export const techniques: fc.Arbitrary<Technique> = fc
  .record({
    types: fc.array(fc.constantFrom('A', 'B', 'C', 'principal'), { minLength: 1, maxLength: 3 }),
    account: fc.boolean(),
    asks: fc.boolean(),
    goal: fc.nat(2),
    parts: fc.array(fc.tuple(fc.nat(6), fc.nat(3), fc.nat(3), fc.boolean()), { minLength: 1, maxLength: 5 }),
    any: fc.boolean(),
  })
  .map(({ types, account, asks, goal, parts, any }): Technique => {
    const others = types.map((_, n) => `v${n}`);
    const all = ['actor', ...others];
    const tied = new Map(all.map((name) => [name, name]));
    const root = (name: string): string => (tied.get(name) === name ? name : root(tied.get(name) ?? name));
    const premise = ([kind, a, b, flag]: (typeof parts)[number]): Premise => {
      const [one = 'actor', other = 'actor'] = [all[a % all.length], all[b % all.length]];
      if (kind <= 2 && asks) {
        const on = kind === 0 ? undefined : { variable: one, suffix: flag ? '/*' : '' };
        return { kind: 'can', who: 'actor', action: `act${b}`, on, context: {} };
      }
      // Two joins that close a circle are no technique that anybody writes; a statement about one of them stands there instead.
      if (kind >= 5 && root(one) !== root(other)) {
        tied.set(root(one), root(other));
        // Reachability between a principal and something is no question.
        const reaches = flag && one !== 'actor' && other !== 'actor';
        return reaches ? { kind: 'reaches', from: one, to: other, ports: [443] } : { kind: 'edge', edge: kinds[b] ?? 'MemberOf', from: one, to: other };
      }
      if (kind === 3) return { kind: 'trusts', role: one === 'actor' ? 'v0' : one, service: `s${b}` };
      if (kind === 4) {
        if (asks && b === 2) return { kind: 'exists', who: 'actor', type: `T${a % 2}` };
        if (b === 1 && flag) return { kind: 'unseen', what: `unseen ${a}` };
        const who = isAccount && b === 3 ? 'account' : asks ? one : one === 'actor' ? 'v0' : one;
        if (asks && b === 0) return { kind: 'outsider', who: 'actor' };
        return flag ? { kind: 'powerful', who } : { kind: 'uncapped', who };
      }
      return { kind: 'has', on: one, where: { key: b } };
    };
    const isAccount = account && asks;
    const made = parts.map(premise);
    const to = isAccount ? 'account' : (others[goal % others.length] ?? 'v0');
    // Between resources a goal that nothing ties to the source is no technique.
    if (!asks && root(to) !== root('actor')) made.push({ kind: 'edge', edge: 'MemberOf', from: 'actor', to });
    const first: When = asks ? [{ kind: 'can', who: 'actor', action: 'first', on: undefined, context: {} }] : [];
    // Joins stay outside of alternatives, where their absence would untie variables.
    const [loose, joins] = [
      made.filter((each) => each.kind !== 'edge' && each.kind !== 'reaches'),
      made.filter((each) => each.kind === 'edge' || each.kind === 'reaches'),
    ];
    const when: When = any && loose.length > 1 ? [...first, ...joins, { kind: 'any', of: loose }] : [...first, ...joins, ...loose];
    const where = Object.fromEntries([
      ['actor', [asks ? 'principal' : 'A']],
      ...types.map((type, n) => [`v${n}`, [type]]),
      ...(isAccount ? [['account', ['account']]] : []),
    ]);
    return { ...empty, id: 'test', derives: { edge: 'CanBecome', from: 'actor', to }, where, when, likelihood: { base: 1, factors: [] } };
  });

export const estates = fc
  .record({ seed: fc.nat(), density: fc.constantFrom(0.3, 0.6, 0.9), A: fc.nat(3), B: fc.nat(4), C: fc.nat(3), principal: fc.integer({ min: 1, max: 4 }) })
  .map(({ seed, density, ...sizes }) => ({ text: JSON.stringify({ seed, density, sizes }), facts: new ChanceFacts(seed, density, sizes) }));
