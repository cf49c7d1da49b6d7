/** A server that answers as Azure does: tokens, Azure Resource Manager, Resource Graph and Microsoft Graph over HTTPS on loopback, from a world in memory. For tests and for the demo. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { isArray, isObject, type Json, type JsonObject, textAt } from '../../src/model/json.ts';

export interface AzureWorld {
  readonly tenant: string;
  /** Rows of Resource Graph by table. */
  readonly tables: Readonly<Record<string, readonly JsonObject[]>>;
  /** Answers by path, folded, without `api-version`: a list is paged, an object is answered as it is. `v1.0/…` is Microsoft Graph. */
  readonly answers: Readonly<Record<string, Json>>;
  /** Lists that are there and hold nothing. */
  readonly empty?: RegExp;
  /** Paths that answer 202 first, and what they end with. */
  readonly operations?: Readonly<Record<string, { readonly polls: number; readonly by: 'location' | 'status'; readonly result: JsonObject | 'fails' }>>;
}

/** What goes wrong with a request, if anything. */
export type Wrong =
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: Json }
  | { readonly kind: 'cut' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'link'; readonly to: string };

export interface Asked {
  readonly method: string;
  /** Folded, without query. */
  readonly path: string;
  readonly body: Json;
  readonly query: URLSearchParams;
}

export interface Replay {
  readonly url: string;
  /** The server's certificate, in a file that NODE_EXTRA_CA_CERTS can name. */
  readonly certificate: string;
  /** Environment of a service principal that may read everything. */
  readonly env: Readonly<Record<string, string>>;
  readonly seen: Asked[];
  /** Tokens given, by tenant and service. */
  readonly tokens: string[];
  wrong: (asked: Asked) => Wrong | undefined;
  pageSize: number;
  /** Whether Azure Resource Manager takes batches. */
  armBatches: boolean;
  /** Headers that every good answer carries. */
  headers: (asked: Asked) => Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const secret = 'a-secret-of-the-test';

export async function startReplay(world: AzureWorld): Promise<Replay> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-azure-'));
  const [key, certificate] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  const polls = new Map<string, number>();
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, response, Buffer.concat(chunks).toString('utf8')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const replay: Replay = {
    url,
    certificate,
    env: {
      AZURE_TENANT_ID: world.tenant,
      AZURE_CLIENT_ID: '00000000-0000-4000-8000-00000000c11e',
      AZURE_CLIENT_SECRET: secret,
      AZURE_AUTHORITY_HOST: url,
      AZURE_RESOURCE_MANAGER_ENDPOINT: url,
      AZURE_GRAPH_ENDPOINT: url,
      NODE_EXTRA_CA_CERTS: certificate,
    },
    seen: [],
    armBatches: false,
    tokens: [],
    wrong: () => undefined,
    headers: () => ({}),
    pageSize: 1000,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        rmSync(folder, { recursive: true, force: true });
      }),
  };

  function answer(request: IncomingMessage, response: ServerResponse, text: string): void {
    const target = new URL(request.url ?? '/', url);
    const place = decodeURIComponent(target.pathname).toLowerCase().replace(/\/+$/, '');
    const send = (status: number, body: Json, headers: Readonly<Record<string, string>> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === null ? '' : JSON.stringify(body));
    };
    if (place.endsWith('/oauth2/v2.0/token')) {
      const form = new URLSearchParams(text);
      if (form.get('client_secret') !== secret) {
        send(401, { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret provided.' });
        return;
      }
      const scope = form.get('scope') ?? '';
      replay.tokens.push(`${place.split('/')[1] ?? ''} ${/graph/i.test(scope) ? 'graph' : 'arm'}`);
      send(200, { token_type: 'Bearer', expires_in: 3600, access_token: tokenFor(place.split('/')[1] ?? '', scope) });
      return;
    }
    if (place.endsWith('/.well-known/openid-configuration')) {
      const authority = `${url}/${place.split('/')[1] ?? ''}`;
      send(200, {
        issuer: `${authority}/v2.0`,
        authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
        token_endpoint: `${authority}/oauth2/v2.0/token`,
        jwks_uri: `${authority}/discovery/v2.0/keys`,
      });
      return;
    }
    const body = text.startsWith('{') ? (JSON.parse(text) as Json) : null;
    const asked: Asked = { method: request.method ?? 'GET', path: place, body, query: target.searchParams };
    replay.seen.push(asked);
    const graph = /^\/(v1\.0|beta)\//.test(place);
    if (!allowed(request.headers.authorization, graph)) {
      send(401, { error: { code: 'InvalidAuthenticationToken', message: 'the token is not for this service' } });
      return;
    }
    const wrong = replay.wrong(asked);
    if (wrong?.kind === 'hang') return;
    if (wrong?.kind === 'cut') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100000' });
      response.write('{"value":[{"id":"/subscr');
      setTimeout(() => response.destroy(), 20);
      return;
    }
    if (wrong?.kind === 'answer') {
      send(wrong.status, wrong.body ?? null, wrong.headers);
      return;
    }
    const good = answerOf(asked, graph);
    const linked = wrong?.kind === 'link' && isObject(good.body) ? { ...good.body, [graph ? '@odata.nextLink' : 'nextLink']: wrong.to } : good.body;
    send(good.status, linked, { ...good.headers, ...replay.headers(asked) });
  }

  interface Good {
    readonly status: number;
    readonly body: Json;
    readonly headers?: Readonly<Record<string, string>>;
  }

  function answerOf(asked: Asked, graph: boolean): Good {
    if (asked.path === '/providers/microsoft.resourcegraph/resources') return { status: 200, body: rowsOf(asked) };
    if (/\/\$batch$/.test(asked.path)) return { status: 200, body: batch(asked) };
    if (asked.path === '/batch' && replay.armBatches) return { status: 200, body: armBatch(asked) };
    if (!graph && asked.query.get('api-version') === null)
      return { status: 400, body: { error: { code: 'MissingApiVersionParameter', message: 'The api-version query parameter is required' } } };
    const poll = /^\/operations\/(.+)$/.exec(asked.path);
    const operation = world.operations?.[(poll?.[1] ?? asked.path.slice(1)).replace(/\/result$/, '')];
    if (operation !== undefined) return operate(operation, poll?.[1] ?? asked.path.slice(1), poll !== null);
    const found = world.answers[asked.path.slice(1)] ?? (world.empty?.test(asked.path) === true ? [] : undefined);
    if (found === undefined)
      return { status: 404, body: { error: { code: graph ? 'Request_ResourceNotFound' : 'ResourceNotFound', message: `${asked.path} is not there` } } };
    return { status: 200, body: isArray(found) ? page(asked, found, graph) : found };
  }

  function page(asked: Asked, list: readonly Json[], graph: boolean): JsonObject {
    const from = Number(asked.query.get('$skiptoken') ?? 0);
    const size = Math.min(Number(asked.query.get('$top') ?? Number.POSITIVE_INFINITY), replay.pageSize);
    const more = from + size < list.length;
    const query = new URLSearchParams(asked.query);
    query.set('$skiptoken', String(from + size));
    return { value: list.slice(from, from + size), ...(more ? { [graph ? '@odata.nextLink' : 'nextLink']: `${url}${asked.path}?${query}` } : {}) };
  }

  function rowsOf(asked: Asked): JsonObject {
    const table = (textAt(asked.body, 'query') ?? '').split(/[\s|]/)[0]?.toLowerCase() ?? '';
    const options = isObject(asked.body) ? asked.body['options'] : undefined;
    const limits = isObject(asked.body) && isArray(asked.body['subscriptions']) ? asked.body['subscriptions'] : undefined;
    const all = (world.tables[table] ?? []).filter(
      (row) => limits === undefined || row['subscriptionId'] === undefined || limits.includes(row['subscriptionId']),
    );
    const size = Math.min(Number(textAt(options, '$top') ?? 100), replay.pageSize);
    const from = Number(textAt(options, '$skipToken') ?? 0);
    const data = all.slice(from, from + size);
    const next = from + size < all.length ? { $skipToken: String(from + size) } : {};
    return { totalRecords: all.length, count: data.length, data, facets: [], resultTruncated: 'false', ...next };
  }

  function batch(asked: Asked): JsonObject {
    const version = asked.path.split('/')[1] ?? 'v1.0';
    const requests = isObject(asked.body) ? asked.body['requests'] : undefined;
    return {
      responses: (isArray(requests) ? requests : []).flatMap((each) => {
        const target = new URL(`${url}/${version}${textAt(each, 'url') ?? ''}`);
        const part: Asked = { method: 'GET', path: decodeURIComponent(target.pathname).toLowerCase(), body: null, query: target.searchParams };
        replay.seen.push({ ...part, method: 'BATCH' });
        const wrong = replay.wrong({ ...part, method: 'BATCH' });
        const id = textAt(each, 'id') ?? '';
        if (wrong?.kind === 'answer') return [{ id, status: wrong.status, headers: wrong.headers ?? {}, body: wrong.body ?? null }];
        const good = answerOf(part, true);
        return [{ id, status: good.status, headers: {}, body: good.body }];
      }),
    };
  }

  /** As the portal's own requests are answered. */
  function armBatch(asked: Asked): JsonObject {
    const requests = isObject(asked.body) ? asked.body['requests'] : undefined;
    return {
      responses: (isArray(requests) ? requests : []).flatMap((each) => {
        const target = new URL(`${url}${textAt(each, 'url') ?? ''}`);
        const part: Asked = {
          method: 'BATCH',
          path: decodeURIComponent(target.pathname).toLowerCase().replace(/\/+$/, ''),
          body: null,
          query: target.searchParams,
        };
        replay.seen.push(part);
        const wrong = replay.wrong(part);
        const good = wrong?.kind === 'answer' ? { status: wrong.status, headers: wrong.headers ?? {}, body: wrong.body ?? null } : answerOf(part, false);
        return [
          {
            name: textAt(each, 'name') ?? '',
            httpStatusCode: good.status,
            headers: good.headers ?? {},
            content: good.body,
            contentLength: JSON.stringify(good.body).length,
          },
        ];
      }),
    };
  }

  function operate(operation: NonNullable<AzureWorld['operations']>[string], name: string, polling: boolean): Good {
    const result = name.endsWith('/result');
    const at = name.replace(/\/result$/, '');
    if (!polling) {
      polls.set(at, operation.polls);
      const status = `${url}/operations/${at}?api-version=1`;
      const by =
        operation.by === 'location' ? { location: status } : { 'azure-asyncoperation': status, location: `${url}/operations/${at}/result?api-version=1` };
      return { status: 202, body: null, headers: { ...by, 'retry-after': '0' } };
    }
    const left = (polls.get(at) ?? 0) - 1;
    polls.set(at, left);
    if (result) return { status: 200, body: operation.result === 'fails' ? null : operation.result };
    if (left > 0) return operation.by === 'location' ? { status: 202, body: null } : { status: 200, body: { status: 'InProgress' } };
    if (operation.result === 'fails')
      return { status: 200, body: { status: 'Failed', error: { code: 'NetworkInterfaceNotAttached', message: 'the operation failed' } } };
    return operation.by === 'location' ? { status: 200, body: operation.result } : { status: 200, body: { status: 'Succeeded' } };
  }

  function allowed(header: string | undefined, graph: boolean): boolean {
    const scope = scopeOf(header?.replace(/^Bearer /, '') ?? '');
    return graph ? /graph/i.test(scope) : /management/i.test(scope);
  }

  return replay;
}

/** A token that says who and what for, as a real one does, and is signed by nobody. */
function tokenFor(tenant: string, scope: string): string {
  const part = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ tid: tenant, app_displayname: 'postern-reader', scope })}.unsigned`;
}

function scopeOf(token: string): string {
  try {
    return textAt(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Json, 'scope') ?? '';
  } catch {
    return '';
  }
}
