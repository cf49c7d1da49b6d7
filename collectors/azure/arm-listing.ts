import { CallFailure } from '../../src/collect/gate.ts';
import type { Collector } from '../../src/model/collector.ts';
import { isArray, isObject, type Json, type JsonObject, textAt } from '../../src/model/json.ts';
import { append } from '../../src/model/multimap.ts';
import type { AzureCloud } from './cloud.ts';
import type { AzureHttp, TokenSource } from './http.ts';
import { whole } from './pages.ts';

interface Listed {
  readonly ids: ReadonlyMap<string, readonly string[]>;
  readonly versions: ReadonlyMap<string, string>;
  readonly groups: readonly JsonObject[];
}

const authorization = 'microsoft.authorization/';

/**
 * What there is, from Azure Resource Manager itself: where Resource Graph is not to be had (not allowed, Azure Stack) every resource is listed by the SDK and then asked
 * for one by one. The raw bodies are kept, not the SDK's objects, which drop what they do not model.
 */
export class ArmListing {
  readonly #http: AzureHttp;
  readonly #credential: TokenSource;
  readonly #cloud: AzureCloud;
  readonly #types: ReadonlySet<string>;
  readonly #listed = new Map<string, Promise<Listed>>();
  readonly #subscriptions = new Map<string, Promise<readonly JsonObject[]>>();

  constructor(http: AzureHttp, credential: TokenSource, cloud: AzureCloud, collectors: readonly Collector[]) {
    this.#http = http;
    this.#credential = credential;
    this.#cloud = cloud;
    this.#types = new Set(collectors.flatMap((collector) => Object.keys(collector.resources)).map((type) => type.toLowerCase()));
  }

  /** Rows as Resource Graph would give them; `undefined` where only Resource Graph has them. @throws CallFailure */
  async rows(type: string, tenant: string, subscription: string | undefined): Promise<{ answer: JsonObject; requests: number } | undefined> {
    if (!this.#types.has(type) || /virtualmachinescalesets\/virtualmachines|managementgroups$/.test(type)) return undefined;
    const all = await this.#subscriptionsOf(tenant);
    if (type === 'microsoft.resources/subscriptions') return { answer: { data: all }, requests: 0 };
    const wanted = subscription === undefined ? all.flatMap((each) => textAt(each, 'subscriptionId') ?? []) : [subscription];
    const data: JsonObject[] = [];
    let requests = 0;
    for (const each of wanted) {
      const part = await this.#ofSubscription(type, tenant, each);
      data.push(...part.data);
      requests += part.requests;
    }
    return { answer: { data }, requests };
  }

  async #ofSubscription(type: string, tenant: string, subscription: string): Promise<{ data: readonly JsonObject[]; requests: number }> {
    const asked = { http: this.#http, service: `arm ${subscription}`, tenant };
    const within = (row: JsonObject): JsonObject => ({ ...row, subscriptionId: subscription, tenantId: tenant });
    if (type.startsWith(authorization) || type.startsWith('microsoft.managedservices/') || type === 'microsoft.security/pricings') {
      const version = type.startsWith(authorization) ? '2022-04-01' : type.startsWith('microsoft.security') ? '2024-01-01' : '2022-10-01';
      const old = type.endsWith('classicadministrators') ? '2015-07-01' : version;
      const { answer, requests } = await whole(asked, `subscriptions/${subscription}/providers/${type}?api-version=${old}`);
      return { data: objects(answer['value']).map(within), requests };
    }
    const listed = await this.#list(tenant, subscription);
    if (type === 'microsoft.resources/subscriptions/resourcegroups') return { data: listed.groups.map(within), requests: 0 };
    const version = listed.versions.get(type);
    const ids = listed.ids.get(type) ?? [];
    if (version === undefined && ids.length > 0) throw new CallFailure('broken', 'NoApiVersion', `no version of the API of ${type} is told`);
    const data: JsonObject[] = [];
    await Promise.all(
      ids.map(async (id) => {
        const { answer } = await whole(asked, `${id}?api-version=${version ?? ''}`);
        data.push(within(answer));
      }),
    );
    return { data, requests: ids.length };
  }

  #subscriptionsOf(tenant: string): Promise<readonly JsonObject[]> {
    const known = this.#subscriptions.get(tenant);
    if (known !== undefined) return known;
    const made = whole({ http: this.#http, service: `arm ${tenant}`, tenant }, 'subscriptions?api-version=2022-12-01').then(({ answer }) =>
      objects(answer['value']).map((row) => ({ ...row, name: row['displayName'] ?? row['subscriptionId'] })),
    );
    this.#subscriptions.set(tenant, made);
    return made;
  }

  #list(tenant: string, subscription: string): Promise<Listed> {
    const known = this.#listed.get(subscription);
    if (known !== undefined) return known;
    const made = this.#ask(tenant, subscription);
    this.#listed.set(subscription, made);
    return made;
  }

  async #ask(tenant: string, subscription: string): Promise<Listed> {
    const { ResourceManagementClient } = await import('@azure/arm-resources');
    const raw: Json[] = [];
    const client = new ResourceManagementClient({ getToken: (scopes) => this.#credential.getToken(scopes, { tenantId: tenant }) }, subscription, {
      endpoint: this.#cloud.arm,
      credentialScopes: this.#cloud.armScope,
      httpClient: await this.#http.sdkClient(`arm ${subscription}`, (_url, body) => void raw.push(body)),
      retryOptions: { maxRetries: 0 },
    });
    const pages = async (list: AsyncIterable<unknown>): Promise<readonly JsonObject[]> => {
      raw.length = 0;
      const iterator = list[Symbol.asyncIterator]();
      while ((await iterator.next()).done !== true);
      return raw.flatMap((page) => (isObject(page) ? objects(page['value']) : []));
    };
    const versions = new Map<string, string>();
    for (const provider of await pages(client.providers.list())) {
      const namespace = textAt(provider, 'namespace') ?? '';
      for (const each of objects(provider['resourceTypes'])) {
        const told = each['apiVersions'];
        const all = (isArray(told) ? told : []).filter((version): version is string => typeof version === 'string');
        const newest =
          all
            .filter((version) => !/preview|alpha|beta/i.test(version))
            .sort()
            .at(-1) ?? [...all].sort().at(-1);
        if (newest !== undefined) versions.set(`${namespace}/${textAt(each, 'resourceType') ?? ''}`.toLowerCase(), newest);
      }
    }
    const ids = new Map<string, string[]>();
    for (const resource of await pages(client.resources.list())) {
      const type = (textAt(resource, 'type') ?? '').toLowerCase();
      append(ids, type, textAt(resource, 'id') ?? '');
    }
    return { ids, versions, groups: await pages(client.resourceGroups.list()) };
  }
}

const objects = (value: Json | undefined): readonly JsonObject[] => (isArray(value) ? value : []).filter(isObject);
