import { trimmed } from '../../model/trimmed.ts';
import { actionMatches } from './action.ts';
import type { Policy, Rule, Statement } from './policy.ts';

/** A policy where it is attached. */
export interface AttachedPolicy {
  /** Name or ARN, shown in `decidedBy`. */
  readonly name: string;
  readonly policy: Policy;
}

/** A statement with the policy it stands in. */
export interface Candidate {
  readonly policy: AttachedPolicy;
  readonly statement: Statement;
}

/** The statements of a set that name an action. */
export interface Selection {
  readonly allow: readonly Candidate[];
  readonly deny: readonly Candidate[];
}

/** Small numbers for the actions that were ever asked about, so that a set finds its statements by index. A few thousand names at most; they are never forgotten. */
const actionIds = new Map<string, number>();
let lastAction = '';
let lastId = -1;

function actionId(action: string): number {
  // Stryker disable next-line ConditionalExpression: looking it up gives the same.
  if (action === lastAction) return lastId;
  let id = actionIds.get(action);
  // Stryker disable next-line ConditionalExpression: another number is as good.
  if (id === undefined) {
    id = actionIds.size;
    actionIds.set(action, id);
  }
  lastAction = action;
  lastId = id;
  return id;
}

/** Values by the number of an action, in pages: most sets are asked about few of the hundreds of actions, and an array up to the last of them would be nearly empty for each of 30,000 sets. */
class ByAction<T> {
  readonly #pages: (T | undefined)[][] = [];

  get(id: number): T | undefined {
    return this.#pages[id >> 4]?.[id & 15];
  }

  set(id: number, value: T): void {
    const page = this.#pages[id >> 4];
    if (page === undefined) this.#pages[id >> 4] = Array.from({ length: 16 }, (_, place) => (place === (id & 15) ? value : undefined));
    else page[id & 15] = value;
  }
}

/** Documents of which it is remembered what they say: asking a shorter one again costs less than the memory. */
const long = 4;

/** Statements of a document that name an action. Many sets hold the same document, which is asked once. */
const named = new WeakMap<Policy, ByAction<readonly Statement[]>>();

function naming(policy: Policy, action: string, id: number): readonly Statement[] {
  // Stryker disable next-line ConditionalExpression: what is remembered is the same.
  if (policy.statements.length < long) return policy.statements.filter((statement) => actionMatches(statement.rule.action, action));
  let known = named.get(policy);
  // Stryker disable next-line ConditionalExpression: looking again finds the same.
  if (known === undefined) {
    known = new ByAction();
    named.set(policy, known);
  }
  let statements = known.get(id);
  // Stryker disable next-line ConditionalExpression: looking again finds the same.
  if (statements === undefined) {
    statements = policy.statements.filter((statement) => actionMatches(statement.rule.action, action));
    known.set(id, statements);
  }
  return statements;
}

let made = 0;

/** Policies that act as one layer: any Allow in any of them allows, any Deny denies. Remembers which statements name an action. */
export class PolicySet {
  readonly policies: readonly AttachedPolicy[];
  /** Its own, for tables of sets. */
  readonly number = made++;
  readonly #byAction = new ByAction<Selection>();

  constructor(policies: readonly AttachedPolicy[]) {
    this.policies = policies;
  }

  /** The statements that name an action (lower case); conditions and resources are not looked at. */
  select(action: string): Selection {
    const id = actionId(action);
    const known = this.#byAction.get(id);
    // Stryker disable next-line ConditionalExpression: looking again finds the same.
    if (known !== undefined) return known;
    const candidates: Candidate[] = [];
    for (const policy of this.policies) for (const statement of naming(policy.policy, action, id)) candidates.push({ policy, statement });
    const allow = candidates.filter((candidate) => candidate.statement.rule.effect === 'Allow');
    const deny = candidates.filter((candidate) => candidate.statement.rule.effect === 'Deny');
    const selection: Selection = candidates.length === 0 ? nothing : { allow: trimmed(allow), deny: trimmed(deny) };
    this.#byAction.set(id, selection);
    return selection;
  }

  /** The rules that name an action, without a memory of the answer: for who asks each set once. */
  rules(action: string): readonly Rule[] {
    const found: Rule[] = [];
    for (const { policy } of this.policies) for (const { rule } of policy.statements) if (actionMatches(rule.action, action)) found.push(rule);
    return found;
  }
}

const nothing: Selection = { allow: [], deny: [] };
