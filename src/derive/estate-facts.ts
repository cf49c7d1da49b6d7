import type { BulkGrant, IamEngine } from '../iam/api.ts';
import type { TypeTable } from '../model/collector.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Json } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import type { EdgeKind, NodeKind, StructureKind } from '../model/vocabulary.ts';
import type { NetworkEngine } from '../network/api.ts';
import { better, certain, type Fact, type Facts, type SetGrant } from './facts.ts';
import { Granted, type GrantSource } from './granted.ts';
import { Presence } from './presence.ts';
import { ReachFacts } from './reach-facts.ts';
import { RecordFacts } from './record-facts.ts';

export interface StructureEdge {
  readonly from: string;
  readonly to: string;
  readonly evidence: readonly Evidence[];
}

/** The facts of a snapshot, asked of the engines. Answers are remembered: many techniques ask for `iam:PassRole`. */
export class EstateFacts implements Facts {
  readonly #snapshot: Snapshot;
  readonly #types: TypeTable;
  readonly #iam: IamEngine;
  readonly #source: GrantSource;
  readonly #structure: ReadonlyMap<EdgeKind, readonly StructureEdge[]>;
  readonly #domains = new Map<string, readonly string[]>();
  readonly #somewhere = new Map<string, ReadonlyMap<string, Fact>>();
  #can = new WeakMap<readonly string[], Map<string, readonly SetGrant[]>>();
  readonly #trusts = new Map<string, ReadonlyMap<string, Fact>>();
  readonly #power = new Map<string, Fact | undefined>();
  #accounts: ReadonlySet<string> | undefined;
  readonly #realms = new Map<string, string | null>();
  readonly #reach: ReachFacts;
  readonly #records: RecordFacts;
  readonly #presence: Presence;

  readonly #before: FactsBefore | undefined;

  /** @param before facts of an estate that differs in little: what is equal is the same object again */
  constructor(
    snapshot: Snapshot,
    types: TypeTable,
    iam: IamEngine,
    network: NetworkEngine,
    structure: ReadonlyMap<StructureKind, readonly StructureEdge[]>,
    before?: FactsBefore,
  ) {
    this.#before = before;
    this.#reach = new ReachFacts(network);
    this.#records = new RecordFacts(snapshot, types);
    this.#presence = new Presence(snapshot, types);
    this.#snapshot = snapshot;
    this.#types = types;
    this.#iam = iam;
    this.#source = { iam, whole: before === undefined };
    this.#structure = structure;
  }

  /** Lets go of answers that nobody will ask for again; what is in proofs stays with them. */
  forget(): void {
    this.#can = new WeakMap();
    for (const each of [this.#somewhere, this.#trusts, this.#power, this.#realms]) each.clear();
  }

  domain(types: readonly string[]): readonly string[] {
    const key = types.join(' ');
    const known = this.#domains.get(key);
    if (known !== undefined) return known;
    const old = this.#before?.facts.domain(types) ?? [];
    if (this.#before?.sameRecords === true) return old;
    const ids = types.flatMap((type) => {
      if (type === 'internet') return ['internet'];
      if (type === 'principal') return this.#iam.principals.map((principal) => principal.arn);
      if (type === 'compute')
        return [...this.#types].filter(([, spec]) => spec.kind === 'Compute').flatMap(([name]) => this.#snapshot.records(name).map((record) => record.id));
      if (type === 'scope') return this.#scopes();
      if (type === object) return [...this.#snapshot.records(type).map((record) => record.id), ...this.#objects()];
      return this.#snapshot.records(type).map((record) => record.id);
    });
    const sorted = [...new Set(ids)].sort();
    const domain = old.length === sorted.length && old.every((id, index) => id === sorted[index]) ? old : sorted;
    this.#domains.set(key, domain);
    return domain;
  }

  /** Objects of buckets have no records: they are what something takes code from. */
  #objects(): readonly string[] {
    return this.edges('UsesArtifact').flatMap(({ to }) => (/^arn:[^:]+:s3:::[^/]+\/./.test(to) ? [to] : []));
  }

  /** What roles are given on and what leads on from there: management groups, subscriptions, resource groups and the resources in them. */
  #scopes(): readonly string[] {
    const given = [...this.#types].filter(([, spec]) => spec.collector.provider === 'azure' && scopeKinds.has(spec.kind));
    return given.flatMap(([name]) => this.#snapshot.records(name).map((record) => record.id));
  }

  can(
    action: string,
    candidates: readonly string[],
    context: Readonly<Record<string, readonly string[]>>,
    only?: ReadonlyMap<string, unknown>,
  ): readonly SetGrant[] {
    if (candidates.length === 0) return [];
    const key = `${action} ${JSON.stringify(context)}`;
    const known = this.#can.get(candidates)?.get(key);
    if (known !== undefined) return known;
    const question = { action, candidates, context, through: true };
    const made = (grants: readonly BulkGrant[]): readonly SetGrant[] => grants.map((grant) => new Granted(grant, question, this.#source));
    if (only !== undefined && this.#few(only, action)) return made(this.#iam.bulk({ ...question, principals: [...only.keys()] }));
    const answer = made(this.#iam.bulk(question));
    const inner = this.#can.get(candidates) ?? new Map<string, readonly SetGrant[]>();
    inner.set(key, answer);
    this.#can.set(candidates, inner);
    return answer;
  }

  canSomewhere(
    action: string,
    on: string | undefined,
    context: Readonly<Record<string, readonly string[]>>,
    only?: ReadonlyMap<string, unknown>,
  ): ReadonlyMap<string, Fact> {
    const key = `${action} ${on ?? ''} ${JSON.stringify(context)}`;
    const known = this.#somewhere.get(key);
    if (known !== undefined) return known;
    const answer = new Map<string, Fact>();
    const question = { action, candidates: [on ?? '*'], context };
    const few = only !== undefined && this.#few(only, action);
    for (const grant of this.#iam.bulk(few ? { ...question, principals: [...only.keys()] } : question)) {
      const old = answer.get(grant.principal);
      if (old === undefined || better(grant, old)) answer.set(grant.principal, new Granted(grant, question, this.#source));
    }
    if (!few) this.#somewhere.set(key, answer);
    return answer;
  }

  /** Few to ask is cheaper asked alone than everybody remembered. */
  #few(only: ReadonlyMap<string, unknown>, action: string): boolean {
    return only.size * 8 < this.#iam.principalsFor(action).length;
  }

  trusts(role: string, service: string): Fact | undefined {
    let known = this.#trusts.get(role);
    if (known === undefined) {
      known = this.#services(role);
      this.#trusts.set(role, known);
    }
    return known.get(service);
  }

  #services(role: string): ReadonlyMap<string, Fact> {
    const found = new Map<string, Fact>();
    for (const grant of this.#iam.trust(role)) {
      if (grant.principal.kind !== 'service') continue;
      const fact: Fact = { residual: grant.residual, missing: [], evidence: [grant.evidence] };
      const best = found.get(grant.principal.service);
      if (best === undefined || better(fact, best)) found.set(grant.principal.service, fact);
    }
    return found;
  }

  has(id: string, where: Json): Fact | undefined {
    return this.#records.has(id, where);
  }

  edges(kind: EdgeKind): readonly StructureEdge[] {
    return this.#structure.get(kind) ?? [];
  }

  reachedFrom(from: string, ports: readonly number[]): ReadonlyMap<string, Fact> {
    return this.#reach.from(from, ports);
  }

  uncapped(principal: string): Fact | undefined {
    return this.#standing(`uncapped ${principal}`, () => this.#iam.uncapped(principal));
  }

  powerful(holder: string): Fact | undefined {
    return this.#standing(`powerful ${holder}`, () => this.#iam.powerful(holder));
  }

  #standing(key: string, ask: () => ReturnType<IamEngine['admin']>): Fact | undefined {
    if (this.#power.has(key)) return this.#power.get(key);
    const { verdict, residual, evidence, missing = [] } = ask();
    const nothingToTell = residual.length + missing.length + evidence.length === 0;
    const fact = verdict === 'no' ? undefined : nothingToTell ? certain : { residual, missing, evidence };
    this.#power.set(key, fact);
    return fact;
  }

  outsider(principal: string): Fact | undefined {
    // An account of the estate whose people were not read is none the less of the estate.
    this.#accounts ??= new Set([...this.#snapshot.all()].map((record) => record.account));
    const account = /^aws:account:(\d{12})$/.exec(principal)?.[1] ?? '';
    return this.#iam.home(principal) === undefined && !this.#accounts.has(account) ? certain : undefined;
  }

  exists(principal: string, type: string): Fact | undefined {
    const home = this.#iam.home(principal);
    return home === undefined ? undefined : this.#presence.of(type, home);
  }

  realm(principal: string): string | undefined {
    // Most have none: that is remembered as a value of its own, so that they are looked up once.
    let known = this.#realms.get(principal);
    if (known === undefined) {
      known = this.#iam.realm(principal) ?? null;
      this.#realms.set(principal, known);
    }
    return known ?? undefined;
  }

  outside(principal: string, id: string): boolean {
    return !this.#iam.inside(principal, id);
  }

  accountOf(principal: string): string | undefined {
    return this.#iam.home(principal);
  }
}

export interface FactsBefore {
  readonly facts: EstateFacts;
  /** Whether there are the same records, of other configurations. */
  readonly sameRecords: boolean;
}

const object = 'AWS::S3::Object';
const scopeKinds: ReadonlySet<NodeKind> = new Set(['Account', 'Folder', 'Compute', 'Pipeline', 'DataStore', 'Secret', 'Key', 'Credential', 'Artifact']);
