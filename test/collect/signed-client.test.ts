import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { classify } from '../../collectors/aws/client.ts';
import { GetRuleCommand, RbinClient } from '../../collectors/aws/rbin-client.ts';
import { ListProfilesCommand, RolesAnywhereClient } from '../../collectors/aws/rolesanywhere-client.ts';
import type { CallFailure } from '../../src/collect/gate.ts';

/** Answers with what is given, and keeps what it was asked. */
async function serving(answer: () => { readonly status: number; readonly headers: Readonly<Record<string, string>> }) {
  const heard: IncomingHttpHeaders[] = [];
  const server: Server = createServer((request, response) => {
    heard.push(request.headers);
    const { status, headers } = answer();
    response.writeHead(status, headers).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { heard, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('a client of our own', () => {
  let [first, second]: Awaited<ReturnType<typeof serving>>[] = [];
  beforeAll(async () => {
    second = await serving(() => ({ status: 200, headers: {} }));
    first = await serving(() => ({ status: 307, headers: { location: `${second?.url}/elsewhere` } }));
  });
  afterAll(async () => {
    for (const each of [first, second]) await new Promise((resolve) => each?.server.close(resolve));
  });

  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not-a-secret', sessionToken: 'not-a-token' };
  test.each([
    [
      'of the Recycle Bin',
      () => new RbinClient({ region: 'eu-west-1', endpoint: first?.url ?? '', credentials }).send(new GetRuleCommand({ Identifier: 'r' })),
    ],
    ['of Roles Anywhere', () => new RolesAnywhereClient({ region: 'eu-west-1', endpoint: first?.url ?? '', credentials }).send(new ListProfilesCommand({}))],
  ])('%s follows no redirect: the session token goes to no other host', async (_, ask) => {
    const before = first?.heard.length ?? 0;
    await expect(ask()).rejects.toMatchObject({ $metadata: { httpStatusCode: 307 } });
    expect(first?.heard[before]?.['x-amz-security-token']).toBe('not-a-token');
    expect(second?.heard).toEqual([]);
  });
});

describe('a connection of a client of our own', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  });
  /** Hangs up, before an answer or in the middle of it. */
  const hangingUp = async (after: 'nothing' | 'half') => {
    const server = createServer((_, response) => {
      if (after === 'nothing') response.destroy();
      else response.writeHead(200, { 'content-length': 100 }).write('{', () => response.destroy());
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, port: (server.address() as AddressInfo).port };
  };
  const failing = (port: number): Promise<CallFailure> =>
    new RbinClient({ region: 'eu-west-1', endpoint: `http://127.0.0.1:${port}`, credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not-a-secret' } })
      .send(new GetRuleCommand({ Identifier: 'r' }))
      .then(() => {
        throw new Error('it was answered');
      }, classify);

  test.each(['nothing', 'half'] as const)('that breaks after %s of the answer is tried again, as with the SDK', async (after) => {
    const { port } = await hangingUp(after);
    expect(await failing(port)).toMatchObject({ kind: 'temporary', code: 'ECONNRESET' });
  });

  test('that nobody takes is a gap which says so', async () => {
    const { server, port } = await hangingUp('nothing');
    await new Promise((resolve) => server.close(resolve));
    expect(await failing(port)).toMatchObject({ kind: 'broken', code: 'ECONNREFUSED' });
  });

  test('that the scan gives up is given up', async () => {
    const { port } = await hangingUp('half');
    const client = new RbinClient({ region: 'eu-west-1', endpoint: `http://127.0.0.1:${port}`, credentials: { accessKeyId: 'A', secretAccessKey: 's' } });
    await expect(client.send(new GetRuleCommand({ Identifier: 'r' }), { abortSignal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
