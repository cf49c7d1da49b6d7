import { CallFailure } from '../../src/collect/gate.ts';
import { isArray, isObject, type JsonObject, textAt } from '../../src/model/json.ts';
import type { AzureHttp } from './http.ts';

const path = '/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01';
/** "$top: the maximum number of rows … 1000" and "subscriptions" of one query (Resource Graph REST API). */
const pageSize = 1000;
const subscriptionsAtOnce = 1000;

interface Table {
  readonly rows: ReadonlyMap<string, readonly JsonObject[]>;
  readonly requests: number;
  readonly failure: CallFailure | undefined;
}

/** Tables of Resource Graph, each read once for a tenant and then shared by all collectors: what thousands of resources are is a handful of requests. */
export class ResourceGraph {
  readonly #http: AzureHttp;
  readonly #limits: (tenant: string) => readonly string[] | undefined;
  readonly #tables = new Map<string, Promise<Table>>();
  readonly #told = new Set<string>();

  /** @param limits subscriptions that the scan is limited to; `undefined` for all that the tenant shows */
  constructor(http: AzureHttp, limits: (tenant: string) => readonly string[] | undefined) {
    this.#http = http;
    this.#limits = limits;
  }

  /** Rows of one type, of one subscription or of all. Requests are counted for whoever asks first. @throws CallFailure with the rows that came */
  async rows(tenant: string, table: string, type: string, subscription: string | undefined): Promise<{ answer: JsonObject; requests: number }> {
    const key = `${tenant} ${table}`;
    let reading = this.#tables.get(key);
    if (reading === undefined) {
      reading = this.#read(tenant, table);
      this.#tables.set(key, reading);
    }
    const { rows, requests, failure } = await reading;
    const all = rows.get(type) ?? [];
    const answer = { data: subscription === undefined ? all : all.filter((row) => textAt(row, 'subscriptionId')?.toLowerCase() === subscription) };
    if (failure !== undefined)
      throw new CallFailure(
        failure.kind === 'absent' ? 'broken' : failure.kind,
        failure.code,
        failure.message,
        answer.data.length === 0 ? {} : { partial: answer },
      );
    const first = !this.#told.has(key);
    this.#told.add(key);
    return { answer, requests: first ? requests : 0 };
  }

  /** Rows of a table that was read whose types are not among those that are known. */
  async others(tenant: string, table: string, known: ReadonlySet<string>): Promise<readonly JsonObject[]> {
    const read = await this.#tables.get(`${tenant} ${table}`);
    return [...(read?.rows ?? [])].flatMap(([type, rows]) => (known.has(type) ? [] : rows));
  }

  async #read(tenant: string, table: string): Promise<Table> {
    const rows = new Map<string, JsonObject[]>();
    const limits = this.#limits(tenant);
    let requests = 0;
    try {
      for (const subscriptions of limits === undefined ? [undefined] : chunks(limits, subscriptionsAtOnce)) {
        let skipToken: string | undefined;
        do {
          const answer = await this.#http.send(`resourcegraph ${tenant}`, tenant, path, {
            query: `${table} | order by id asc`,
            ...(subscriptions === undefined ? {} : { subscriptions }),
            options: {
              $top: pageSize,
              resultFormat: 'objectArray',
              // Assignments above a subscription apply in it.
              ...(subscriptions === undefined ? {} : { authorizationScopeFilter: 'AtScopeAboveAndBelow' }),
              ...(skipToken === undefined ? {} : { $skipToken: skipToken }),
            },
          });
          requests++;
          const data = isObject(answer.body) ? answer.body['data'] : undefined;
          if (!isArray(data)) throw new CallFailure('broken', 'UnreadableAnswer', `the answer about ${table} holds no rows`);
          for (const row of data) {
            if (!isObject(row)) continue;
            const type = (textAt(row, 'type') ?? '').toLowerCase();
            const list = rows.get(type);
            if (list === undefined) rows.set(type, [row]);
            else list.push(row);
          }
          const next = textAt(answer.body, '$skipToken');
          if (next !== undefined && next === skipToken) throw new CallFailure('broken', 'LoopingLink', `the pages of ${table} lead in a circle`);
          skipToken = next;
        } while (skipToken !== undefined);
      }
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      return { rows, requests, failure: error };
    }
    return { rows, requests, failure: undefined };
  }
}

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
