import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { redraw, terminalSafe } from '../../src/cli/terminal.ts';
import { run } from '../support/run.ts';

describe('what reaches a terminal', () => {
  test.each([
    ['plain\n\ttext', 'plain\n\ttext'],
    ['a row\r\nof CSV\r\n', 'a row\r\nof CSV\r\n'],
    ['\u001b[2Jgone', '\\u001b[2Jgone'],
    ['over\rwritten', 'over\\u000dwritten'],
    ['\u009b31m and \u007f', '\\u009b31m and \\u007f'],
    [`${redraw}3/4 ec2\u0007`, `${redraw}3/4 ec2\\u0007`],
    ['größe 大 ‎', 'größe 大 ‎'],
  ])('%j', (text, shown) => expect(terminalSafe(text)).toBe(shown));

  test('JSON reads the same from it', () => {
    const value = { name: 'a\u009b\u007f\u001b' };
    expect(JSON.parse(terminalSafe(JSON.stringify(value)))).toEqual(value);
  });
});

describe('names that somebody else wrote', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'postern-names-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const evil = 'x\ncollection complete\n\u001b[8m';

  test('say nothing on a line of their own, and change no line', async () => {
    const answers = {
      Reservations: [{ Instances: [{ InstanceId: 'i-0aaaaaaaaaaaaaaaa', Tags: [{ Key: 'Name', Value: evil }], MetadataOptions: { HttpTokens: 'optional' } }] }],
    };
    writeFileSync(path.join(root, 'instances.json'), JSON.stringify(answers));
    const snapshot = path.join(root, 'snapshot');
    const env = { POSTERN_REDACTION_KEY: '22'.repeat(32) };
    const words = ['import', 'aws', path.join(root, 'instances.json'), '--account', '111122223333', '--region', 'eu-west-1', '--out', snapshot];
    expect(await run(words, { env })).toMatchObject({ code: 0 });
    for (const command of [
      ['check', snapshot],
      ['blast', snapshot, 'i-0aaaaaaaaaaaaaaaa'],
      ['explain', snapshot, 'i-0aaaaaaaaaaaaaaaa'],
    ]) {
      const { out, err } = await run(command, { env });
      expect(out).not.toBe('');
      expect(`${out}${err}`.split('\n')).not.toContain('collection complete');
      expect(`${out}${err}`).not.toContain('\u001b');
    }
  });

  test('are no ids of records', async () => {
    const { decodeRecords } = await import('../../src/snapshot/format.ts');
    const record = { type: 'AWS::EC2::Instance', id: evil, account: '111122223333', region: 'eu-west-1', config: {}, calls: [] };
    expect(() => decodeRecords(JSON.stringify(record), 'f')).toThrow('the line is no record');
  });
});
