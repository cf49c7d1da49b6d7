import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Io } from '../../src/cli/command.ts';
import { main } from '../../src/cli/main.ts';
import { run } from '../support/run.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-rule-commands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const template = async (): Promise<string> => (await run(['rules', 'new', 'aws.s3.watched'])).out;

describe('postern rules', () => {
  test('new gives a rule that lints and whose examples pass', async () => {
    const file = path.join(folder, 'new.yaml');
    writeFileSync(file, await template());
    expect((await run(['rules', 'lint', file])).out).toBe('1 rules and 0 frameworks in order\n');
    expect((await run(['rules', 'test', file])).out).toBe('3 examples passed, 0 failed\n');
  });

  test.each(['resource', 'identity', 'graph', 'network'])('new --kind %s gives a rule that lints and whose examples pass', async (kind) => {
    const file = path.join(folder, `${kind}.yaml`);
    const { out } = await run(['rules', 'new', `larkpay.${kind}.mine`, '--kind', kind]);
    expect(out).toContain('provider: any');
    writeFileSync(file, out);
    expect((await run(['rules', 'lint', file])).out).toBe('1 rules and 0 frameworks in order\n');
    expect((await run(['rules', 'test', file])).out).toMatch(/^[23] examples passed, 0 failed\n$/);
    rmSync(file);
  });

  test('list and test take the filters of check', async () => {
    const listed = await run(['rules', 'list', '--rule', 'aws.kms.*', '--severity', 'critical']);
    expect(listed.out).toMatch(/^critical +resource +aws\.kms\.public-policy +[^\n]+\n$/);
    expect((await run(['rules', 'test', '--rule', 'aws.kms.public-policy'])).out).toMatch(/^\d examples passed, 0 failed\n$/);
    const { code, err } = await run(['rules', 'test', '--rule', 'aws.kms.publc']);
    expect([code, err]).toEqual([2, expect.stringContaining('no rule is called `aws.kms.publc`')]);
  });

  test('a folder that is not there is told, and may be a package', async () => {
    const { code, err } = await run(['rules', 'lint', '@larkpay/none']);
    expect(code).toBe(2);
    expect(err).toContain('no package `@larkpay/none` is installed');
  });

  test('schema is the published file', async () => {
    for (const kind of ['rule', 'framework'])
      expect((await run(['rules', 'schema', kind])).out).toBe(readFileSync(path.join('rules', 'schema', `${kind}.v1.schema.json`), 'utf8'));
  });

  test('lint as JSON has the same errors, with code and place', async () => {
    const file = path.join(folder, 'wrong.yaml');
    writeFileSync(file, (await template()).replace('severity:', 'severty:'));
    const { code, out } = await run(['rules', 'lint', file, '--format', 'json']);
    expect(code).toBe(2);
    const { problems } = JSON.parse(out) as { problems: unknown[] };
    expect(problems[0]).toEqual({
      file,
      line: 5,
      column: 1,
      code: 'R104',
      message: 'unknown key `severty` in a rule of kind resource',
      help: 'did you mean severity?',
    });
    rmSync(file);
  });

  test('test --watch runs again after a change, survives a broken file and ends on an interrupt', async () => {
    const watched = mkdtempSync(path.join(folder, 'watch-'));
    const file = path.join(watched, 'rule.yaml');
    const good = await template();
    writeFileSync(file, good);
    const abort = new AbortController();
    let out = '';
    const io: Io = {
      out: (text) => {
        out += String(text);
      },
      err: () => undefined,
      stdoutIsTerminal: false,
      stderrIsTerminal: false,
      env: {},
      stdin: async () => '',
      signal: abort.signal,
    };
    const until = async (text: string): Promise<void> => {
      for (let tries = 0; !out.includes(text); tries++) {
        if (tries > 400) throw new Error(`never said ${text}: ${out}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const ended = main(['rules', 'test', watched, '--watch'], io);
    await until('3 examples passed');
    await new Promise((resolve) => setTimeout(resolve, 300));
    writeFileSync(file, good.replace('expect: pass', 'expect: fail').replace('{ name: never enabled, expect: fail', '{ name: never enabled, expect: pass'));
    await until('1 examples passed, 2 failed');
    writeFileSync(file, good.replace('kind: resource', 'kind: resorce'));
    await until('R103');
    abort.abort();
    expect(await ended).toBe(0);
  });
});
