import { accountOf } from '../aws/arn.ts';
import type { AttachedPolicy, PolicySet } from '../aws/policy-set.ts';
import { isCallersAlone } from '../aws/services.ts';
import type { EstatePrincipal } from '../estate/principals.ts';
import type { EstateResource, ResourceReader } from '../estate/resources.ts';
import { Block, type Form, formOf, lowerBound } from './block.ts';
import { Holdings } from './holdings.ts';
import { idOf, Numbers } from './ids.ts';
import { PolicyIndex } from './policy-index.ts';
import { Residues } from './residue.ts';
import { SideIndex } from './side-index.ts';
import { byText, type SidedBlock, sidedBlocks } from './sides.ts';

/** What is worked out of a list of candidates once, for every question about it. */
export class CandidateList {
  readonly texts: readonly string[];
  readonly #bases: readonly Block[];
  readonly #blocks = new Map<string, Block>();
  readonly #actions = new Map<string, SideIndex>();
  readonly #residues: Residues;

  constructor(texts: readonly string[], resources: ResourceReader, action: string, residues: Residues) {
    this.texts = texts;
    this.#residues = residues;
    this.#bases = basesOf(texts, resources, action, residues);
  }

  /** Candidates by what their own policies say of an action, and whom these could mean. */
  about(action: string): SideIndex {
    const known = this.#actions.get(action);
    if (known !== undefined) return known;
    const blocks: readonly SidedBlock[] = sidedBlocks(this.#bases, action, this.texts, this.#blocks, this.#residues);
    const index = new SideIndex(blocks, ({ block }) => block.allMustAllow(action));
    this.#actions.set(action, index);
    return index;
  }

  /** Whether a record may be one of the candidates or what they lie in. */
  holds(id: string): boolean {
    for (const { form, texts } of this.#bases) {
      if (form === 'shape') continue;
      const at = lowerBound(texts, id, 0, texts.length);
      if (texts[at]?.startsWith(id) === true) return true;
    }
    return false;
  }
}

function basesOf(texts: readonly string[], resources: ResourceReader, action: string, residues: Residues): readonly Block[] {
  const groups = new Map<string, { positions: number[]; sample: EstateResource; form: Form; account: string | undefined }>();
  for (const [position, text] of texts.entries()) {
    const target = resources.of(text, action);
    const form = formOf(text);
    // As the point form tells it; what a shape stands for may lie in any account.
    const account = isCallersAlone(action) ? undefined : (target.account ?? (form === 'shape' ? undefined : accountOf(text)));
    const key = form === 'shape' ? `shape ${position}` : `${form} ${account} ${ownKey(target)}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { positions: [position], sample: target, form, account });
    else known.positions.push(position);
  }
  return [...groups.values()].map(({ positions, sample, form, account }) => new Block(form, account, byText(positions, texts), texts, sample, residues));
}

/** Equal for resources on whose side the same policies stand. */
function ownKey({ policy, grants, restricted, unread, unreadForOutsiders, point }: EstateResource): string {
  // Conditions may ask by which access point a request comes.
  if (point !== undefined) return `by ${point.id}`;
  if (policy === undefined && grants === undefined && unread.length === 0) return '';
  return `${idsOf(policy)}/${idsOf(grants)}/${restricted}/${unread.map((each) => each.missing).join()}/${unreadForOutsiders.join()}`;
}

const idsOf = (set: PolicySet | undefined): string => (set?.policies ?? []).map((each: AttachedPolicy) => idOf(each.policy)).join('.');

function* setsOf(holders: readonly EstatePrincipal[]): Generator<PolicySet | undefined> {
  for (const { identity, boundary, controls } of holders) {
    yield identity;
    yield boundary;
    yield* controls?.scps ?? [];
  }
}

function grouped(holders: readonly EstatePrincipal[]): ReadonlyMap<string, readonly EstatePrincipal[]> {
  const groups = new Map<string, EstatePrincipal[]>();
  for (const principal of holders) {
    const known = groups.get(principal.info.account);
    if (known === undefined) groups.set(principal.info.account, [principal]);
    else known.push(principal);
  }
  return groups;
}

/** Whose side of a question is different after a change. */
export interface TablesBefore {
  readonly tables: BulkTables;
  readonly resources: ReadonlySet<string>;
  /** Roles that actions on trust see differently. */
  readonly trust: ReadonlySet<string>;
}

/** Actions of which it is remembered what policies say. */
const rememberedActions = 256;

/** Tables that outlive a question, kept by an estate; the estate after a small change takes over those that the change leaves alone. */
export class BulkTables {
  readonly #resources: ResourceReader;
  #trusting = new WeakMap<readonly string[], CandidateList>();
  #others = new WeakMap<readonly string[], CandidateList>();
  readonly #before: TablesBefore | undefined;
  readonly #holders: readonly EstatePrincipal[];
  readonly #holdings: Map<string, Holdings>;
  #policies: PolicyIndex | undefined;
  #byAccount: ReadonlyMap<string, readonly EstatePrincipal[]> | undefined;
  readonly residues: Residues;
  readonly properties: Numbers;

  constructor(resources: ResourceReader, holders: readonly EstatePrincipal[], before?: TablesBefore) {
    this.#resources = resources;
    this.#holders = holders;
    this.#before = before;
    this.#holdings = before === undefined ? new Map() : before.tables.#holdings;
    this.residues = before?.tables.residues ?? new Residues();
    this.properties = before?.tables.properties ?? new Numbers();
  }

  /** Lets go of what is worked out again when it is asked for. Not for tables that others after them take over. */
  forget(): void {
    this.#trusting = new WeakMap();
    this.#others = new WeakMap();
    this.#holdings.clear();
    this.#policies = undefined;
    this.#byAccount = undefined;
  }

  /** Users and roles, in their order, by account. */
  get byAccount(): ReadonlyMap<string, readonly EstatePrincipal[]> {
    const before = this.#before?.tables;
    this.#byAccount ??= before !== undefined && before.#holders === this.#holders ? before.byAccount : grouped(this.#holders);
    return this.#byAccount;
  }

  /** Policies of everybody; those of a changed principal may be missing, as they are read when they are asked for. */
  get policies(): PolicyIndex {
    this.#policies ??= this.#before?.tables.policies ?? new PolicyIndex(setsOf(this.#holders));
    return this.#policies;
  }

  /** What everybody's policies say of an action; for few principals these are read by themselves. */
  holdings(action: string, everybody: boolean): Holdings {
    const known = this.#holdings.get(action);
    if (known !== undefined) return known;
    const made = new Holdings(action, everybody ? this.policies : undefined);
    if (!everybody) return made;
    if (this.#holdings.size >= rememberedActions) this.#holdings.clear();
    this.#holdings.set(action, made);
    return made;
  }

  /** @param trusting the action is one on trust: then roles have a policy of their own */
  of(texts: readonly string[], action: string, trusting: boolean): CandidateList {
    const known = this.#known(texts, trusting);
    if (known !== undefined) return known;
    const made = new CandidateList(texts, this.#resources, action, this.residues);
    (trusting ? this.#trusting : this.#others).set(texts, made);
    return made;
  }

  #known(texts: readonly string[], trusting: boolean): CandidateList | undefined {
    const table = trusting ? this.#trusting : this.#others;
    const own = table.get(texts);
    if (own !== undefined || this.#before === undefined) return own;
    const { tables, resources, trust } = this.#before;
    const before = tables.#known(texts, trusting);
    const changed = (id: string): boolean => before?.holds(id) === true;
    if (before === undefined || [...resources].some(changed) || (trusting && [...trust].some(changed))) return undefined;
    table.set(texts, before);
    return before;
  }
}
