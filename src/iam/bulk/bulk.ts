import type { Evidence, Residual } from '../../model/evidence.ts';
import type { AccessResult, BulkGrant, BulkQuestion, CandidateSet } from '../api.ts';
import { type Facts, factsOf } from '../aws/context.ts';
import { evaluate, evaluateBriefly } from '../aws/evaluate.ts';
import { resourceMustAllow, takesAnonymous } from '../aws/services.ts';
import type { EstatePrincipal } from '../estate/principals.ts';
import type { EstateResource } from '../estate/resources.ts';
import type { EstateView } from '../estate/view.ts';
import { classOf, coverageOf, idOf, numberOf, type Traits, traitsOf } from './alike.ts';
import { type ChosenKeys, chosenKeys, lifted, settled } from './chosen.ts';
import { probes, witnesses } from './witness.ts';

/** Keys that differ between principals or resources: a resource's own policy that asks for one is decided for each by itself. */
const personal = /^(aws:principal|aws:username|aws:userid|aws:resource|[a-z0-9-]+:resourcetag|aws:requestedregion|iam:resourcetag)/;

interface Candidate {
  readonly index: number;
  readonly text: string;
  readonly target: EstateResource;
  /** Its own policy, list or grant speaks of the action. */
  readonly speaks: boolean;
}

/**
 * All grants of one action. Principals whose policies are equal are asked once; candidates that every statement treats alike are asked once; resources whose own policies
 * speak of the action are asked one by one, of those principals only that they could mean. The answers are those of `can` on each pair, save one: who holds nothing for the
 * action is not listed for a resource whose policy was not read, as that would be everybody.
 */
export function bulkGrants(estate: EstateView, question: BulkQuestion): readonly BulkGrant[] {
  const action = question.action.toLowerCase();
  const chosen = chosenKeys(question.context ?? {});
  const given = factsOf(Object.fromEntries(Object.entries(question.context ?? {}).filter(([key]) => !key.endsWith('/*'))));
  const candidates = question.candidates.map((text, index): Candidate => {
    const target = estate.resources.of(text, action);
    return { index, text, target, speaks: estate.resources.speaks(target, action) };
  });
  const only = question.principals === undefined ? undefined : new Set(question.principals);
  const asked = estate.list.filter((principal) => only === undefined || only.has(principal.info.arn));
  const sets = new SetTable(candidates.length);
  const asker = new Asker(
    chosen === undefined ? estate : lifted(estate, chosen),
    action,
    given,
    candidates,
    sets,
    question.every === true,
    chosen,
    coverageOf(question.candidates),
  );
  const grants: BulkGrant[] = [];
  for (const principal of asked) grants.push(...asker.grantsOf(principal));
  for (const outsider of only === undefined
    ? asker.outsiders()
    : [...only].filter((arn) => estate.estatePrincipal(arn)?.info.kind === 'outsider' || arn.startsWith('aws:'))) {
    const principal = estate.estatePrincipal(outsider);
    if (principal !== undefined) grants.push(...asker.speaking({ ...principal, info: { ...principal.info, arn: outsider } }));
  }
  return grants;
}

/** What a class of principals gets, before the evidence is put to each of them. */
interface ClassGrant {
  readonly members: readonly number[];
  readonly result: AccessResult;
  readonly candidate: Candidate;
}

class Asker {
  readonly #estate: EstateView;
  readonly #action: string;
  readonly #given: Facts;
  readonly #candidates: readonly Candidate[];
  readonly #sets: SetTable;
  readonly #every: boolean;
  readonly #chosen: ChosenKeys | undefined;
  readonly #plainByAccount = new Map<string, readonly Candidate[]>();
  readonly #classes = new Map<string, readonly ClassGrant[]>();
  readonly #speakers: readonly Candidate[];
  readonly #named: ReturnType<typeof nameIndex>;
  readonly #coverage: ReturnType<typeof coverageOf>;
  readonly #sides = new Map<Candidate, number | undefined>();
  readonly #personals = new Map<Candidate, boolean>();

  constructor(
    estate: EstateView,
    action: string,
    given: Facts,
    candidates: readonly Candidate[],
    sets: SetTable,
    every: boolean,
    chosen: ChosenKeys | undefined,
    coverage: ReturnType<typeof coverageOf>,
  ) {
    this.#chosen = chosen;
    this.#every = every;
    this.#estate = estate;
    this.#action = action;
    this.#given = given;
    this.#candidates = candidates;
    this.#sets = sets;
    this.#speakers = candidates.filter((candidate) => candidate.speaks);
    this.#named = nameIndex(this.#speakers, action);
    this.#coverage = coverage;
  }

  /** Outsiders that the candidates' own policies name. */
  outsiders(): readonly string[] {
    const found = new Set<string>();
    if (this.#named.any.length > 0) {
      found.add('aws:anyone');
      if (takesAnonymous(this.#action)) found.add('*');
    }
    const own = new Set(this.#estate.principals.map((principal) => principal.account));
    for (const account of this.#named.byAccount.keys()) if (!own.has(account)) found.add(`aws:account:${account}`);
    for (const arn of this.#named.byArn.keys()) {
      const account = /^arn:[^:]+:(?:iam|sts)::(\d{12}):/.exec(arn)?.[1];
      if (account !== undefined && !own.has(account)) found.add(`aws:account:${account}`);
    }
    return [...found].sort();
  }

  grantsOf(principal: EstatePrincipal): BulkGrant[] {
    return [...this.#plain(principal), ...this.speaking(principal)];
  }

  /** Whether the identity side could allow the action: it does somewhere, or a policy of it was not read. */
  #mayHold(principal: EstatePrincipal): boolean {
    return (principal.identity?.select(this.#action).allow.length ?? 0) > 0 || principal.unread.some((each) => each.layer === 'identity');
  }

  /** Candidates without a policy of their own that speaks: the identity side alone decides, in the principal's account. */
  #plain(principal: EstatePrincipal): BulkGrant[] {
    if (!this.#mayHold(principal)) return [];
    const traits = traitsOf(principal, this.#action);
    const key = traits.alone ? principal.info.arn : classOf(principal, this.#action);
    let classGrants = this.#classes.get(key);
    if (classGrants === undefined) {
      classGrants = this.#askGroups(principal, this.#grouped(traits, this.#own(principal.info.account), true));
      this.#classes.set(key, classGrants);
    }
    return classGrants.map((grant) => this.#grant(principal, grant));
  }

  /** Candidates that every statement covers or leaves out alike get the same answer; those that lie in a pattern in part are asked by themselves. */
  #grouped(traits: Traits, candidates: readonly Candidate[], plain: boolean): Iterable<readonly Candidate[]> {
    if (plain && !traits.each && !traits.byRegion && traits.resources.length === 0) return [candidates];
    const groups = new Map<number | string, Candidate[]>();
    for (const candidate of candidates) {
      const covered = traits.each ? undefined : this.#coverage.signature(traits.resources, candidate.index);
      const side = covered === undefined ? undefined : plain ? 0 : this.#side(candidate);
      const region = traits.byRegion ? numberOf(candidate.text.split(':', 4)[3] ?? '') : 0;
      // Negative numbers are those that stand alone.
      let signature: number | string = -1 - candidate.index;
      if (covered !== undefined && side !== undefined)
        signature = typeof covered === 'number' && region < 64 && side < 65_536 ? (covered * 64 + region) * 65_536 + side : `${covered} ${region} ${side}`;
      const group = groups.get(signature);
      if (group === undefined) groups.set(signature, [candidate]);
      else group.push(candidate);
    }
    return groups.values();
  }

  #askGroups(principal: EstatePrincipal, groups: Iterable<readonly Candidate[]>): readonly ClassGrant[] {
    const grants: ClassGrant[] = [];
    for (const members of groups) {
      const [first] = members;
      if (first === undefined) continue;
      const result = this.#ask(principal, first);
      if (result.decision !== 'deny') grants.push({ members: members.map((member) => member.index), result, candidate: first });
    }
    return mergeEqual(grants);
  }

  #own(account: string): readonly Candidate[] {
    const known = this.#plainByAccount.get(account);
    if (known !== undefined) return known;
    const own = this.#candidates.filter(
      (candidate) => !candidate.speaks && (candidate.target.account === undefined || candidate.target.account === account || candidate.target.account === ''),
    );
    this.#plainByAccount.set(account, own);
    return own;
  }

  /** Candidates whose own policy may mean this principal, or whose identity side allows it. */
  speaking(principal: EstatePrincipal): BulkGrant[] {
    if (this.#speakers.length === 0) return [];
    const { account, arn, kind } = principal.info;
    const named = new Set<Candidate>([...(this.#named.byArn.get(arn) ?? []), ...(this.#named.byArn.get(roleKey(arn)) ?? [])]);
    const wanted = new Set<Candidate>([...this.#named.any, ...(this.#named.byAccount.get(account) ?? [])]);
    if (kind === 'user' || kind === 'role') {
      if (this.#mayHold(principal))
        for (const candidate of this.#named.identity) if (candidate.target.account === account || candidate.target.unread.length > 0) wanted.add(candidate);
    }
    for (const candidate of named) wanted.delete(candidate);
    const own = this.#askEach(principal, [...named]);
    if (wanted.size === 0) return own.map((grant) => this.#grant(principal, grant));
    const traits = traitsOf(principal, this.#action);
    const alone = traits.alone || kind === 'outsider' || kind === 'root' || [...wanted].some((candidate) => this.#personal(candidate));
    if (alone) return mergeEqual([...own, ...this.#askEach(principal, [...wanted])]).map((grant) => this.#grant(principal, grant));
    const key = `speaking ${classOf(principal, this.#action)} ${[...named].map((candidate) => candidate.index).join(',')}`;
    let classGrants = this.#classes.get(key);
    if (classGrants === undefined) {
      classGrants = this.#askGroups(principal, this.#grouped(traits, [...wanted], false));
      this.#classes.set(key, classGrants);
    }
    return mergeEqual([...own, ...classGrants]).map((grant) => this.#grant(principal, grant));
  }

  #askEach(principal: EstatePrincipal, candidates: readonly Candidate[]): ClassGrant[] {
    const grants: ClassGrant[] = [];
    for (const candidate of [...candidates].sort((a, b) => a.index - b.index)) {
      const result = this.#ask(principal, candidate);
      if (result.decision !== 'deny') grants.push({ members: [candidate.index], result, candidate });
    }
    return grants;
  }

  /** The candidate's own side, equal for those that have the same policies; `undefined` where these name resources. */
  #side(candidate: Candidate): number | undefined {
    const known = this.#sides.get(candidate);
    if (known !== undefined || this.#sides.has(candidate)) return known;
    const { target } = candidate;
    const rules = [target.policy, target.grants].map((set) => {
      const selected = set?.select(this.#action);
      return [...(selected?.allow ?? []), ...(selected?.deny ?? [])].map(({ statement }) => idOf(statement.rule)).join(',');
    });
    const side = everyResource(candidate, this.#action)
      ? numberOf(`${target.account} ${rules.join('/')} ${target.restricted} ${target.unread.length} ${target.unreadForOutsiders.length}`)
      : undefined;
    this.#sides.set(candidate, side);
    return side;
  }

  /** Whether a candidate's own policy asks who somebody is beyond naming accounts. */
  #personal(candidate: Candidate): boolean {
    const known = this.#personals.get(candidate);
    if (known !== undefined) return known;
    const personal = this.#asksWho(candidate);
    this.#personals.set(candidate, personal);
    return personal;
  }

  #asksWho(candidate: Candidate): boolean {
    for (const set of [candidate.target.policy, candidate.target.grants]) {
      const selected = set?.select(this.#action);
      for (const { statement } of [...(selected?.allow ?? []), ...(selected?.deny ?? [])]) {
        const { principal, conditions, resource, effect } = statement.rule;
        if (resource.variables || conditions.some((condition) => personal.test(condition.key) || !condition.fixed)) return true;
        if (effect === 'Deny' && principal !== undefined && (principal.negated || principal.arns.size > 0 || principal.roles.size > 0)) return true;
      }
    }
    return false;
  }

  /** Decides one pair; a candidate with wildcards is allowed if some resource of its shape is. */
  #ask(principal: EstatePrincipal, candidate: Candidate): AccessResult {
    return this.#chosen === undefined ? this.#asked(principal, candidate) : settled(this.#asked(principal, candidate), this.#chosen);
  }

  #asked(principal: EstatePrincipal, candidate: Candidate): AccessResult {
    const request = (resource: string) => this.#estate.request(principal, this.#action, resource, this.#given, false, candidate.target);
    if (!/[*?]/.test(candidate.text)) return evaluateBriefly(request(candidate.text));
    if (this.#every) {
      // The weakest of its shapes decides: an action that takes several kinds of resources is asked on each.
      let worst: AccessResult | undefined;
      for (const text of probes(candidate.text, principal, this.#action)) {
        const result = evaluate(request(text));
        if (worst === undefined || order[result.decision] < order[worst.decision]) worst = result;
      }
      return worst ?? denied;
    }
    let best: AccessResult = denied;
    for (const text of witnesses(candidate.text, principal, this.#action, candidate.target)) {
      const result = evaluate(request(text));
      if (order[result.decision] > order[best.decision]) best = result;
      if (best.decision === 'allow') break;
    }
    return best;
  }

  #grant(principal: EstatePrincipal, grant: ClassGrant): BulkGrant {
    return new LazyGrant(principal.info.arn, this.#sets.of(grant.members), grant.result, () => {
      const wild = /[*?]/.test(grant.candidate.text);
      const result = wild
        ? this.#asked(principal, grant.candidate)
        : evaluate(this.#estate.request(principal, this.#action, grant.candidate.text, this.#given, false, grant.candidate.target));
      return this.#estate.evidenceOf(result, principal, grant.candidate.target);
    });
  }
}

const denied: AccessResult = { decision: 'deny', explicit: false, residual: [], decidedBy: [], missing: [] };
const order: Readonly<Record<AccessResult['decision'], number>> = { deny: 0, unknown: 1, conditional: 2, allow: 3 };

/** Evidence costs a full explanation, so it is worked out when somebody asks for it. */
class LazyGrant implements BulkGrant {
  readonly principal: string;
  readonly set: CandidateSet;
  readonly residual: Residual;
  readonly missing: readonly string[];
  readonly allowedBy: 'read' | 'unread';
  readonly #explain: () => readonly Evidence[];
  #evidence: readonly Evidence[] | undefined;

  constructor(principal: string, set: CandidateSet, result: AccessResult, explain: () => readonly Evidence[]) {
    this.principal = principal;
    this.set = set;
    this.residual = result.residual;
    this.missing = result.missing;
    this.allowedBy = result.allowedBy ?? 'read';
    this.#explain = explain;
  }

  get evidence(): readonly Evidence[] {
    this.#evidence ??= this.#explain();
    return this.#evidence;
  }
}

/** Grants with the same strings attached are one, with all their candidates. */
function mergeEqual(grants: readonly ClassGrant[]): ClassGrant[] {
  const merged = new Map<string, { members: number[]; result: AccessResult; candidate: Candidate }>();
  for (const grant of grants) {
    const key = JSON.stringify([grant.result.residual, grant.result.missing, grant.result.allowedBy]);
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { members: [...grant.members], result: grant.result, candidate: grant.candidate });
    else known.members.push(...grant.members);
  }
  return [...merged.values()].map((grant) => ({ ...grant, members: grant.members.sort((a, b) => a - b) }));
}

/** One object for equal sets. */
class SetTable {
  readonly #known = new Map<string, CandidateSet>();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  of(members: readonly number[]): CandidateSet {
    const key = members.length === this.#size ? 'all' : members.join(',');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const set: CandidateSet = { id: this.#known.size, members: Uint32Array.from(members) };
    this.#known.set(key, set);
    return set;
  }
}

/** Whether every statement of the candidate's own policy covers it whatever its name is, as trust policies do. */
function everyResource(candidate: Candidate, action: string): boolean {
  for (const set of [candidate.target.policy, candidate.target.grants]) {
    const selected = set?.select(action);
    for (const { statement } of [...(selected?.allow ?? []), ...(selected?.deny ?? [])])
      if (!statement.rule.resource.all || statement.rule.resource.negated) return false;
  }
  return true;
}

const roleKey = (arn: string): string => {
  const match = /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn);
  return match === null ? arn : `role ${match[1]}/${match[2]}`;
};

/** Which principals the policies of the speaking candidates could mean. */
function nameIndex(speakers: readonly Candidate[], action: string) {
  const any: Candidate[] = [];
  const identity: Candidate[] = [];
  const byAccount = new Map<string, Candidate[]>();
  const byArn = new Map<string, Candidate[]>();
  const add = (map: Map<string, Candidate[]>, key: string, candidate: Candidate): void => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [candidate]);
    else if (list.at(-1) !== candidate) list.push(candidate);
  };
  for (const candidate of speakers) {
    const { target } = candidate;
    // Where the identity side alone can allow (every service but trust and keys), a policy that denies or says nothing must still be asked.
    if (!resourceMustAllow(action, candidate.text) || target.unread.length > 0) identity.push(candidate);
    let everybody = false;
    for (const set of [target.policy, target.grants]) {
      for (const { statement } of set?.select(action).allow ?? []) {
        const principal = statement.rule.principal;
        if (principal === undefined || principal.any || principal.negated) {
          everybody = true;
          continue;
        }
        for (const account of principal.accounts) add(byAccount, account, candidate);
        for (const arn of principal.arns) add(byArn, arn, candidate);
        for (const role of principal.roles) add(byArn, `role ${role}`, candidate);
        for (const key of principal.sessions.keys()) add(byArn, `role ${key}`, candidate);
      }
    }
    if (everybody) any.push(candidate);
  }
  return { any, identity, byAccount, byArn };
}
