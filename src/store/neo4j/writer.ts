import type { Record as Neo4jRecord, RecordShape, Session } from 'neo4j-driver';
import type { Graph } from '../../graph/graph.ts';
import { InputError } from '../../model/error.ts';

/** Every write locks the scope first and then looks whether a later push took it over: two pushes of one scope cannot mix. */
const guard = 'MATCH (s:PosternScope {name: $scope}) SET s.complete = false WITH s WHERE s.generation = toInteger($generation)';

/** Opens a scope for a push: what is under way in it ends before, and what comes later is refused. Gives the number of the push. */
export async function begin(session: Session, scope: string): Promise<number> {
  const query =
    'MERGE (s:PosternScope {name: $scope}) SET s.complete = false SET s.generation = coalesce(s.generation, 0) + 1 RETURN s.generation AS generation';
  const { records } = await session.executeWrite((tx) => tx.run(query, { scope }));
  return Number(records[0]?.get('generation'));
}

/** Reads and writes of one push into one scope. */
export class Writer {
  readonly generation: number;
  readonly #session: Session;
  readonly #scope: string;
  readonly #size: number;
  readonly #signal: AbortSignal | undefined;

  constructor(session: Session, scope: string, generation: number, size: number, signal: AbortSignal | undefined) {
    this.#session = session;
    this.#scope = scope;
    this.#size = size;
    this.generation = generation;
    this.#signal = signal;
  }

  *batches<T>(rows: readonly T[]): Generator<readonly T[]> {
    for (let start = 0; start < rows.length; start += this.#size) yield rows.slice(start, start + this.#size);
  }

  /** What stands in the scope, row by row. */
  async *read(query: string, more: Readonly<Record<string, unknown>> = {}): AsyncGenerator<Neo4jRecord> {
    yield* this.#session.run<RecordShape<string, unknown>>(query, { ...more, scope: this.#scope });
  }

  /** One transaction over rows, of which every one must arrive. Only their number comes back: nobody reads an answer for each. */
  async write(query: string, rows: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const [record] = await this.#run(`${query} RETURN count(*) AS given`, rows, more);
    if (Number(record?.get('given') ?? 0) !== rows.length) throw this.#overtaken();
  }

  /** The same; gives the text of an expression for each row. */
  async create(query: string, give: string, rows: readonly unknown[]): Promise<readonly string[]> {
    const records = await this.#run(`${query} RETURN ${give} AS given`, rows, {});
    if (records.length !== rows.length) throw this.#overtaken();
    return records.map((record) => String(record.get('given')));
  }

  async #run(query: string, rows: readonly unknown[], more: Readonly<Record<string, unknown>>): Promise<readonly Neo4jRecord[]> {
    this.#signal?.throwIfAborted();
    const parameters = { ...more, rows, scope: this.#scope, generation: this.generation };
    return (await this.#session.executeWrite((tx) => tx.run(`${guard} ${query}`, parameters))).records;
  }

  async complete(graph: Graph, snapshot: string, completeness: string): Promise<void> {
    this.#signal?.throwIfAborted();
    const query = `${guard} SET s.complete = true, s.snapshot = $snapshot, s.completeness = $completeness, s.nodes = toInteger($nodes), s.edges = toInteger($edges) RETURN 1`;
    const parameters = { scope: this.#scope, generation: this.generation, snapshot, completeness, nodes: graph.nodeCount, edges: graph.edgeCount };
    const { records } = await this.#session.executeWrite((tx) => tx.run(query, parameters));
    if (records.length !== 1) throw this.#overtaken();
  }

  #overtaken(): InputError {
    return new InputError(`another push into the scope \`${this.#scope}\` began meanwhile`, { help: 'push once at a time, or into another --scope' });
  }
}
