import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { jsonSchema } from '../../src/schema/registry.ts';
import { at, json, type PathDocument, pathEstate } from '../support/path-estate.ts';
import { type RunResult, run } from '../support/run.ts';

pathEstate();

describe('baselines and suppressions', () => {
  test('what the baseline knows is not new; what comes is', async () => {
    expect((await run(['baseline', 'write', at('before'), '--out', at('baseline.json')])).code).toBe(0);
    const text = await readFile(at('baseline.json'), 'utf8');
    const validate = new Ajv2020({ strict: false }).compile(jsonSchema('baseline') ?? {});
    validate(JSON.parse(text));
    expect(validate.errors).toBeNull();
    for (const command of ['paths', 'check', 'report']) {
      const words = (snapshot: string): string[] => [command, at(snapshot), '--baseline', at('baseline.json'), '--fail-on', 'new'];
      expect([command, (await run(words('before'))).code, (await run(words('after'))).code]).toEqual([command, 0, 1]);
    }
    const { value } = await json<{ paths: PathDocument[] }>('paths', ['paths', at('after'), '--baseline', at('baseline.json')]);
    expect(value.paths.filter((each) => each.state === 'new').map((each) => each.target.id)).toEqual(['arn:aws:s3:::logs', 'arn:aws:s3:::logs']);
    expect((await run(['baseline', 'show', at('baseline.json')])).out).toContain('paths');
  });

  test('an accepted path is shown and does not count; expired and unused entries are told, and pruned', async () => {
    const { value } = await json<{ paths: PathDocument[] }>('paths', ['paths', at('after'), '--to', 'logs', '--top', '1']);
    const [{ id } = { id: '' }] = value.paths;
    const file = at('suppressions.yaml');
    const soon = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
    const add = (name: string, ...more: string[]): Promise<RunResult> =>
      run(['suppress', 'add', file, '--id', name, '--reason', 'open on purpose', '--owner', 'web', '--expires', soon, ...more]);
    expect((await add('press', '--path', id)).code).toBe(0);
    expect((await add('nothing', '--rule', 'aws.s3.*', '--match', 'resource=arn:aws:s3:::gone')).code).toBe(0);
    const refused = await add('late', '--path', id, '--expires', '2099-01-01');
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('more than a year ahead')]);
    const past = await add('past', '--path', id, '--expires', '2026-01-01');
    expect([past.code, past.err]).toEqual([2, expect.stringContaining('`2026-01-01` is past')]);
    const starred = await add('starred', '--path', '*', '--match', 'target=*logs*');
    expect([starred.code, starred.err]).toEqual([2, expect.stringContaining('`target` is compared letter by letter, star included')]);
    // By hand it may be written all the same, and fits nothing: then the reason is told.
    const byHand = at('by-hand.yaml');
    await writeFile(byHand, `- { id: a, paths: ["*"], match: { target: "*logs*" }, reason: r, owner: o, expires: "${soon}" }\n`);
    expect((await run(['paths', at('after'), '--suppressions', byHand])).err).toContain(
      'fits no path; `target` is compared letter by letter, `target|like` takes a star',
    );
    const words = ['paths', at('after'), '--to', 'logs', '--top', '1', '--suppressions', file, '--fail-on', 'low'];
    const accepted = await json<{ paths: PathDocument[] }>('paths', words);
    expect(accepted.value.paths[0]?.suppression).toMatchObject({ id: 'press', owner: 'web' });
    expect(accepted.code).toBe(0);
    const listed = await json<{ suppressions: { id: string; state: string }[] }>('suppressions-list', ['suppress', 'list', file, at('after')]);
    expect(listed.value.suppressions.map((each) => [each.id, each.state])).toEqual([
      ['press', 'live'],
      ['nothing', 'unused'],
    ]);
    expect((await run(['suppress', 'prune', file, at('after')])).err).toContain('`nothing`');
    const left = await json<{ suppressions: { id: string }[] }>('suppressions-list', ['suppress', 'list', file]);
    expect(left.value.suppressions.map((each) => each.id)).toEqual(['press']);
  });
});
