import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What to do with a request instead of passing it on; `undefined` passes it. */
export type Fault =
  | { readonly kind: 'answer'; readonly status: number; readonly body: string; readonly type?: string }
  /** Never answered. */
  | { readonly kind: 'hang' }
  /** Cut off in the middle of the body. */
  | { readonly kind: 'cut' }
  | undefined;

export interface FaultProxy {
  readonly url: string;
  readonly seen: readonly string[];
  close(): Promise<void>;
}

/** Stands before a server and breaks chosen requests. `decide` gets what the request says of itself: method, path, target header and body. */
export async function startFaultProxy(target: string, decide: (text: string) => Fault): Promise<FaultProxy> {
  const seen: string[] = [];
  const to = new URL(target);
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const text = `${request.method} ${request.headers.host ?? ''} ${request.url} ${String(request.headers['x-amz-target'] ?? '')} ${String(request.headers.authorization ?? '')} ${body.toString('utf8')}`;
      seen.push(text);
      const fault = decide(text);
      if (fault?.kind === 'hang') return;
      if (fault?.kind === 'answer') {
        response.writeHead(fault.status, { 'content-type': fault.type ?? 'text/xml' });
        response.end(fault.body);
        return;
      }
      const forward = send({ host: to.hostname, port: to.port, method: request.method, path: request.url, headers: request.headers }, (answer) => {
        if (fault?.kind === 'cut') {
          response.writeHead(answer.statusCode ?? 200, { ...answer.headers, 'content-length': '100000' });
          response.write('<');
          setTimeout(() => response.destroy(), 20);
          answer.resume();
          return;
        }
        response.writeHead(answer.statusCode ?? 200, answer.headers);
        answer.pipe(response);
      });
      forward.on('error', () => response.destroy());
      forward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
