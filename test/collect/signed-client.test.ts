import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GetRuleCommand, RbinClient } from '../../collectors/aws/rbin-client.ts';
import { ListProfilesCommand, RolesAnywhereClient } from '../../collectors/aws/rolesanywhere-client.ts';

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
