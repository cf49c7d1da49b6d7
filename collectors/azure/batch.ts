import { CallFailure } from '../../src/collect/gate.ts';
import { isArray, isObject, type Json, type JsonObject, textAt } from '../../src/model/json.ts';
import { type AzureHttp, failureOf, retryAfter } from './http.ts';
import { followed, whole } from './pages.ts';

export interface Answered {
  readonly answer: JsonObject;
  readonly requests: number;
}

/** How a service takes many questions in one request, and gives the answers back. */
export interface BatchDialect {
  readonly path: string;
  readonly size: number;
  /** Milliseconds that the first question waits for others. */
  readonly window: number;
  ask(paths: readonly string[]): JsonObject;
  /** The answers by the position of their question. */
  answers(body: Json): ReadonlyMap<number, { readonly status: number; readonly headers: Json | undefined; readonly body: Json }>;
  /** Whether the service may know of no batches, so that what it refuses is asked one by one. */
  readonly optional: boolean;
}

const list = (body: Json): readonly Json[] => {
  const responses = isObject(body) ? body['responses'] : undefined;
  return isArray(responses) ? responses : [];
};

/** "JSON batch requests are currently limited to 20 individual requests" (https://learn.microsoft.com/graph/json-batching). */
export const graphBatches = (version: string): BatchDialect => ({
  path: `/${version}/$batch`,
  size: 20,
  window: 0,
  ask: (paths) => ({ requests: paths.map((path, id) => ({ id: String(id), method: 'GET', url: `/${path}` })) }),
  answers: (body) =>
    new Map(
      list(body).map((each) => {
        const inner = isObject(each) ? each : {};
        return [Number(textAt(each, 'id')), { status: Number(textAt(each, 'status') ?? 500), headers: inner['headers'], body: inner['body'] ?? null }];
      }),
    ),
  optional: false,
});

/**
 * Azure Resource Manager takes batches of twenty as its portal sends them. No reference tells of it, so nothing depends on it: what a batch does not answer plainly is asked alone, and a
 * service that knows of none is asked as if there were none. What is documented does not serve: the tables of Resource Graph
 * (https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language) have neither containers of blobs, names of a vault's keys and secrets, federated credentials of
 * identities, rules of a database server's firewall nor publishing policies, and Azure Resource Manager lists each of them below one resource only.
 */
export const armBatches: BatchDialect = {
  path: '/batch?api-version=2020-06-01',
  size: 20,
  window: 5,
  ask: (paths) => ({ requests: paths.map((path, name) => ({ name: String(name), httpMethod: 'GET', url: `/${path}`, requestHeaderDetails: {} })) }),
  answers: (body) =>
    new Map(
      list(body).map((each) => {
        const inner = isObject(each) ? each : {};
        return [
          Number(textAt(each, 'name')),
          { status: Number(textAt(each, 'httpStatusCode') ?? 500), headers: inner['headers'], body: inner['content'] ?? null },
        ];
      }),
    ),
  optional: true,
};

interface Waiting {
  readonly path: string;
  /** Whose share of the gate it is when it is asked alone. */
  readonly service: string;
  readonly attempt: number;
  readonly resolve: (value: Answered) => void;
  readonly reject: (error: unknown) => void;
}

const attempts = 6;

/** Puts questions about single objects of a tenant together: the members of twenty groups are one request. A part that is throttled is asked again. */
export class Batch {
  readonly #http: AzureHttp;
  readonly #tenant: string;
  readonly #dialect: BatchDialect;
  #waiting: Waiting[] = [];
  #known = true;

  constructor(http: AzureHttp, tenant: string, dialect: BatchDialect) {
    this.#http = http;
    this.#tenant = tenant;
    this.#dialect = dialect;
  }

  get(path: string, service: string): Promise<Answered> {
    if (!this.#known) return whole({ http: this.#http, service, tenant: this.#tenant }, path);
    return new Promise((resolve, reject) => this.#queue({ path, service, attempt: 0, resolve, reject }));
  }

  #queue(part: Waiting): void {
    if (this.#waiting.length === 0) {
      if (this.#dialect.window === 0) setImmediate(() => this.#flush());
      else setTimeout(() => this.#flush(), this.#dialect.window);
    }
    this.#waiting.push(part);
    if (this.#waiting.length >= this.#dialect.size) this.#flush();
  }

  #flush(): void {
    const parts = this.#waiting.splice(0, this.#dialect.size);
    const [only] = parts;
    if (only === undefined) return;
    if (parts.length === 1 && this.#dialect.optional) {
      this.#alone(only, 0);
      return;
    }
    this.#send(parts).catch((error: unknown) => {
      const refused = error instanceof CallFailure && error.kind !== 'temporary' && error.kind !== 'throttled' && error.kind !== 'expired';
      if (this.#dialect.optional && refused) {
        this.#known = false;
        for (const [index, part] of parts.entries()) this.#alone(part, index === 0 ? 1 : 0);
      } else for (const part of parts) part.reject(error);
    });
  }

  /** @param sent requests that were made for it already */
  #alone(part: Waiting, sent: number): void {
    whole({ http: this.#http, service: part.service, tenant: this.#tenant }, part.path).then(
      ({ answer, requests }) => part.resolve({ answer, requests: requests + sent }),
      part.reject,
    );
  }

  async #send(parts: readonly Waiting[]): Promise<void> {
    const asked = { http: this.#http, service: `${parts[0]?.service.split(' ')[0] ?? ''} ${this.#tenant}`, tenant: this.#tenant };
    // A batch may be answered later, at a place that the first answer names.
    const { answer, requests } = await whole(asked, this.#dialect.path, this.#dialect.ask(parts.map((part) => part.path)));
    const answers = this.#dialect.answers(answer);
    await Promise.all(
      parts.map(async (part, id) => {
        const response = answers.get(id);
        const sent = id === 0 ? requests : 0;
        if (response !== undefined) await this.#settle(part, response, sent);
        else if (this.#dialect.optional) this.#alone(part, sent);
        else part.reject(new CallFailure('broken', 'NoAnswer', 'the batch has no answer to this part'));
      }),
    );
  }

  async #settle(part: Waiting, { status, headers: given, body }: { status: number; headers: Json | undefined; body: Json }, requests: number): Promise<void> {
    if (status >= 200 && status < 300 && isObject(body)) {
      await followed({ http: this.#http, service: part.service, tenant: this.#tenant }, body, requests, part.path).then(part.resolve, part.reject);
      return;
    }
    const headers = headersOf(given);
    const failure =
      status >= 200 && status < 300 ? new CallFailure('broken', 'UnreadableAnswer', 'a part of the batch holds no object') : failureOf(status, headers, body);
    if ((failure.kind === 'throttled' || failure.kind === 'temporary') && part.attempt < attempts) {
      const pause = Math.max(Math.min(retryAfter(headers), 60_000), 100 * 2 ** part.attempt);
      setTimeout(() => this.#queue({ ...part, attempt: part.attempt + 1 }), pause);
    } else if (this.#dialect.optional && failure.kind !== 'denied' && failure.kind !== 'disabled') this.#alone(part, requests);
    else part.reject(failure);
  }
}

function headersOf(value: Json | undefined): { get(name: string): string | undefined } {
  const folded = new Map(
    isObject(value) ? Object.entries(value).map(([name, each]) => [name.toLowerCase(), typeof each === 'string' ? each : String(each)]) : [],
  );
  return { get: (name) => folded.get(name.toLowerCase()) };
}
