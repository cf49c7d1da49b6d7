import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { run } from '../support/run.ts';

/** The words that a real bash offers for what is typed; the last word is the one being completed. */
async function offered(typed: readonly string[]): Promise<readonly string[]> {
  const { out } = await run(['completion', 'bash']);
  const program = `${out}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _postern; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', program, 'bash', ...typed], { encoding: 'utf8' });
  expect(`${stderr}`).toBe('');
  expect(status).toBe(0);
  return stdout.split('\n').filter((line) => line !== '');
}

test.each([
  { typed: ['postern', 'pat'], has: ['paths'], lacks: ['report'] },
  { typed: ['postern', 'neo4j', ''], has: ['push', 'pull', 'hunt'], lacks: ['paths'] },
  { typed: ['postern', 'paths', 'snapshots/demo', '--to'], has: ['--to', '--top'], lacks: ['--from'] },
  { typed: ['postern', 'paths', '--fail-on', 'cr'], has: ['critical'], lacks: ['high'] },
  { typed: ['postern', 'iam', 'simulate', '--format', ''], has: ['json', 'text'], lacks: ['simulate'] },
  { typed: ['postern', 'report', 'snap'], has: ['snapshots'], lacks: ['paths'] },
])('bash completes $typed', async ({ typed, has, lacks }) => {
  const words = await offered(typed);
  expect(words).toEqual(expect.arrayContaining(has));
  for (const word of lacks) expect(words).not.toContain(word);
});

test('fish and zsh have theirs, another shell is an error', async () => {
  expect((await run(['completion', 'fish'])).out).toContain("-l fail-on -x -a 'critical high medium low new none'");
  expect((await run(['completion', 'zsh'])).out).toContain('bashcompinit');
  const { code, err } = await run(['completion', 'tcsh']);
  expect(code).toBe(2);
  expect(err).toContain('one of: bash, fish, zsh');
});
