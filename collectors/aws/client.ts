import { type Place, plainJson } from '../../src/collect/build.ts';
import { CallFailure, type FailureKind, type Gate } from '../../src/collect/gate.ts';
import type { Transport } from '../../src/collect/unit-run.ts';
import type { Collector, SdkClientSpec } from '../../src/model/collector.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import { nextPage } from './paging.ts';
import { keepUnmodelled } from './unmodelled.ts';

/** What is used of an SDK client and of its module. This file is the boundary: the modules are loaded by name. */
interface SdkClient {
  send(command: unknown, options?: { abortSignal?: AbortSignal }): Promise<unknown>;
  destroy(): void;
}
type SdkModule = Readonly<Record<string, unknown>>;
type Credentials = () => Promise<unknown>;

export interface AwsOptions {
  readonly gate: Gate;
  /** Credentials of an account, as the SDK takes them. */
  readonly credentials: (account: string) => Credentials | undefined;
  readonly endpoint: string | undefined;
}

const byCode: readonly (readonly [RegExp, FailureKind])[] = [
  [
    /^(Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|BandwidthLimitExceeded|ProvisionedThroughput|PriorRequestNotComplete|RequestThrottled|LimitExceededException$)/,
    'throttled',
  ],
  [
    /^(ExpiredToken|RequestExpired|TokenRefreshRequired|ExpiredTokenException|InvalidClientTokenId|UnrecognizedClient|InvalidToken|CredentialsProviderError|SignatureDoesNotMatch)/,
    'expired',
  ],
  [/^(OptInRequired|AuthFailure|SubscriptionRequiredException|RegionDisabledException|InvalidRegion)/, 'disabled'],
  [/(AccessDenied|UnauthorizedOperation|Unauthorized|NotAuthorized|AuthorizationError|Forbidden)/i, 'denied'],
  [/^(InternalError|InternalFailure|InternalServerError|ServiceUnavailable|InternalServerException|ServiceException)/, 'temporary'],
];

/** What an error of the SDK means. An answer that cannot be read has no code of AWS's. */
export function classify(error: unknown): CallFailure {
  const given = error as {
    name?: string;
    Code?: string;
    code?: string;
    message?: string;
    $metadata?: { httpStatusCode?: number };
    $response?: { statusCode?: number };
  };
  const code = given.Code ?? (given.name === 'Error' || given.name === undefined ? (given.code ?? 'Error') : given.name);
  const message = (given.message ?? '').replace(/\s+/g, ' ').slice(0, 200);
  const status = given.$metadata?.httpStatusCode ?? given.$response?.statusCode ?? 0;
  const known = byCode.find(([pattern]) => pattern.test(code))?.[1];
  if (known !== undefined) return new CallFailure(known, code, message);
  if (status === 429) return new CallFailure('throttled', code, message);
  if (/^(ECONNRESET|EPIPE|ETIMEDOUT|TimeoutError|NetworkingError)$/.test(code)) return new CallFailure('temporary', code, message);
  if (
    /^(UnknownError|SyntaxError|Error|Unknown|404|500|501|NotImplementedError|ECONNREFUSED|ENOTFOUND)$/.test(code) ||
    /deserialization|<html|not valid JSON|Unexpected token/i.test(message)
  ) {
    const what = /<(?:!doctype|html)/i.test(message)
      ? 'the answer is an HTML page'
      : /deserialization|JSON|token/i.test(message)
        ? 'the answer cannot be read'
        : message;
    const said = what === '' ? 'an answer that cannot be read' : what;
    return new CallFailure(status === 403 ? 'denied' : 'broken', code, status === 0 ? said : `${said}, status ${status}`);
  }
  return new CallFailure(status >= 500 ? 'temporary' : 'broken', code, message);
}

/** Calls AWS through the SDK's clients, loaded on first use. The SDK's own repeats are off: the gate decides. */
export class AwsTransport implements Transport {
  readonly #options: AwsOptions;
  readonly #clients = new Map<string, Promise<{ client: SdkClient; module: SdkModule }>>();

  constructor(options: AwsOptions) {
    this.#options = options;
  }

  async call(collector: Collector, operation: string, input: JsonObject, place: Place): Promise<{ answer: JsonObject; requests: number }> {
    const { client, module } = await this.#having(collector, operation, place);
    const service = `${place.account} ${place.region} ${collector.id}`;
    let requests = 0;
    const send = (command: unknown): Promise<unknown> => {
      requests++;
      return this.#options.gate.send(service, (abortSignal) => client.send(command, { abortSignal }), classify);
    };
    const paginate = module[`paginate${operation}`];
    if (typeof paginate === 'function') {
      // Paginators take the client's class; a child object keeps it and sends through the gate.
      const gated = Object.create(client) as SdkClient;
      gated.send = (command) => send(command);
      let answer: JsonObject = {};
      for await (const page of (paginate as (config: object, input: object) => AsyncIterable<unknown>)({ client: gated }, { ...input }))
        answer = merge(answer, plainJson(page));
      return { answer, requests };
    }
    const Command = module[`${operation}Command`];
    if (typeof Command !== 'function') throw new CallFailure('broken', 'NoSuchOperation', `the SDK has no ${operation}`);
    let answer: JsonObject = {};
    let next: JsonObject | undefined = {};
    let asked: string;
    do {
      asked = JSON.stringify(next);
      const page = plainJson(await send(new (Command as new (input: object) => unknown)({ ...input, ...next })));
      answer = merge(answer, page);
      next = nextPage(operation, page);
      // A place that comes again would never end.
    } while (next !== undefined && JSON.stringify(next) !== asked);
    return { answer, requests };
  }

  close(): void {
    for (const client of this.#clients.values())
      client.then(
        ({ client: each }) => each.destroy(),
        () => undefined,
      );
  }

  /** The client that has an operation: the collector's own, else the first of its others. */
  async #having(collector: Collector, operation: string, place: Place): Promise<{ client: SdkClient; module: SdkModule }> {
    const { sdk, more = [] } = collector;
    if (sdk === undefined) throw new CallFailure('broken', 'NoClient', `${collector.id} has no client: its records come from imports only`);
    const own = await this.#client(sdk, place);
    for (const each of typeof own.module[`${operation}Command`] === 'function' ? [] : more) {
      const other = await this.#client(each, place);
      if (typeof other.module[`${operation}Command`] === 'function') return other;
    }
    return own;
  }

  #client(sdk: SdkClientSpec, place: Place): Promise<{ client: SdkClient; module: SdkModule }> {
    const key = `${sdk.client} ${place.account} ${place.region}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const made = this.#make(sdk, place);
    this.#clients.set(key, made);
    return made;
  }

  async #make(sdk: SdkClientSpec, place: Place): Promise<{ client: SdkClient; module: SdkModule }> {
    const module = (await sdk.load()) as SdkModule;
    const Client = module[sdk.client] as new (config: object) => SdkClient;
    const { endpoint } = this.#options;
    const credentials = this.#options.credentials(place.account);
    const client = new Client({
      region: place.region === 'global' ? 'us-east-1' : place.region,
      maxAttempts: 1,
      ...(credentials === undefined ? {} : { credentials }),
      ...(endpoint === undefined
        ? {}
        : {
            endpoint: sdk.client === 'S3ControlClient' ? `http://endpoint.invalid:${new URL(endpoint).port || '80'}` : endpoint,
            forcePathStyle: true,
            disableHostPrefix: true,
          }),
      ...(sdk.client === 'S3Client' ? { followRegionRedirects: true } : {}),
      ...sdk.options,
    });
    keepUnmodelled(client);
    if (endpoint !== undefined && sdk.client === 'S3ControlClient') pinHost(client, new URL(endpoint));
    return { client, module };
  }
}

/** S3 Control puts the account before the host's name, which no address can have: the request is sent to the given endpoint itself. */
function pinHost(client: SdkClient, endpoint: URL): void {
  const { middlewareStack } = client as unknown as { middlewareStack: { add(middleware: unknown, options: object): void } };
  const middleware = (next: (args: unknown) => unknown) => (args: { request: { hostname: string; protocol: string; headers: Record<string, string> } }) => {
    args.request.hostname = endpoint.hostname;
    args.request.protocol = endpoint.protocol;
    args.request.headers['host'] = endpoint.host;
    return next(args);
  };
  middlewareStack.add(middleware, { step: 'build', name: 'pinHost', priority: 'low' });
}

/** Pages of one answer put together: lists are joined, at any depth, and what is said once stays. */
function merge(a: JsonObject, page: Json): JsonObject {
  if (!isObject(page)) return a;
  const result: Record<string, Json | undefined> = { ...a };
  for (const [key, value] of Object.entries(page)) {
    const old = result[key];
    if (isArray(old) && isArray(value)) result[key] = [...old, ...value];
    else if (isObject(old) && isObject(value)) result[key] = merge(old, value);
    else result[key] = value;
  }
  return result;
}
