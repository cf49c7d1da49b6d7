import type { Condition } from '../aws/condition.ts';
import { namedBy, sessionTest } from '../aws/principal.ts';
import type { Requester } from '../aws/requester.ts';
import { idOf } from './ids.ts';
import { allowing, type SidedBlock } from './sides.ts';

/** Blocks that matter to the principals of one account. */
export interface Relevant {
  /** Whatever the principal is called. */
  readonly blocks: readonly SidedBlock[];
  /** Those that can allow it without a permission of its own. */
  readonly withoutOwn: readonly SidedBlock[];
}

/** Which principals the candidates' own policies could mean. */
export class SideIndex {
  readonly blocks: readonly SidedBlock[];
  readonly #byName = new Map<string, SidedBlock[]>();
  readonly #byAccount = new Map<string, SidedBlock[]>();
  readonly #any: SidedBlock[] = [];
  readonly #unread: readonly SidedBlock[];
  readonly #mustAllow: (each: SidedBlock) => boolean;
  #accounts: readonly string[] | undefined;
  #namedAccounts: ReadonlySet<string> | undefined;
  readonly #relevant = new Map<string, Relevant>();

  /** @param mustAllow whether nobody is allowed anything on a block but by its own policies: keys, and roles to assume */
  constructor(blocks: readonly SidedBlock[], mustAllow: (each: SidedBlock) => boolean) {
    this.blocks = blocks;
    this.#mustAllow = mustAllow;
    this.#unread = blocks.filter((each) => each.side.unread);
    for (const each of blocks) {
      const { names, accounts, any } = namesOf(each);
      for (const name of names) push(this.#byName, name, each);
      for (const account of accounts) push(this.#byAccount, account, each);
      if (any) this.#any.push(each);
    }
  }

  /** Whether some policy admits everybody. */
  get admitsEverybody(): boolean {
    return this.#any.length > 0;
  }

  /** Accounts that Allow statements name, by themselves or by a principal in them. */
  accounts(): readonly string[] {
    this.#accounts ??= this.#accountsNamed();
    return this.#accounts;
  }

  #accountsNamed(): readonly string[] {
    const found = new Set(this.#byAccount.keys());
    for (const each of this.blocks)
      for (const element of allowing(each.side))
        for (const arn of element === undefined ? [] : element.arns) {
          const account = /^arn:[^:]+:(?:iam|sts)::(\d{12}):/.exec(arn)?.[1];
          if (account !== undefined) found.add(account);
        }
    return [...found];
  }

  relevant(account: string): Relevant {
    const known = this.#relevant.get(account);
    if (known !== undefined) return known;
    const inside = ({ block }: SidedBlock): boolean => block.account === undefined || block.account === '' || block.account === account;
    const meant = new Set([...this.#any, ...(this.#byAccount.get(account) ?? []), ...this.#unread]);
    const made: Relevant = {
      blocks: this.blocks.filter((each) => meant.has(each) || (inside(each) && !this.#mustAllow(each))),
      withoutOwn: this.#any.filter(inside),
    };
    this.#relevant.set(account, made);
    return made;
  }

  /** Blocks whose own policies admit an outsider: everybody, or its account. */
  admitting(requester: Requester): readonly SidedBlock[] {
    const found = new Set(this.#any);
    for (const each of this.#byAccount.get(requester.account ?? '') ?? []) found.add(each);
    for (const each of this.#byName.get(requester.arn) ?? []) found.add(each);
    return this.blocks.filter((each) => found.has(each));
  }

  /** Whether a policy names a user or role of an account itself. */
  namesIn(account: string): boolean {
    this.#namedAccounts ??= new Set(
      [...this.#byName.keys()].map((name) => (name.startsWith('arn:') ? (name.split(':', 5)[4] ?? '') : (name.split('/', 1)[0] ?? ''))),
    );
    return this.#namedAccounts.has(account);
  }

  /** Blocks whose own policies name a principal itself, to allow it or not. */
  naming(requester: Requester): readonly SidedBlock[] {
    if (this.#byName.size === 0) return nobody;
    const byArn = this.#byName.get(requester.arn);
    const byRole = 'roleKey' in requester ? this.#byName.get(requester.roleKey) : undefined;
    return byArn === undefined ? (byRole ?? nobody) : byRole === undefined ? byArn : [...new Set([...byArn, ...byRole])];
  }
}

const nobody: readonly SidedBlock[] = [];

function push(map: Map<string, SidedBlock[]>, key: string, each: SidedBlock): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [each]);
  else if (list.at(-1) !== each) list.push(each);
}

function namesOf(each: SidedBlock): { names: Set<string>; accounts: Set<string>; any: boolean } {
  const [names, accounts] = [new Set<string>(), new Set<string>()];
  let any = false;
  for (const { principal, effect } of each.side.rules) {
    for (const name of [...(principal?.arns ?? []), ...(principal?.sessions.keys() ?? [])]) names.add(name);
    if (effect !== 'Allow') continue;
    if (principal === undefined || principal.any || principal.negated) any = true;
    else for (const account of principal.accounts) accounts.add(account);
  }
  return { names, accounts, any };
}

/** How the rules of a side meet a requester: all that a decision reads of its name. */
export function meeting({ side }: SidedBlock, requester: Requester): string {
  let text = '';
  for (const { principal } of side.rules) {
    if (principal === undefined) continue;
    const named = namedBy(principal, requester);
    const session = sessionTest(principal, requester);
    if (named !== 0 || session !== undefined) text += `${idOf(principal)}:${named}${session === undefined ? '' : `s${idOf(session)}`},`;
  }
  return text;
}

/** Conditions on who asks in the policies of some blocks. */
export const personalOf = (blocks: readonly SidedBlock[]): readonly Condition[] => [...new Set(blocks.flatMap((each) => each.side.personal))];
