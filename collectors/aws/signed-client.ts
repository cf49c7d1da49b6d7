import { createHash, createHmac } from 'node:crypto';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { SignatureV4 } from '@smithy/signature-v4';

interface Config {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: ConstructorParameters<typeof SignatureV4>[0]['credentials'];
}

/** One request of a service that takes and gives JSON. */
export interface SignedCommand {
  readonly method: 'GET' | 'POST';
  /** Path below the endpoint. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What the clients share that stand in for the SDK's, where a service's package is not published in the version of the others: signed requests, and errors as the SDK throws them. */
export class SignedClient {
  readonly #endpoint: URL;
  readonly #signer: SignatureV4;

  constructor(service: string, config: Config) {
    const { region } = config;
    const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    this.#endpoint = new URL(config.endpoint ?? `https://${service}.${region}.${domain}`);
    this.#signer = new SignatureV4({ service, region, credentials: config.credentials ?? fromNodeProviderChain(), sha256: Sha256 });
  }

  /** @returns the answer as the service gives it */
  async send<Answer>(command: SignedCommand & { readonly answer?: Answer }, options: { readonly abortSignal?: AbortSignal } = {}): Promise<Answer> {
    const { protocol, hostname, port, host } = this.#endpoint;
    const { method, path, query = {}, body } = command;
    const request = {
      method,
      protocol,
      hostname,
      path,
      query,
      headers: { host, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(port === '' ? {} : { port: Number(port) }),
      ...(body === undefined ? {} : { body }),
    };
    const { headers } = await this.#signer.sign(request);
    const url = new URL(path, this.#endpoint);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    const { answer, text } = await whole(
      fetch(url, {
        method,
        headers,
        // A redirect would take the session's token to another host; it is an answer like any other that is no success.
        redirect: 'manual',
        ...(body === undefined ? {} : { body }),
        ...(options.abortSignal === undefined ? {} : { signal: options.abortSignal }),
      }),
    );
    if (!answer.ok) throw failure(answer, text);
    return JSON.parse(text) as Answer;
  }

  destroy(): void {}
}

class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = secret === undefined || typeof secret === 'string' ? secret : bytes(secret);
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : bytes(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    throw new Error('a signature hashes once');
  }
}

const bytes = (data: ArrayBuffer | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);

/** An answer with its text. A connection that fails is told by the code that the SDK tells it by; `fetch` says no more than that it failed, and hides the code behind it. */
async function whole(asked: Promise<Response>): Promise<{ readonly answer: Response; readonly text: string }> {
  try {
    const answer = await asked;
    return { answer, text: await answer.text() };
  } catch (error) {
    const { cause } = (error ?? {}) as { readonly cause?: { readonly code?: unknown; readonly message?: unknown } };
    const code = cause?.code;
    if (typeof code !== 'string') throw error;
    const known = code === 'UND_ERR_SOCKET' ? 'ECONNRESET' : /^UND_ERR_.*TIMEOUT$/.test(code) ? 'ETIMEDOUT' : code;
    throw Object.assign(new Error(String(cause?.message || code)), { code: known });
  }
}

/** An error as the SDK throws them: the code stands in a header or in the body, and behind a colon a link. */
function failure(answer: Response, text: string): Error {
  let body: { readonly message?: string; readonly __type?: string; readonly code?: string } = {};
  try {
    body = JSON.parse(text) as typeof body;
  } catch {
    // An HTML page of a proxy or of a service that is not there.
  }
  const code = (answer.headers.get('x-amzn-errortype') ?? body.__type ?? body.code ?? 'UnknownError').split(':')[0]?.split('#').at(-1) ?? '';
  return Object.assign(new Error(body.message ?? text.slice(0, 200)), { name: code, $metadata: { httpStatusCode: answer.status } });
}
