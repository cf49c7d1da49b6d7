import { compileMatcher, type Matcher } from '../match/match.ts';
import { answeringCall, type DetailCall, type TypeTable } from '../model/collector.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import { certain, type Fact } from './facts.ts';
import { Governed } from './governed.ts';
import { Reports } from './reported.ts';

/** What records say by their configuration, and by what reports and governing rules tell of them. */
export class RecordFacts {
  readonly #snapshot: Snapshot;
  readonly #types: TypeTable;
  /** By the object that a technique asks with. */
  readonly #questions = new Map<Json, Question>();
  readonly #details = new Map<string, ReadonlyMap<string | number, DetailCall>>();
  readonly #reports: Reports;
  readonly #governed: Governed;
  /** By what is missing, put together: one object for all of whom the same is not known. */
  readonly #unknown = new Map<string, Fact>();

  constructor(snapshot: Snapshot, types: TypeTable) {
    this.#snapshot = snapshot;
    this.#types = types;
    this.#reports = new Reports(snapshot, types);
    this.#governed = new Governed(snapshot, types);
  }

  /** `undefined`: does not have it. */
  has(id: string, where: Json): Fact | undefined {
    const record = this.#snapshot.find(id);
    if (record === undefined) return undefined;
    const question = this.#question(where);
    const asked = this.#asked(record);
    const options = { unknown: (path: readonly (string | number)[]) => asked(path) !== undefined };
    const document = this.#completed(record);
    const truth = question.matcher.truth(document, options);
    if (truth === false) return undefined;
    if (truth === true) return new RecordFact(record, question);
    const paths = question.matcher.test(document, options).leaves.map((leaf) => leaf.pointer.split('/').slice(1));
    return this.#notKnown([...new Set(paths.map((path) => asked(path) ?? ''))].filter((call) => call !== '').sort());
  }

  #notKnown(calls: readonly string[]): Fact {
    const missing = calls.length === 0 ? ['configuration'] : calls.slice();
    const key = missing.join();
    const known = this.#unknown.get(key);
    if (known !== undefined) return known;
    const made: Fact = { residual: [], missing, evidence: [] };
    this.#unknown.set(key, made);
    return made;
  }

  #question(where: Json): Question {
    const known = this.#questions.get(where);
    if (known !== undefined) return known;
    const matcher = compileMatcher(where, { now: Date.parse(this.#snapshot.manifest.end) });
    if (!('test' in matcher)) throw new Error(matcher.map((problem) => `${problem.path.join('.')}: ${problem.message}`).join('; '));
    const made: Question = { matcher, prove: (record) => this.#prove(record, matcher) };
    this.#questions.set(where, made);
    return made;
  }

  #completed(record: SnapshotRecord): JsonObject {
    return this.#governed.completed(record, this.#reports.completed(record));
  }

  #prove(record: SnapshotRecord, matcher: Matcher): readonly Evidence[] {
    const asked = this.#asked(record);
    const { leaves } = matcher.test(this.#completed(record), { unknown: (path) => asked(path) !== undefined });
    return leaves.map(({ pointer }) => this.#standing(record, pointer));
  }

  /** Where a leaf of a record really stands, and the call that answered it. */
  #standing(record: SnapshotRecord, leaf: string): Evidence {
    return (
      this.#governed.evidence(record, leaf) ?? {
        resource: record.id,
        pointer: `/config${leaf}`,
        call: answeringCall(this.#types.get(record.type), `/config${leaf}`, record.calls),
      }
    );
  }

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
}

interface Question {
  readonly matcher: Matcher;
  readonly prove: (record: SnapshotRecord) => readonly Evidence[];
}

/** What a record says; who asks for the proof of one of 100,000 gets it then. */
class RecordFact implements Fact {
  readonly #record: SnapshotRecord;
  readonly #question: Question;

  constructor(record: SnapshotRecord, question: Question) {
    this.#record = record;
    this.#question = question;
  }

  get residual(): Fact['residual'] {
    return certain.residual;
  }
  get missing(): Fact['missing'] {
    return certain.missing;
  }
  get evidence(): readonly Evidence[] {
    return this.#question.prove(this.#record);
  }
}
