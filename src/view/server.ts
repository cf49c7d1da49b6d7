import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type PageAssets, servedPage, servedPolicy } from './page.ts';
import type { ViewModel } from './view-model.ts';

export interface ViewServer {
  /** With the token; opening it sets a cookie and removes the token from the address bar. */
  readonly url: string;
  close(): Promise<void>;
}

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]', '::1']);

/**
 * Serves the viewer. Binds to loopback only, answers only requests that name a loopback host (so that a page elsewhere cannot reach it by DNS rebinding) and carry the token.
 * @throws RangeError for a host that is not loopback
 */
export async function serveView(model: ViewModel, assets: PageAssets, options: { readonly port: number; readonly host: string }): Promise<ViewServer> {
  if (!loopback.has(options.host)) throw new RangeError(`the viewer binds to loopback only, not to ${options.host}`);
  const token = randomBytes(24).toString('base64url');
  const cookie = `postern_${randomBytes(4).toString('hex')}`;
  const data = JSON.stringify(model);
  const files: Readonly<Record<string, readonly [string, string]>> = {
    '/': ['text/html; charset=utf-8', servedPage()],
    '/main.js': ['text/javascript; charset=utf-8', assets.script],
    '/style.css': ['text/css; charset=utf-8', assets.style],
    '/data.json': ['application/json; charset=utf-8', data],
  };
  const server = createServer((request, response) => {
    answer(request, response);
  });
  const same = (given: string | undefined): boolean => {
    const [a, b] = [Buffer.from(given ?? ''), Buffer.from(token)];
    return a.length === b.length && timingSafeEqual(a, b);
  };
  function answer(request: IncomingMessage, response: ServerResponse): unknown {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const send = (status: number, type: string, body: string, headers: Readonly<Record<string, string>> = {}): unknown => {
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
      return response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (!loopback.has(host)) return send(421, 'text/plain; charset=utf-8', 'this server answers on loopback only\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, 'text/plain; charset=utf-8', 'read only\n', { allow: 'GET, HEAD' });
    const given = url.searchParams.get('token');
    if (given !== null && url.pathname === '/' && same(given)) {
      return send(303, 'text/plain; charset=utf-8', '', { location: '/', 'set-cookie': `${cookie}=${token}; HttpOnly; SameSite=Strict; Path=/` });
    }
    const cookies = (request.headers.cookie ?? '').split(';').map((part) => part.trim());
    const known = cookies.find((part) => part.startsWith(`${cookie}=`))?.slice(cookie.length + 1);
    if (!same(known) && !same(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1])) {
      return send(401, 'text/plain; charset=utf-8', 'open the address that postern view printed: it carries the token\n');
    }
    const file = Object.hasOwn(files, url.pathname) ? files[url.pathname] : undefined;
    return file === undefined ? send(404, 'text/plain; charset=utf-8', 'not found\n') : send(200, file[0], file[1]);
  }
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
