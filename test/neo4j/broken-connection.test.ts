import net from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { withNeo4j } from '../../src/store/neo4j/connection.ts';
import { dumpGraph, dumpText } from '../../src/store/neo4j/dump.ts';
import { pull } from '../../src/store/neo4j/pull.ts';
import { push } from '../../src/store/neo4j/push.ts';
import { describeWith } from '../servers/describe-with.ts';
import { startNeo4j } from '../servers/neo4j.ts';
import { smallGraph } from './small-graph.ts';

/** A COMMIT of the Bolt protocol, as the one chunk that it is: https://neo4j.com/docs/bolt/current/bolt/message/#messages-commit. */
const commit = Buffer.from([0x00, 0x02, 0xb0, 0x12, 0x00, 0x00]);

/** Stands between a client and a server. The `breaks`th commit reaches the server, and of its answer the client hears no more than that the connection is gone. */
async function unreliable(port: number, breaks: number): Promise<{ readonly uri: string; close(): void }> {
  let commits = 0;
  const proxy = net.createServer((client) => {
    const server = net.connect(port, '127.0.0.1');
    let breaking = false;
    client.on('data', (data) => {
      if (data.includes(commit) && ++commits === breaks) breaking = true;
      server.write(data);
    });
    server.on('data', (data) => (breaking ? client.destroy() : client.write(data)));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  return { uri: `bolt://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, close: () => void proxy.close() };
}

describeWith('NEO4J', 'a connection that breaks between a commit and the word of it', () => {
  let server: Awaited<ReturnType<typeof startNeo4j>>;
  beforeAll(async () => {
    server = await startNeo4j();
  }, 180_000);
  afterAll(async () => server?.stop());

  // The first commit is the driver's own transaction that opens the scope.
  test.each([2, 3, 4, 5, 6])(
    'at commit %d: the push ends, and a repeated one leaves nothing double and nothing out',
    async (breaks) => {
      const graph = smallGraph(true);
      const scope = `s${breaks}`;
      const proxy = await unreliable(Number(new URL(server.uri).port), breaks);
      const options = { scope, batchSize: 3 };
      await expect(withNeo4j({ NEO4J_URI: proxy.uri }, (driver) => push(driver, graph, options))).rejects.toThrow('the connection broke');
      proxy.close();
      const back = await withNeo4j({ NEO4J_URI: server.uri }, async (driver) => {
        await expect(pull(driver, scope)).rejects.toThrow('incomplete');
        await push(driver, graph, options);
        return pull(driver, scope);
      });
      expect([...dumpText(dumpGraph(back))].join('')).toBe([...dumpText(dumpGraph(graph))].join(''));
    },
    180_000,
  );
});
