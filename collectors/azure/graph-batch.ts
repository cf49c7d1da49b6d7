import { CallFailure } from '../../src/collect/gate.ts';
import { isArray, isObject, type Json, type JsonObject, textAt } from '../../src/model/json.ts';
import { type AzureHttp, failureOf, retryAfter } from './http.ts';
import { followed } from './pages.ts';

interface Waiting {
  readonly path: string;
  readonly attempt: number;
  readonly resolve: (value: { answer: JsonObject; requests: number }) => void;
  readonly reject: (error: unknown) => void;
}

/** "JSON batch requests are currently limited to 20 individual requests" (Combine multiple HTTP requests using JSON batching). */
const size = 20;
const attempts = 6;

/** Puts questions about single objects of a tenant together: the members of twenty groups are one request. A part that is throttled is asked again, alone. */
export class GraphBatch {
  readonly #http: AzureHttp;
  readonly #tenant: string;
  readonly #version: string;
  #waiting: Waiting[] = [];

  constructor(http: AzureHttp, tenant: string, version: string) {
    this.#http = http;
    this.#tenant = tenant;
    this.#version = version;
  }

  get(path: string): Promise<{ answer: JsonObject; requests: number }> {
    return new Promise((resolve, reject) => this.#queue({ path, attempt: 0, resolve, reject }));
  }

  #queue(part: Waiting): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    this.#waiting.push(part);
    if (this.#waiting.length >= size) this.#flush();
  }

  #flush(): void {
    const parts = this.#waiting.splice(0, size);
    if (parts.length === 0) return;
    this.#send(parts).catch((error: unknown) => {
      for (const part of parts) part.reject(error);
    });
  }

  async #send(parts: readonly Waiting[]): Promise<void> {
    const service = `graph ${this.#tenant}`;
    const requests = parts.map((part, id) => ({ id: String(id), method: 'GET', url: `/${part.path}` }));
    const { body } = await this.#http.send(service, this.#tenant, `/${this.#version}/$batch`, { requests });
    const responses = isObject(body) ? body['responses'] : undefined;
    const byId = new Map<string, JsonObject>();
    for (const each of isArray(responses) ? responses : []) if (isObject(each)) byId.set(textAt(each, 'id') ?? '', each);
    await Promise.all(
      parts.map(async (part, id) => {
        const response = byId.get(String(id));
        if (response === undefined) part.reject(new CallFailure('broken', 'NoAnswer', 'the batch has no answer to this part'));
        else await this.#settle(part, response, id === 0 ? 1 : 0);
      }),
    );
  }

  async #settle(part: Waiting, response: JsonObject, requests: number): Promise<void> {
    const status = Number(textAt(response, 'status') ?? 500);
    const body = response['body'] ?? null;
    if (status >= 200 && status < 300) {
      if (!isObject(body)) {
        part.reject(new CallFailure('broken', 'UnreadableAnswer', 'a part of the batch holds no object'));
        return;
      }
      const asked = { http: this.#http, service: `graph ${this.#tenant}`, tenant: this.#tenant };
      await followed(asked, body, requests, part.path).then(part.resolve, part.reject);
      return;
    }
    const headers = headersOf(response['headers']);
    const failure = failureOf(status, headers, body);
    if ((failure.kind === 'throttled' || failure.kind === 'temporary') && part.attempt < attempts) {
      const pause = Math.max(Math.min(retryAfter(headers), 60_000), 100 * 2 ** part.attempt);
      setTimeout(() => this.#queue({ ...part, attempt: part.attempt + 1 }), pause);
    } else part.reject(failure);
  }
}

function headersOf(value: Json | undefined): { get(name: string): string | undefined } {
  const folded = new Map(
    isObject(value) ? Object.entries(value).map(([name, each]) => [name.toLowerCase(), typeof each === 'string' ? each : String(each)]) : [],
  );
  return { get: (name) => folded.get(name.toLowerCase()) };
}
