import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../model/json.ts';
import type { View } from './build.ts';
import { type PageAssets, servedPage, servedPolicy } from './page.ts';
import type { PlanView } from './view-model.ts';

export interface ViewServer {
  /** With the token; opening it sets a cookie and removes the token from the address bar. */
  readonly url: string;
  close(): Promise<void>;
}

/** What the page may ask of the command line that started it. */
export interface ViewServices {
  /** The record of a node, or undefined. */
  record(id: string): Json | undefined;
  /** Works the plan out. */
  readonly plan?: () => Promise<PlanView>;
  /** Writes a suppression; the message of a refusal is shown to the reader. Absent: nothing can be written. */
  readonly suppress?: (entry: Json) => Promise<{ readonly file: string } | { readonly refused: string }>;
}

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]', '::1']);
const longestBody = 16_384;

type Answer = readonly [status: number, type: string, body: string, headers?: Readonly<Record<string, string>>];
const text = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer => [status, 'text/plain; charset=utf-8', body, headers];
const json = (status: number, value: Json): Answer => [status, 'application/json; charset=utf-8', JSON.stringify(value)];

/**
 * Serves the viewer. Binds to loopback only, answers only requests that name a loopback host (so that a page elsewhere cannot reach it by DNS rebinding) and carry the token. The one
 * thing that writes takes only what comes from the page itself.
 * @throws RangeError for a host that is not loopback
 */
export async function serveView(
  view: View,
  assets: PageAssets,
  services: ViewServices,
  options: { readonly port: number; readonly host: string },
): Promise<ViewServer> {
  if (!loopback.has(options.host)) throw new RangeError(`the viewer binds to loopback only, not to ${options.host}`);
  const token = randomBytes(24).toString('base64url');
  const cookie = `postern_${randomBytes(4).toString('hex')}`;
  const files: Readonly<Record<string, readonly [string, () => string]>> = {
    '/': ['text/html; charset=utf-8', servedPage],
    '/main.js': ['text/javascript; charset=utf-8', () => assets.script],
    '/cytoscape.js': ['text/javascript; charset=utf-8', () => assets.cytoscape],
    '/style.css': ['text/css; charset=utf-8', () => assets.style],
    '/data.json': ['application/json; charset=utf-8', once(() => JSON.stringify(view.model))],
    '/estate.json': ['application/json; charset=utf-8', once(() => JSON.stringify(view.estate))],
    '/services.json': [
      'application/json; charset=utf-8',
      () => JSON.stringify({ suppress: services.suppress !== undefined, plan: services.plan !== undefined }),
    ],
  };
  const same = (given: string | undefined): boolean => {
    const [a, b] = [Buffer.from(given ?? ''), Buffer.from(token)];
    return a.length === b.length && timingSafeEqual(a, b);
  };
  let plan: Promise<PlanView> | undefined;
  async function answer(request: IncomingMessage): Promise<Answer> {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (!loopback.has(host)) return text(421, 'this server answers on loopback only\n');
    const writes = request.method === 'POST' && url.pathname === '/suppress';
    if (!writes && request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'read only\n', { allow: 'GET, HEAD' });
    const given = url.searchParams.get('token');
    if (given !== null && url.pathname === '/' && same(given)) {
      return text(303, '', { location: '/', 'set-cookie': `${cookie}=${token}; HttpOnly; SameSite=Strict; Path=/` });
    }
    const cookies = (request.headers.cookie ?? '').split(';').map((part) => part.trim());
    const known = cookies.find((part) => part.startsWith(`${cookie}=`))?.slice(cookie.length + 1);
    if (!same(known) && !same(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]))
      return text(401, 'open the address that postern view printed: it carries the token\n');
    if (writes) return suppress(request);
    if (url.pathname === '/plan.json' && services.plan !== undefined) {
      plan ??= services.plan();
      return [200, 'application/json; charset=utf-8', JSON.stringify(await plan)];
    }
    if (url.pathname === '/record') {
      // The internet and other entries have no record: null says so, without an error in the browser's log.
      return json(200, services.record(url.searchParams.get('id') ?? '') ?? null);
    }
    const file = Object.hasOwn(files, url.pathname) ? files[url.pathname] : undefined;
    return file === undefined ? text(404, 'not found\n') : [200, file[0], file[1]()];
  }
  async function suppress(request: IncomingMessage): Promise<Answer> {
    // The cookie is SameSite=Strict already; a foreign page can also not set this content type without asking first.
    const origin = request.headers.origin;
    if (origin !== undefined && origin !== `http://${request.headers.host}`) return text(403, 'only the page itself may write\n');
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return text(415, 'send JSON\n');
    if (services.suppress === undefined) return text(409, 'started without --suppressions FILE\n');
    const body = await bodyOf(request);
    if (body === undefined) return text(413, 'too long\n');
    let entry: Json;
    try {
      entry = JSON.parse(body) as Json;
    } catch {
      return text(400, 'no JSON\n');
    }
    const result = await services.suppress(entry);
    return 'refused' in result ? text(422, result.refused) : json(200, { file: result.file });
  }
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    answer(request)
      .catch((): Answer => text(500, 'internal error\n'))
      .then(([status, type, body, headers = {}]) => {
        response.writeHead(status, {
          'content-type': type,
          'content-security-policy': servedPolicy,
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
          'cache-control': 'no-store',
          ...headers,
        });
        response.end(request.method === 'HEAD' ? undefined : body);
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host.replace(/^\[|\]$/g, ''), resolve);
  });
  const { port } = server.address() as AddressInfo;
  const shown = options.host.includes(':') ? `[${options.host.replace(/^\[|\]$/g, '')}]` : options.host;
  return {
    url: `http://${shown}:${port}/?token=${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function once(make: () => string): () => string {
  let made: string | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The body, or undefined when it is longer than any entry is. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    const bytes = Buffer.from(part as Uint8Array);
    length += bytes.length;
    if (length > longestBody) return undefined;
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
}
