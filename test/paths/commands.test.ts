import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/model/json.ts';
import { writeSnapshot } from '../../src/snapshot/write.ts';
import { account, bucket, role, roleArn, trusts, userArn } from '../support/estate.ts';
import { allow, at, customers, head, json, type PathDocument, pathEstate } from '../support/path-estate.ts';
import { run } from '../support/run.ts';
import { parseXml } from '../support/xml.ts';

pathEstate();

describe('assert', () => {
  const assertions = `schema: assertions/v1
assertions:
  - name: no stranger reads customers' data
    never: { from: [internet, aws:anyone], to: customers }
    because: the contract says so
  - name: the vendor keeps out
    never: { to: customers }
  - name: jo can release
    must: { from: jo, to: "admin:111122223333" }
`;
  test('shows the path of what must not be, and fails', async () => {
    await writeFile(at('assertions.yaml'), assertions);
    const { value, code } = await json<{ results: { name: string; result: string; path: PathDocument | null }[] }>('assertions-result', [
      'assert',
      at('assertions.yaml'),
      at('before'),
    ]);
    expect(code).toBe(1);
    expect(value.results.map((each) => each.result)).toEqual(['pass', 'fail', 'pass']);
    expect(value.results[1]?.path?.target.id).toBe(customers);
    const text = (await run(['assert', at('assertions.yaml'), at('before')])).out;
    expect(text).toContain('FAIL    the vendor keeps out');
    expect(text).toContain('assumes the role');
    await writeFile(at('good.yaml'), `snapshot: ./before\n${assertions.replace(/ {2}- name: the vendor[\s\S]*?(?= {2}- name: jo)/, '')}`);
    expect((await run(['assert', at('good.yaml')])).code).toBe(0);
  });

  test.each([
    ['an unknown key', 'schema: assertions/v1\nassertions:\n  - nver: { to: customers }\n', /3:5 .*unknown key `nver`[\s\S]*did you mean never/],
    ['an end that is not there', 'schema: assertions/v1\nassertions:\n  - never: { from: jo, to: custmers }\n', /nothing in the snapshot is called `custmers`/],
    ['no schema', 'assertions: []\n', /no `schema`/],
  ])('refuses %s with its place', async (_, text, message) => {
    await writeFile(at('bad.yaml'), text);
    const { code, err } = await run(['assert', at('bad.yaml'), at('before')]);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

describe('explain and blast', () => {
  test('the arithmetic of a path multiplies to its risk, and every proof names what stands there', async () => {
    const { value } = await json<{ paths: PathDocument[] }>('paths', ['paths', at('before')]);
    for (const { id, risk } of value.paths) {
      interface Explained {
        readonly path: {
          readonly arithmetic: string;
          readonly steps: readonly {
            readonly proofs: readonly { readonly statements: readonly { readonly value: Json }[] }[];
            readonly changes: readonly string[];
          }[];
        };
      }
      const explained = (await json<Explained>('explain', ['explain', at('before'), id])).value.path;
      const [factors = '', total = ''] = explained.arithmetic.split(' = ');
      const product = factors.split(' x ').reduce((all, each) => all * Number(each), 1);
      expect(product).toBeCloseTo(Number(total.split(';')[0]), 3);
      expect(Number(explained.arithmetic.split(' = ').at(-1))).toBe(risk);
      for (const step of explained.steps) for (const proof of step.proofs) for (const statement of proof.statements) expect(statement.value).not.toBeNull();
    }
  });

  test('a path is drawn as a file of its own, and nothing else is', async () => {
    const { paths } = (
      await json<{ readonly paths: readonly { readonly id: string; readonly entry: { readonly name: string } }[] }>('paths', ['paths', at('before')])
    ).value;
    const { out } = await run(['explain', at('before'), paths[0]?.id ?? '', '--format', 'svg']);
    expect(out).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox=/);
    expect(parseXml(out).name).toBe('svg');
    expect(out).not.toMatch(/var\(--|class="[^"]*"[^>]*href/);
    const { code, err } = await run(['explain', at('before'), 'admin', '--format', 'svg']);
    expect([code, err]).toEqual([2, expect.stringContaining('`admin` is no path')]);
  });

  test('a session is its role, whose path the name of the session does not tell', async () => {
    const reader = role('ops/reader', trusts({ Service: 'ec2.amazonaws.com' }), [allow('s3:GetObject', `${customers}/*`)], { RoleName: 'reader' });
    await writeSnapshot(at('sessions'), [reader, bucket('customers')], head);
    const reached = async (who: string): Promise<readonly string[]> =>
      (await json<{ nodes: readonly { id: string }[] }>('blast', ['blast', at('sessions'), who])).value.nodes.map((node) => node.id);
    expect(await reached(`arn:aws:sts::${account}:assumed-role/reader/i-0a1b2c3d`)).toEqual(await reached(reader.id));
    expect(await reached(reader.id)).toContain(customers);
  });

  test('blast of a node and its reverse tell the same pairs with the same likelihood', async () => {
    interface Blast {
      readonly nodes: readonly { readonly id: string; readonly likelihood: number }[];
    }
    const forward = (await json<Blast>('blast', ['blast', at('before'), 'jo'])).value.nodes.find((node) => node.id === customers);
    const back = (await json<Blast>('blast', ['blast', at('before'), 'customers', '--reverse'])).value.nodes.find((node) => node.id === userArn('jo'));
    expect(forward).toBeDefined();
    expect(back?.likelihood).toBe(forward?.likelihood);
  });

  test.each(['admin', 'jo'])('explains the node %s', async (name) => {
    const { code, out } = await run(['explain', at('before'), name === 'admin' ? roleArn('admin') : name]);
    expect([code, out]).toEqual([0, expect.stringContaining('reaches')]);
  });
});
