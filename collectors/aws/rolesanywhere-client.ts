import { createHash, createHmac } from 'node:crypto';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { SignatureV4 } from '@smithy/signature-v4';

/**
 * A client of IAM Roles Anywhere in the shape of the SDK's, for its package is not published in the version of the others. Two listings, as
 * https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_ListTrustAnchors.html describes them.
 */
interface Config {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: ConstructorParameters<typeof SignatureV4>[0]['credentials'];
}
interface Input {
  readonly nextToken?: string;
}
interface Answer {
  readonly nextToken?: string;
}

class Listing {
  readonly input: Input;
  /** Path below the endpoint. */
  readonly path: string;

  constructor(input: Input, path: string) {
    this.input = input;
    this.path = path;
  }
}

/** `GET /trustanchors` */
export class ListTrustAnchorsCommand extends Listing {
  constructor(input: Input) {
    super(input, '/trustanchors');
  }
}

/** `GET /profiles` */
export class ListProfilesCommand extends Listing {
  constructor(input: Input) {
    super(input, '/profiles');
  }
}

const paginated = (Command: new (input: Input) => Listing) =>
  async function* ({ client }: { readonly client: Pick<RolesAnywhereClient, 'send'> }, input: Input): AsyncGenerator<Answer> {
    let token: string | undefined;
    do {
      const page: Answer = await client.send(new Command(token === undefined ? input : { ...input, nextToken: token }));
      yield page;
      // A token that comes again would never end.
      token = page.nextToken === token ? undefined : page.nextToken;
    } while (token !== undefined);
  };

export const paginateListTrustAnchors = paginated(ListTrustAnchorsCommand);
export const paginateListProfiles = paginated(ListProfilesCommand);

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

export class RolesAnywhereClient {
  readonly #endpoint: URL;
  readonly #signer: SignatureV4;

  constructor(config: Config) {
    const { region } = config;
    const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    this.#endpoint = new URL(config.endpoint ?? `https://rolesanywhere.${region}.${domain}`);
    this.#signer = new SignatureV4({ service: 'rolesanywhere', region, credentials: config.credentials ?? fromNodeProviderChain(), sha256: Sha256 });
  }

  async send(command: Listing, options: { readonly abortSignal?: AbortSignal } = {}): Promise<Answer> {
    const { protocol, hostname, port, host } = this.#endpoint;
    const query = command.input.nextToken === undefined ? {} : { nextToken: command.input.nextToken };
    const request = { method: 'GET', protocol, hostname, path: command.path, query, headers: { host }, ...(port === '' ? {} : { port: Number(port) }) };
    const { headers } = await this.#signer.sign(request);
    const url = new URL(command.path, this.#endpoint);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    const answer = await fetch(url, { headers, ...(options.abortSignal === undefined ? {} : { signal: options.abortSignal }) });
    const text = await answer.text();
    if (!answer.ok) throw failure(answer, text);
    return JSON.parse(text) as Answer;
  }

  destroy(): void {}
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
