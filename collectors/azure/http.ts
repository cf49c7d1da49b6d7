import type { HttpClient, Pipeline, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import { CallFailure, type FailureKind, type Gate } from '../../src/collect/gate.ts';
import { isObject, type Json, type JsonObject, textAt } from '../../src/model/json.ts';

/** What is used of a credential of @azure/identity. */
export interface TokenSource {
  getToken(scopes: string | string[], options?: { tenantId?: string }): Promise<{ token: string; expiresOnTimestamp: number } | null>;
}

export interface HttpOptions {
  readonly gate: Gate;
  readonly credential: TokenSource;
  /** The one endpoint that requests, and with them the token, may go to. */
  readonly endpoint: string;
  readonly scope: string;
  /** Certificates to trust, in PEM; those of the system by default. */
  readonly ca?: readonly string[];
}

/** One answer that was read. */
export interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | undefined };
  readonly body: Json;
}

/**
 * Requests to one endpoint of Azure through the SDK's own pipeline. Every request goes through the gate, which alone decides on repeats, and through one client that
 * refuses any host but the endpoint's: `nextLink` and `Location` are the provider's words, and the token must not follow them anywhere else.
 */
export class AzureHttp {
  readonly #options: HttpOptions;
  /** One object for all requests: connections are kept by it. */
  readonly #tls: { ca: string[] } | undefined;
  readonly #pipelines = new Map<
    string,
    Promise<{ pipeline: Pipeline; client: HttpClient; create: typeof import('@azure/core-rest-pipeline').createPipelineRequest }>
  >();

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#tls = options.ca === undefined ? undefined : { ca: [...options.ca] };
  }

  /** An address below the endpoint, or the provider's link if it stays there. @throws CallFailure */
  url(path: string): string {
    const { endpoint } = this.#options;
    const url = URL.canParse(path) ? new URL(path) : new URL(`${endpoint}/${path.replace(/^\//, '')}`);
    if (url.origin !== new URL(endpoint).origin)
      throw new CallFailure('broken', 'ForeignLink', `the answer leads to ${url.host}, which is not ${new URL(endpoint).host}: not followed`);
    return url.href;
  }

  /** One request, repeated by the gate while it makes sense. @throws CallFailure */
  async send(service: string, tenant: string, path: string, body?: JsonObject): Promise<Answer> {
    const url = this.url(path);
    const { pipeline, client, create } = await this.#pipeline(tenant);
    return this.#options.gate.send(
      service,
      async (abortSignal) => {
        const request: PipelineRequest = create({
          url,
          method: body === undefined ? 'GET' : 'POST',
          abortSignal,
          timeout: 0,
        });
        if (this.#tls !== undefined) request.tlsSettings = this.#tls;
        request.headers.set('accept', 'application/json');
        if (body !== undefined) {
          request.headers.set('content-type', 'application/json');
          request.body = JSON.stringify(body);
        }
        const answer = read(await pipeline.sendRequest(client, request));
        this.#heedQuota(service, answer);
        return answer;
      },
      classifyAzure,
    );
  }

  /** The client for SDKs: pinned as our own requests are, and showing each raw body before the SDK drops what it does not model. */
  async sdkClient(service: string, raw: (url: string, body: Json) => void): Promise<HttpClient> {
    const { client } = await this.#pipeline('');
    return {
      sendRequest: (request) =>
        this.#options.gate.send(
          service,
          async () => {
            if (this.#tls !== undefined) request.tlsSettings = this.#tls;
            const response = await client.sendRequest(request);
            raw(request.url, read(response).body);
            return response;
          },
          classifyAzure,
        ),
    };
  }

  #pipeline(tenant: string) {
    const known = this.#pipelines.get(tenant);
    if (known !== undefined) return known;
    const made = this.#make(tenant);
    this.#pipelines.set(tenant, made);
    return made;
  }

  async #make(tenant: string) {
    const rest = await import('@azure/core-rest-pipeline');
    const { credential, scope } = this.#options;
    const inner = rest.createDefaultHttpClient();
    const client: HttpClient = {
      sendRequest: (request) => {
        this.url(request.url);
        return inner.sendRequest(request);
      },
    };
    const pipeline = rest.createEmptyPipeline();
    pipeline.addPolicy(rest.decompressResponsePolicy());
    const ofTenant = { getToken: (scopes: string | string[]) => credential.getToken(scopes, tenant === '' ? {} : { tenantId: tenant }) };
    pipeline.addPolicy(rest.bearerTokenAuthenticationPolicy({ credential: ofTenant, scopes: scope }));
    return { pipeline, client, create: rest.createPipelineRequest };
  }

  /**
   * Resource Graph tells how many queries are left and when there are more ("x-ms-user-quota-remaining", "x-ms-user-quota-resets-after: hh:mm:ss", Guidance for throttled
   * requests in Azure Resource Graph); Azure Resource Manager how many reads are left.
   */
  #heedQuota(service: string, answer: Answer): void {
    const left = answer.headers.get('x-ms-user-quota-remaining');
    if (left !== undefined && Number(left) <= 0) this.#options.gate.hold(service, clock(answer.headers.get('x-ms-user-quota-resets-after')) ?? 5000);
    const reads = answer.headers.get('x-ms-ratelimit-remaining-subscription-reads');
    if (reads !== undefined && Number(reads) <= 0) this.#options.gate.hold(service, 1000);
  }
}

/** `00:00:05` in milliseconds. */
function clock(text: string | undefined): number | undefined {
  const match = /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(text ?? '');
  return match === null ? undefined : (Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3])) * 1000;
}

/** `Retry-After` in seconds or as a date, in milliseconds; the finer `x-ms-retry-after-ms` wins. */
export function retryAfter(headers: Answer['headers'], now: number = Date.now()): number {
  const exact = Number(headers.get('x-ms-retry-after-ms') ?? headers.get('retry-after-ms') ?? Number.NaN);
  if (exact >= 0) return exact;
  const text = headers.get('retry-after');
  if (text === undefined) return 0;
  const seconds = Number(text);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - now;
  return Number.isFinite(wait) && wait > 0 ? wait : 0;
}

/** @throws CallFailure for what is no answer to the question */
function read(response: PipelineResponse): Answer {
  const text = response.bodyAsText ?? '';
  const { status, headers } = response;
  let body: Json = null;
  try {
    body = text === '' ? null : (JSON.parse(text) as Json);
  } catch {
    if (status < 300)
      throw new CallFailure('broken', 'UnreadableAnswer', /^\s*</.test(text) ? 'the answer is a page, not JSON' : 'the answer is cut or no JSON');
  }
  if (status >= 200 && status < 300) return { status, headers, body };
  throw failureOf(status, headers, body);
}

/** Codes that say that a feature is not there to be asked: no licence, no such provider in the subscription. Nothing can be set where there is nothing. */
const notThere =
  /^(SubscriptionNotRegistered|MissingSubscriptionRegistration|DisallowedProvider|FeatureNotSupportedForAccount|AadPremiumLicenseRequired|LocationNotAvailableForResourceType)$/i;

/** What a status and the error in its body mean. */
export function failureOf(status: number, headers: Answer['headers'], body: Json): CallFailure {
  const error = isObject(body) ? (isObject(body['error']) ? body['error'] : body) : {};
  const code = textAt(error, 'code') ?? `Http${status}`;
  const message = (textAt(error, 'message') ?? '').replace(/\s+/g, ' ').slice(0, 200);
  const kind: FailureKind = notThere.test(code)
    ? 'disabled'
    : status === 401
      ? 'expired'
      : status === 403
        ? 'denied'
        : status === 404 || status === 410
          ? 'absent'
          : status === 429
            ? 'throttled'
            : status >= 500 || status === 408
              ? 'temporary'
              : 'broken';
  return new CallFailure(kind, code, message, { retryAfter: retryAfter(headers) });
}

/** What an error below HTTP means: of the network, of the credential. */
export function classifyAzure(error: unknown): CallFailure {
  if (error instanceof CallFailure) return error;
  const given = error as { name?: string; code?: string; message?: string; statusCode?: number };
  const message = (given.message ?? '').replace(/\s+/g, ' ').slice(0, 200);
  if (/Authentication|Credential/.test(given.name ?? '')) return new CallFailure('expired', given.name ?? 'AuthenticationError', message);
  if (/certificate|self-signed/i.test(message)) return new CallFailure('broken', given.code ?? 'Certificate', message);
  return new CallFailure('temporary', given.code ?? given.name ?? 'Error', message);
}
