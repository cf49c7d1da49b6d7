import type { BulkGrant, IamEngine } from '../iam/api.ts';
import { compileMatcher, type Matcher } from '../match/match.ts';
import { answeringCall, type DetailCall, type TypeTable } from '../model/collector.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Json } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import type { EdgeKind, NodeKind, StructureKind } from '../model/vocabulary.ts';
import type { NetworkEngine } from '../network/api.ts';
import { better, certain, type Fact, type Facts, type SetGrant } from './facts.ts';
import { Governed } from './governed.ts';
import { Granted, type GrantSource } from './granted.ts';
import { Presence } from './presence.ts';
import { ReachFacts } from './reach-facts.ts';
import { Reports } from './reported.ts';

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
  readonly #realms = new Map<string, string | undefined>();
  /** By the object that a technique asks with. */
  readonly #matchers = new Map<Json, Matcher>();
  readonly #details = new Map<string, ReadonlyMap<string | number, DetailCall>>();
  readonly #reach: ReachFacts;
  readonly #reports: Reports;
  readonly #governed: Governed;
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
    this.#reports = new Reports(snapshot, types);
    this.#governed = new Governed(snapshot, types);
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
    const record = this.#snapshot.find(id);
    if (record === undefined) return undefined;
    let matcher = this.#matchers.get(where);
    if (matcher === undefined) {
      const compiled = compileMatcher(where, { now: Date.parse(this.#snapshot.manifest.end) });
      if (!('test' in compiled)) throw new Error(compiled.map((problem) => `${problem.path.join('.')}: ${problem.message}`).join('; '));
      matcher = compiled;
      this.#matchers.set(where, matcher);
    }
    const asked = this.#asked(record);
    const result = matcher.test(this.#governed.completed(record, this.#reports.completed(record)), { unknown: (path) => asked(path) !== undefined });
    if (result.truth === false) return undefined;
    if (result.truth === true)
      return new RecordFact(
        record,
        result.leaves.map((leaf) => leaf.pointer),
        this.#prove,
      );
    const missing = [...new Set(result.leaves.map((leaf) => asked(leaf.pointer.split('/').slice(1)) ?? ''))].filter((call) => call !== '').sort();
    return { residual: [], missing: missing.length === 0 ? ['configuration'] : missing, evidence: [] };
  }

  /** Where a leaf of a record really stands, and the call that answered it. */
  readonly #prove = (record: SnapshotRecord, leaf: string): Evidence =>
    this.#governed.evidence(record, leaf) ?? {
      resource: record.id,
      pointer: `/config${leaf}`,
      call: answeringCall(this.#types.get(record.type), `/config${leaf}`, record.calls),
    };

  /** The follow-up call that would have answered a path, if it was not answered for this record. */
  #asked(record: SnapshotRecord): (path: readonly (string | number)[]) => string | undefined {
    const details = this.#detailsOf(record.type);
    return (path) => {
      const governing = this.#governed.asked(record, path[0]);
      if (governing !== undefined) return governing;
      const detail = details.get(path[0] ?? '');
      if (
        detail === undefined ||
        record.calls.includes(detail.call) ||
        this.#reports.tells(detail, record) !== undefined ||
        this.#snapshot.answered(detail.call, record.account, record.region)
      )
        return undefined;
      return detail.permission ?? detail.call;
    };
  }

  /** Follow-up calls by the key that their answer is kept at. */
  #detailsOf(type: string): ReadonlyMap<string | number, DetailCall> {
    const known = this.#details.get(type);
    if (known !== undefined) return known;
    const made = new Map<string | number, DetailCall>();
    for (const detail of this.#types.get(type)?.details ?? []) {
      const key = detail.as ?? detail.call.split(':')[1] ?? '';
      if (!made.has(key)) made.set(key, detail);
    }
    this.#details.set(type, made);
    return made;
  }

  edges(kind: EdgeKind): readonly StructureEdge[] {
    return this.#structure.get(kind) ?? [];
  }

  reachedFrom(from: string, ports: readonly number[]): ReadonlyMap<string, Fact> {
    return this.#reach.from(from, ports);
  }

  uncapped(principal: string): Fact | undefined {
    return this.#standing(`uncapped ${principal}`, () => ({ ...this.#iam.uncapped(principal), evidence: [] }));
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
    if (!this.#realms.has(principal)) this.#realms.set(principal, this.#iam.realm(principal));
    return this.#realms.get(principal);
  }

  outside(principal: string, id: string): boolean {
    return !this.#iam.inside(principal, id);
  }

  accountOf(principal: string): string | undefined {
    return this.#iam.home(principal);
  }
}

/** What a record says; who asks for the proof of one of 100,000 gets it then. */
class RecordFact implements Fact {
  readonly #record: SnapshotRecord;
  readonly #leaves: readonly string[];
  readonly #prove: (record: SnapshotRecord, leaf: string) => Evidence;

  constructor(record: SnapshotRecord, leaves: readonly string[], prove: (record: SnapshotRecord, leaf: string) => Evidence) {
    this.#record = record;
    this.#leaves = leaves;
    this.#prove = prove;
  }

  get residual(): Fact['residual'] {
    return certain.residual;
  }
  get missing(): Fact['missing'] {
    return certain.missing;
  }
  get evidence(): readonly Evidence[] {
    return this.#leaves.map((leaf) => this.#prove(this.#record, leaf));
  }
}

export interface FactsBefore {
  readonly facts: EstateFacts;
  /** Whether there are the same records, of other configurations. */
  readonly sameRecords: boolean;
}

const object = 'AWS::S3::Object';
const scopeKinds: ReadonlySet<NodeKind> = new Set(['Account', 'Folder', 'Compute', 'Pipeline', 'DataStore', 'Secret', 'Key', 'Credential', 'Artifact']);
