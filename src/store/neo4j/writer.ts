import type { Driver, Record as Neo4jRecord, RecordShape, Session } from 'neo4j-driver';
import type { Graph } from '../../graph/graph.ts';
import { InputError } from '../../model/error.ts';

/** Every write locks the scope first and then looks whether a later push took it over: two pushes of one scope cannot mix. */
const guard = 'MATCH (s:PosternScope {name: $scope}) SET s.complete = false WITH s WHERE s.generation = toInteger($generation)';

/** One transaction over rows, of which every one must arrive. */
export interface Job {
  readonly query: string;
  readonly rows: readonly unknown[];
  /** How many rows the query makes of `rows`; their number if not said. */
  readonly count?: number;
  readonly more?: Readonly<Record<string, unknown>>;
  /** An expression whose text for every row comes back. */
  readonly give?: string;
  /** Receives the texts of `give`. */
  readonly take?: (given: readonly string[]) => void;
}

/** A map of Cypher whose values are the entries of a list: `{key: row[0], …}`. Written out, the server makes a relationship in two thirds of the time that it needs to set a whole map. */
export const properties = (columns: readonly string[], list: string): string => `{${columns.map((name, at) => `${name}: ${list}[${at}]`).join(', ')}}`;

/** Reads and writes of one push into one scope. */
export class Writer {
  readonly generation: number;
  /** Two, so that the rows of one transaction are put together and sent while the server works on the other; the lock of the scope keeps them one after the other. */
  readonly #lanes: readonly Session[];
  readonly #scope: string;
  readonly #size: number;
  readonly #signal: AbortSignal | undefined;

  private constructor(lanes: readonly Session[], scope: string, generation: number, size: number, signal: AbortSignal | undefined) {
    this.#lanes = lanes;
    this.#scope = scope;
    this.#size = size;
    this.generation = generation;
    this.#signal = signal;
  }

  /** Opens a scope for a push, for as long as `work` takes: what is under way in it ends before, and what comes later is refused. */
  static async with<T>(driver: Driver, scope: string, size: number, signal: AbortSignal | undefined, work: (writer: Writer) => Promise<T>): Promise<T> {
    // What one lane has written, the other sees, also in a cluster.
    const lanes = [0, 1].map(() => driver.session({ fetchSize: 1000, bookmarkManager: driver.executeQueryBookmarkManager }));
    try {
      const query =
        'MERGE (s:PosternScope {name: $scope}) SET s.complete = false SET s.generation = coalesce(s.generation, 0) + 1 RETURN s.generation AS generation';
      const answer = await lanes[0]?.executeWrite((tx) => tx.run(query, { scope }));
      return await work(new Writer(lanes, scope, Number(answer?.records[0]?.get('generation')), size, signal));
    } finally {
      for (const session of lanes) await session.close();
    }
  }

  /** Rows of a transaction. */
  get size(): number {
    return this.#size;
  }

  *batches<T>(rows: readonly T[]): Generator<readonly T[]> {
    for (let start = 0; start < rows.length; start += this.#size) yield rows.slice(start, start + this.#size);
  }

  /** What stands in the scope, row by row. */
  async *read(query: string, more: Readonly<Record<string, unknown>> = {}): AsyncGenerator<Neo4jRecord> {
    const [session] = this.#lanes;
    if (session !== undefined) yield* session.run<RecordShape<string, unknown>>(query, { ...more, scope: this.#scope });
  }

  /** Does jobs in any order. They are made as they are needed, so that making them may be work of its own. */
  async run(jobs: Iterable<Job>): Promise<void> {
    const queue = jobs[Symbol.iterator]();
    let failed = false;
    const lane = async (session: Session): Promise<void> => {
      try {
        for (let next = queue.next(); next.done !== true && !failed; next = queue.next()) await this.#one(session, next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    };
    const ends = await Promise.allSettled(this.#lanes.map(lane));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  async #one(session: Session, { query, rows, count = rows.length, more, give, take }: Job): Promise<void> {
    const answer = give === undefined ? 'count(*) AS count' : `count(*) AS count, collect(${give}) AS given`;
    const record = await this.#transaction(session, `${query} RETURN ${answer}`, { ...more, rows });
    if (Number(record?.get('count') ?? 0) !== count) throw this.#overtaken();
    take?.(record?.get('given') as readonly string[]);
  }

  /** Marks the scope as holding the graph. */
  async complete(graph: Graph, told: Readonly<Record<'snapshot' | 'completeness' | 'shared', string>>): Promise<void> {
    const query =
      'SET s.complete = true, s.snapshot = $snapshot, s.completeness = $completeness, s.shared = $shared, s.nodes = toInteger($nodes), s.edges = toInteger($edges) RETURN 1';
    const parameters = { ...told, nodes: graph.nodeCount, edges: graph.edgeCount };
    const [session] = this.#lanes;
    if (session === undefined || (await this.#transaction(session, query, parameters)) === undefined) throw this.#overtaken();
  }

  /**
   * The driver's own retries would write rows twice where the connection breaks between a commit and the word of it. So only what the server itself says to have undone is tried again; after a
   * broken connection the push ends, and a repeated one reads what stands.
   */
  async #transaction(session: Session, query: string, more: Readonly<Record<string, unknown>>): Promise<Neo4jRecord | undefined> {
    const parameters = { ...more, scope: this.#scope, generation: this.generation };
    for (let attempt = 1; ; attempt++) {
      this.#signal?.throwIfAborted();
      const tx = await session.beginTransaction();
      try {
        const { records } = await tx.run(`${guard} ${query}`, parameters);
        await tx.commit();
        return records[0];
      } catch (error) {
        await tx.close().catch(() => undefined);
        if (attempt === attempts || !undone(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt));
      }
    }
  }

  #overtaken(): InputError {
    return new InputError(`another push into the scope \`${this.#scope}\` began meanwhile`, { help: 'push once at a time, or into another --scope' });
  }
}

const attempts = 7;

/** Whether the server says that a transaction came to nothing and may be tried again: a deadlock, a change of leader. */
const undone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Neo.') && 'retriable' in error && error.retriable === true;

/** Jobs of a query over rows. */
export function* jobs(writer: Writer, query: string, rows: readonly unknown[]): Generator<Job> {
  for (const batch of writer.batches(rows)) yield { query, rows: batch };
}
