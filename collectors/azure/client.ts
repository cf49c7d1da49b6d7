import type { Place } from '../../src/collect/build.ts';
import { CallFailure, type Gate } from '../../src/collect/gate.ts';
import type { Transport } from '../../src/collect/unit-run.ts';
import type { Collector, HttpCall } from '../../src/model/collector.ts';
import { isArray, type JsonObject, textAt } from '../../src/model/json.ts';
import { ArmListing } from './arm-listing.ts';
import { armBatches, Batch, type BatchDialect, graphBatches } from './batch.ts';
import type { AzureCloud } from './cloud.ts';
import { AzureHttp, type TokenSource } from './http.ts';
import { followed, whole } from './pages.ts';
import { ResourceGraph } from './resource-graph.ts';

export interface AzureOptions {
  readonly gate: Gate;
  readonly cloud: AzureCloud;
  readonly credential: TokenSource;
  /** Subscriptions that the scan is limited to, by tenant; `undefined` for all. */
  readonly limits: (tenant: string) => readonly string[] | undefined;
  readonly ca?: readonly string[];
  /** Collectors whose types may have to be listed one by one, where Resource Graph may not be asked. */
  readonly collectors: readonly Collector[];
}

/** Calls Azure Resource Manager, Resource Graph and Microsoft Graph: what an operation of a table is follows from its request there. */
export class AzureTransport implements Transport {
  readonly arm: AzureHttp;
  readonly graph: AzureHttp;
  readonly #tables: ResourceGraph;
  readonly #listing: ArmListing;
  readonly #known: ReadonlySet<string>;
  readonly #batches = new Map<string, Batch>();
  readonly #calls = new Map<string, ReadonlyMap<string, HttpCall>>();

  constructor(options: AzureOptions) {
    const { gate, credential, cloud, ca } = options;
    const shared = { gate, credential, ...(ca === undefined ? {} : { ca }) };
    this.arm = new AzureHttp({ ...shared, endpoint: cloud.arm, scope: cloud.armScope });
    this.graph = new AzureHttp({ ...shared, endpoint: cloud.graph, scope: cloud.graphScope });
    this.#known = new Set(options.collectors.flatMap((collector) => Object.keys(collector.resources)).map((type) => type.toLowerCase()));
    this.#tables = new ResourceGraph(this.arm, options.limits);
    this.#listing = new ArmListing(this.arm, credential, cloud, options.collectors);
  }

  async call(collector: Collector, operation: string, input: JsonObject, place: Place): Promise<{ answer: JsonObject; requests: number }> {
    const tenant = place.tenant ?? place.account;
    const table = textAt(input, 'table');
    if (table !== undefined) return this.#rows(collector, table, textAt(input, 'type') ?? '', tenant, place);
    const http = this.#callsOf(collector).get(operation);
    if (http === undefined) throw new CallFailure('broken', 'NoSuchOperation', `${collector.id} has no request for ${operation}`);
    const about = textAt(input, 'id');
    const path = http.path
      .replace('{id}', about ?? '')
      .replace('$account', place.account)
      .replace(/^\/+/, '');
    if (collector.provider === 'entra') return this.#directory(path, about !== undefined, http.version ?? 'v1.0', tenant);
    const address = `${path}${path.includes('?') ? '&' : '?'}api-version=${http.version ?? ''}`;
    const service = `arm ${place.account}`;
    if (http.method === 'POST') return whole({ http: this.arm, service, tenant }, address, {});
    return this.#batch(this.arm, tenant, armBatches).get(address, service);
  }

  /** What the tenant has and no collector knows: kept as it is, for a rule that is written next year. */
  others(tenant: string): Promise<readonly JsonObject[]> {
    return this.#tables.others(tenant, 'resources', this.#known);
  }

  async #rows(collector: Collector, table: string, type: string, tenant: string, place: Place): Promise<{ answer: JsonObject; requests: number }> {
    const subscription = collector.scope === 'tenant' ? undefined : place.account;
    try {
      return await this.#tables.rows(tenant, table, type, subscription);
    } catch (error) {
      // Where Resource Graph may not be asked, Azure Resource Manager itself lists what there is, a request for each resource.
      if (!(error instanceof CallFailure) || error.partial !== undefined || (error.kind !== 'denied' && error.kind !== 'disabled')) throw error;
      const listed = await this.#listing.rows(type, tenant, subscription);
      if (listed === undefined) throw error;
      return listed;
    }
  }

  async #directory(path: string, single: boolean, version: string, tenant: string): Promise<{ answer: JsonObject; requests: number }> {
    const asked = { http: this.graph, service: `graph ${tenant}`, tenant };
    if (single) return this.#batch(this.graph, tenant, graphBatches(version)).get(path, asked.service);
    const first = await this.graph.send(asked.service, tenant, `/${version}/${path.replaceAll(' ', '%20')}`);
    const body = first.body;
    if (typeof body !== 'object' || body === null || isArray(body)) throw new CallFailure('broken', 'UnreadableAnswer', 'the answer holds no object');
    return followed(asked, body as JsonObject, 1, path);
  }

  #batch(http: AzureHttp, tenant: string, dialect: BatchDialect): Batch {
    const key = `${tenant} ${dialect.path}`;
    const known = this.#batches.get(key) ?? new Batch(http, tenant, dialect);
    this.#batches.set(key, known);
    return known;
  }

  #callsOf(collector: Collector): ReadonlyMap<string, HttpCall> {
    const known = this.#calls.get(collector.id);
    if (known !== undefined) return known;
    const calls = new Map<string, HttpCall>();
    for (const type of Object.values(collector.resources))
      for (const { call, http } of [...(type.list ?? []), ...(type.details ?? [])]) if (http !== undefined) calls.set(call.slice(call.indexOf(':') + 1), http);
    this.#calls.set(collector.id, calls);
    return calls;
  }
}
