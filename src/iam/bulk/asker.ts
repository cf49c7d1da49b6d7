import type { AccessResult, BulkGrant } from '../api.ts';
import { type Condition, evaluateCondition } from '../aws/condition.ts';
import type { Context, Facts } from '../aws/context.ts';
import type { Rule } from '../aws/policy.ts';
import { PolicySet } from '../aws/policy-set.ts';
import type { ResourceMatcher } from '../aws/resource.ts';
import { takesAnonymous } from '../aws/services.ts';
import type { EstatePrincipal } from '../estate/principals.ts';
import type { EstateView } from '../estate/view.ts';
import type { Block } from './block.ts';
import type { CandidateList } from './candidates.ts';
import { type ChosenKeys, settled } from './chosen.ts';
import { Explainer } from './explainer.ts';
import type { Holdings, Use } from './holdings.ts';
import { Numbers } from './ids.ts';
import { ClassGrant, LazyGrant, type Outcome, type Part, SetTable } from './outcome.ts';
import { resolved, traitsOf } from './rule-traits.ts';
import { codeOf, type Said, saidBy, saying, tagsOf } from './said.ts';
import { partition, type Segments } from './segments.ts';
import { meeting, personalOf, type Relevant, type SideIndex } from './side-index.ts';
import type { SidedBlock } from './sides.ts';

/** A principal with what its layers say of the action: identity, boundary (if any), then the levels of the organization. */
interface Holder {
  readonly principal: EstatePrincipal;
  readonly uses: readonly Use[];
  /** What decides beside rules and names: account, kind, what was not read. */
  readonly standing: number;
}

interface Elements {
  readonly places: ReadonlyMap<Rule, number>;
  readonly matchers: readonly ResourceMatcher[];
  readonly open: boolean;
}

/** Whether a rule covers no candidate of a block, by what its elements cover. */
function coversNothing(rule: Rule, places: Elements['places'], lists: readonly Segments[]): boolean {
  const place = places.get(rule);
  return place !== undefined && lists[place]?.length === 0;
}

const standings = new WeakMap<EstatePrincipal, number>();
const distinctStandings = new Numbers();

function standingOf(principal: EstatePrincipal): number {
  const known = standings.get(principal);
  if (known !== undefined) return known;
  const { info, unread, boundary } = principal;
  const reading = unread.map((each) => `${each.layer} ${each.missing}`).join();
  const made = distinctStandings.of(`${info.account} ${info.kind} ${info.serviceLinked} ${boundary !== undefined} ${reading}`);
  standings.set(principal, made);
  return made;
}

const empty = new PolicySet([]);

/** Asks one question of many principals. */
export class Asker {
  readonly #estate: EstateView;
  readonly #action: string;
  readonly #list: CandidateList;
  readonly #explainer: Explainer;
  readonly #index: SideIndex;
  readonly #chosen: ChosenKeys | undefined;
  readonly #holdings: Holdings;
  readonly #classes = new Map<string, readonly ClassGrant[]>();
  readonly #outcomes = new Map<string, Outcome | undefined>();
  readonly #distinct = new Map<string, Outcome>();
  readonly #sets = new SetTable();
  readonly #personal = new Map<readonly SidedBlock[], { readonly conditions: readonly Condition[]; readonly own: boolean }>();

  constructor(estate: EstateView, action: string, given: Facts, list: CandidateList, every: boolean, chosen: ChosenKeys | undefined, everybody: boolean) {
    this.#estate = estate;
    this.#action = action;
    this.#list = list;
    this.#explainer = new Explainer(estate, action, given, list.texts, every);
    this.#index = list.about(action);
    this.#chosen = chosen;
    this.#holdings = estate.tables.holdings(action, everybody);
  }

  /** Outsiders that the candidates' own policies name. */
  outsiders(): readonly string[] {
    const found = new Set<string>();
    if (this.#index.admitsEverybody) {
      found.add('aws:anyone');
      if (takesAnonymous(this.#action)) found.add('*');
    }
    for (const each of strangersOf(this.#estate, this.#index)) found.add(each);
    return [...found].sort();
  }

  /** Grants of somebody whom only the candidates' own policies can mean. */
  outside(arn: string, grants: BulkGrant[]): void {
    const principal = this.#estate.estatePrincipal(arn);
    if (principal === undefined) return;
    const holder = this.#holder(principal);
    const blocks = this.#index.admitting(principal.requester);
    for (const grant of this.#grants(holder, blocks, arn)) grants.push(new LazyGrant(arn, grant));
  }

  /** Grants of all users and roles of an account. */
  within(account: string, principals: readonly EstatePrincipal[], grants: BulkGrant[]): void {
    const relevant = this.#index.relevant(account);
    const named = this.#index.namesIn(account);
    if (relevant.blocks.length === 0 && !named) return;
    // Who may do nothing by its own policies is only meant by one that names it, or that lets everybody in.
    if (named || relevant.withoutOwn.length > 0)
      for (const principal of principals) this.#grant(principal, this.#holdings.mayHold(principal), relevant, grants);
    else for (const principal of this.#holdings.among(principals)) this.#grant(principal, true, relevant, grants);
  }

  /** Grants of a user or role of the estate. */
  inside(principal: EstatePrincipal, grants: BulkGrant[]): void {
    this.#grant(principal, this.#holdings.mayHold(principal), this.#index.relevant(principal.info.account), grants);
  }

  #grant(principal: EstatePrincipal, mayHold: boolean, relevant: Relevant, grants: BulkGrant[]): void {
    const blocks = mayHold ? relevant.blocks : relevant.withoutOwn;
    const naming = this.#index.naming(principal.requester);
    if (blocks.length === 0 && naming.length === 0) return;
    const holder = this.#holder(principal);
    const own = holder.uses.some((use) => use.own || use.variables) || this.#asking(blocks).own || naming.some((each) => each.side.own);
    const key = own ? principal.info.arn : this.#classOf(holder, blocks, naming);
    let known = this.#classes.get(key);
    if (known === undefined) {
      known = this.#grants(holder, naming.length === 0 ? blocks : [...new Set([...blocks, ...naming])], own ? principal.info.arn : '');
      this.#classes.set(key, known);
    }
    for (const grant of known) grants.push(new LazyGrant(principal.info.arn, grant));
  }

  #holder(principal: EstatePrincipal): Holder {
    const { info, controls } = principal;
    const identity = this.#holdings.of(principal.identity ?? empty);
    const uses = [identity];
    if (principal.boundary !== undefined) uses.push(this.#holdings.of(principal.boundary));
    if (!info.serviceLinked && controls?.management !== true) for (const level of controls?.scps ?? []) uses.push(this.#holdings.of(level));
    return { principal, uses, standing: standingOf(principal) };
  }

  /** Equal for principals that are decided alike on every candidate. */
  #classOf(holder: Holder, blocks: readonly SidedBlock[], naming: readonly SidedBlock[]): string {
    let key = `${holder.standing}`;
    let personal = false;
    for (const use of holder.uses) {
      key += `,${use.id}`;
      if (use.personal.length > 0) personal = true;
    }
    const { conditions } = this.#asking(blocks);
    const asked =
      personal || naming.length > 0 || conditions.length > 0 ? [...holder.uses.flatMap((use) => use.personal), ...conditions, ...personalOf(naming)] : [];
    if (asked.length > 0) key += `|${asked.map(this.#truths(holder.principal)).join('')}`;
    for (const each of naming) key += `|${this.#index.blocks.indexOf(each)} ${meeting(each, holder.principal.requester)}`;
    return key;
  }

  #asking(blocks: readonly SidedBlock[]): { readonly conditions: readonly Condition[]; readonly own: boolean } {
    const known = this.#personal.get(blocks);
    if (known !== undefined) return known;
    const asking = { conditions: personalOf(blocks), own: blocks.some((each) => each.side.own) };
    this.#personal.set(blocks, asking);
    return asking;
  }

  /** What is true of somebody, so that it need not be known who it is. */
  #truths(principal: EstatePrincipal): (condition: Condition) => number {
    let context: Context | undefined;
    return (condition) => {
      context ??= this.#context(principal);
      return evaluateCondition(condition, context);
    };
  }

  #context(principal: EstatePrincipal): Context {
    return this.#explainer.context(principal);
  }

  #grants(holder: Holder, blocks: readonly SidedBlock[], alone: string): readonly ClassGrant[] {
    const { principal, uses } = holder;
    const truthOf = this.#truths(principal);
    const { matchers, places, open } = this.#elements(holder);
    const unreadIdentity = principal.unread.some((each) => each.layer === 'identity');
    const byRegion = uses.some((use) => use.region);
    const byTags = uses.some((use) => use.tags);
    const found = new Map<Outcome, Part[]>();
    for (const sided of blocks) {
      const { block, side } = sided;
      const lists = matchers.map((matcher) => block.coverage(matcher));
      const more = this.#properties(block, { region: side.region || byRegion, tags: side.tags || byTags, each: open || side.own });
      const silent = side.rules.length === 0 && !side.unread && !unreadIdentity;
      // Nothing of the candidates is named, and nobody else gives it.
      if (silent && uses[0]?.allow.every((rule) => coversNothing(rule, places, lists)) === true) continue;
      const met = side.rules.length === 0 ? '' : `${meeting(sided, principal.requester)}|${side.personal.map(truthOf).join('')}`;
      const about = `${alone}|${holder.standing}|${sided.id}|${met}|`;
      for (const { codes, ranges } of partition(more.length === 0 ? lists : [...lists, ...more], block.size)) {
        const code = (rule: Rule): number => codeOf(rule, places, codes);
        if (silent && uses[0]?.allow.every((rule) => code(rule) === 0) === true) continue;
        const said = uses.map((use) => saidBy(use, code, truthOf));
        if (said.some((each) => each.denies)) continue;
        let rest = '';
        for (let index = 1; index < said.length; index++) rest += `,${said[index]?.number}`;
        for (let index = lists.length; index < codes.length; index++) rest += `|${codes[index]}`;
        const key = `${about}${said[0]?.number}${rest}`;
        const outcome = this.#bySome(key, about, said, rest) ?? this.#outcome(key, principal, block, ranges[0] ?? 0);
        if (outcome === undefined) continue;
        const parts = found.get(outcome);
        if (parts === undefined) found.set(outcome, [{ block, ranges }]);
        else parts.push({ block, ranges });
      }
    }
    return [...found].map(([outcome, parts]): ClassGrant => {
      return new ClassGrant(outcome, this.#sets.of(parts), this.#explainer);
    });
  }

  /** Elements of the rules that do not cover everything, variables put in, and which of them is a rule's; `open` where some cannot be. */
  #elements({ principal, uses }: Holder): Elements {
    const places = new Map<Rule, number>();
    const matchers: ResourceMatcher[] = [];
    let open = false;
    let context: Context | undefined;
    for (const use of uses) {
      for (const rule of use.rules) {
        if (traitsOf(rule).everything) continue;
        if (rule.resource.variables) context ??= this.#context(principal);
        const matcher = context === undefined ? rule.resource : resolved(rule.resource, context);
        if (matcher === undefined) {
          open = true;
          continue;
        }
        const known = matchers.indexOf(matcher);
        places.set(rule, known < 0 ? matchers.push(matcher) - 1 : known);
      }
    }
    return { places, matchers, open };
  }

  /** What the candidates of a block may differ in beside their names. */
  #properties(block: Block, differing: { readonly region: boolean; readonly tags: boolean; readonly each: boolean }): readonly Segments[] {
    const numbers = this.#estate.tables.properties;
    const lists: Segments[] = [];
    const mustAllow = block.mustAllow(this.#action);
    if (mustAllow !== undefined) lists.push(mustAllow);
    if (differing.region) lists.push(block.property('region', (text) => numbers.of(text.split(':', 4)[3] ?? '')));
    if (differing.tags) lists.push(block.property('tags', (text) => numbers.of(tagsOf(this.#estate.resources.of(text, this.#action)))));
    if (differing.each) lists.push(block.property('each', (_text, position) => position + 1));
    return lists;
  }

  /** Where nothing denies, more is allowed by more statements: whoever has one more than somebody who is simply allowed it is simply allowed it too. */
  #bySome(key: string, about: string, said: readonly Said[], rest: string): Outcome | undefined {
    const [first] = said;
    if (first === undefined || !first.allow.includes('+') || this.#outcomes.has(key) || said.some((each) => each.deny !== '')) return undefined;
    for (const each of first.allow.split('+')) {
      const outcome = this.#outcomes.get(`${about}${saying(each, '').number}${rest}`);
      if (outcome === undefined || outcome.residual.length > 0 || outcome.missing.length > 0 || outcome.allowedBy === 'unread') continue;
      this.#outcomes.set(key, outcome);
      return outcome;
    }
    return undefined;
  }

  #outcome(key: string, principal: EstatePrincipal, block: Block, index: number): Outcome | undefined {
    if (this.#outcomes.has(key)) return this.#outcomes.get(key);
    const text = this.#list.texts[block.positions[index] ?? 0] ?? '';
    const result = this.#explainer.asked(principal, text, this.#estate.resources.of(text, this.#action));
    const answer = this.#chosen === undefined ? result : settled(result, this.#chosen);
    const outcome = answer.decision === 'deny' ? undefined : this.#once(answer);
    this.#outcomes.set(key, outcome);
    return outcome;
  }

  #once({ residual, missing, allowedBy = 'read' }: AccessResult): Outcome {
    const key = JSON.stringify([residual, missing, allowedBy]);
    const known = this.#distinct.get(key);
    if (known !== undefined) return known;
    const outcome: Outcome = { residual, missing, allowedBy };
    this.#distinct.set(key, outcome);
    return outcome;
  }
}

const ownAccounts = new WeakMap<EstateView['principals'], ReadonlySet<string>>();

/** Accounts that principals of the estate are in. */
function accountsOf({ principals }: EstateView): ReadonlySet<string> {
  const known = ownAccounts.get(principals);
  if (known !== undefined) return known;
  const made = new Set(principals.map((principal) => principal.account));
  ownAccounts.set(principals, made);
  return made;
}

/** Accounts outside the estate that policies of candidates name, as outsiders. */
export function strangersOf(estate: EstateView, index: SideIndex): readonly string[] {
  const named = index.accounts();
  if (named.length === 0) return named;
  const own = accountsOf(estate);
  return named
    .filter((account) => !own.has(account))
    .map((account) => `aws:account:${account}`)
    .sort();
}
