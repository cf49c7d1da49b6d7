import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { main } from '../../src/cli/main.ts';
import { describeWith } from '../servers/describe-with.ts';
import { type Moto, startMoto } from '../servers/moto.ts';

const root = process.cwd();
const home = mkdtempSync(path.join(os.tmpdir(), 'postern-deploy-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const text = (name: string): string => readFileSync(path.join(root, name), 'utf8');

interface Ran {
  readonly code: number | null;
  readonly out: string;
}
/** Runs a script. Not synchronously: the server that it asks writes its log to this process, which must go on reading it. */
async function shell(script: string, options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv; readonly sh?: string }): Promise<Ran> {
  const env = { PATH: `${path.join(home, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: home, TZ: 'UTC', ...options.env };
  const child = spawn(options.sh ?? 'bash', ['-e', '-c', script], { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 300_000 });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (out += data.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, out };
}

/** The package as npm packs it, with the dependencies of this checkout, behind the names that scripts call it by. */
function packed(): void {
  const folder = path.join(home, 'packed');
  mkdirSync(folder, { recursive: true });
  const made = spawnSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: root, encoding: 'utf8' });
  const file = made.stdout.trim().split('\n').at(-1) ?? '';
  expect(spawnSync('tar', ['xzf', path.join(folder, file), '-C', folder]).status).toBe(0);
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'package', 'node_modules'));
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package', 'package.json'), 'utf8')) as { bin: { postern: string } };
  mkdirSync(path.join(home, 'bin'));
  const script = (name: string, lines: readonly string[]): void => {
    writeFileSync(path.join(home, 'bin', name), ['#!/bin/sh', ...lines, ''].join('\n'));
    chmodSync(path.join(home, 'bin', name), 0o755);
  };
  script('postern', [`exec "${process.execPath}" "${path.join(folder, 'package', manifest.bin.postern)}" "$@"`]);
  // `npx --yes postern@VERSION …` with nothing fetched.
  script('npx', ['[ "$1" = --yes ] || exit 64', 'shift', 'case "$1" in postern|postern@*) shift ;; *) exit 64 ;; esac', 'exec postern "$@"']);
}

describeWith('MOTO', 'what stands in deploy, run on the packed package', () => {
  let moto: Moto;
  let cwd: string;
  beforeAll(async () => {
    packed();
    moto = await startMoto();
  }, 120_000);
  afterAll(async () => moto?.stop());
  beforeEach(() => {
    cwd = mkdtempSync(path.join(home, 'run-'));
  });

  const action = parse(text('action.yml')) as {
    inputs: Record<string, { default: string }>;
    runs: { steps: { id?: string; run?: string; env?: Record<string, string> }[] };
  };
  const runAction = async (inputs: Readonly<Record<string, string>>) => {
    const given: Record<string, string> = Object.fromEntries(
      Object.entries(action.inputs).map(([name, { default: preset }]) => [name, inputs[name] ?? preset]),
    );
    const [output, summary] = [path.join(cwd, 'output'), path.join(cwd, 'summary')];
    for (const file of [output, summary]) writeFileSync(file, '');
    const outputs = (): Record<string, string> =>
      Object.fromEntries(
        readFileSync(output, 'utf8')
          .trim()
          .split('\n')
          .map((line) => line.split('=') as [string, string]),
      );
    const codes: Ran[] = [];
    for (const { run, env = {} } of action.runs.steps) {
      if (run === undefined) continue;
      const filled = Object.entries(env).map(([name, value]): [string, string] => [
        name,
        value
          .replace(/\$\{\{ inputs\.([\w-]+) \}\}/, (_all, input: string) => given[input] ?? '')
          .replace(/\$\{\{ steps\.scan\.outputs\.(\w+) \}\}/, (_all, output: string) => outputs()[output] ?? ''),
      ]);
      codes.push(await shell(run, { cwd, env: { ...moto.env, ...Object.fromEntries(filled), GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary } }));
    }
    return { scan: codes[0], decide: codes[1], outputs: outputs(), summary: readFileSync(summary, 'utf8') };
  };

  test('the action: nothing counts, everything is written', async () => {
    const { scan, decide, outputs, summary } = await runAction({ 'fail-on': 'none', arguments: '--regions us-east-1', framework: 'cis-aws' });
    expect([scan, decide?.code]).toEqual([{ code: 0, out: expect.any(String) }, 0]);
    expect(outputs).toEqual({ sarif: 'postern/postern.sarif', snapshot: 'postern/snapshot', code: '0' });
    expect((JSON.parse(readFileSync(path.join(cwd, outputs['sarif'] ?? ''), 'utf8')) as { version: string }).version).toBe('2.1.0');
    expect(existsSync(path.join(cwd, outputs['snapshot'] ?? '', 'manifest.json'))).toBe(true);
    expect(summary).toMatch(/^#/);
  }, 300_000);

  test('the action: findings fail the build, after the report stands', async () => {
    const { scan, decide, outputs } = await runAction({ 'fail-on': 'low', arguments: '--regions us-east-1' });
    // What the scan said stands in the failure, should it not say what is expected.
    expect([scan?.code, decide?.code === 1 ? '' : scan?.out, decide?.code, outputs['code']]).toEqual([0, '', 1, '1']);
    expect(existsSync(path.join(cwd, 'postern', 'postern.sarif'))).toBe(true);
  }, 300_000);

  test('the action: wrong input is no finding, and an input is never run as script', async () => {
    const { decide, outputs } = await runAction({ arguments: '--regions us-east-1 $(touch${IFS}broken) ; touch broken' });
    expect([decide?.code, outputs['code']]).toEqual([2, '2']);
    expect(existsSync(path.join(cwd, 'broken'))).toBe(false);
  }, 300_000);

  test('the job of GitLab: signs in, scans, leaves results and no token', async () => {
    const job = (parse(text('deploy/gitlab/postern.gitlab-ci.yml')) as { postern: Record<string, unknown> }).postern as unknown as {
      variables: Record<string, string>;
      before_script: string[];
      script: string[];
      after_script: string[];
      artifacts: { paths: string[]; reports: { junit: string } };
    };
    const variables = Object.fromEntries(Object.entries(job.variables).map(([name, value]) => [name, value.replace('$CI_PROJECT_DIR', cwd)]));
    const env = { ...moto.env, ...variables, POSTERN_FAIL_ON: 'none', POSTERN_ARGUMENTS: '--regions us-east-1', POSTERN_ID_TOKEN: 'a.b.c' };
    const token = path.join(cwd, '.postern-token');
    expect((await shell(job.before_script.join('\n'), { cwd, env, sh: 'sh' })).code).toBe(0);
    expect([readFileSync(token, 'utf8'), statSync(token).mode & 0o777]).toEqual(['a.b.c', 0o600]);
    const scan = await shell(job.script.join('\n'), { cwd, env, sh: 'sh' });
    expect(scan).toEqual({ code: 0, out: expect.any(String) });
    expect((await shell(job.after_script.join('\n'), { cwd, env, sh: 'sh' })).code).toBe(0);
    expect(existsSync(token)).toBe(false);
    for (const file of [...job.artifacts.paths, job.artifacts.reports.junit]) expect([file, statSync(path.join(cwd, file)).size > 100]).toEqual([file, true]);
  }, 300_000);

  test('the unit of systemd: scans, tells numbers, keeps what it is told to keep', async () => {
    const unit = text('deploy/systemd/postern.service');
    const lines = (key: string): readonly string[] =>
      [...unit.matchAll(new RegExp(`^${key}=(?:/bin/sh -c '(.*)'|(.*))$`, 'gm'))].map((found) =>
        (found[1] ?? found[2] ?? '').replaceAll('%%', '%').replaceAll('/var/lib/postern', cwd),
      );
    const env = { ...moto.env, POSTERN_ARGUMENTS: '--regions us-east-1', POSTERN_WEBHOOK_URL: '' };
    const run = async (key: string): Promise<readonly Ran[]> =>
      Promise.all(lines(key).map((line) => shell(line.replace(' --notify', ''), { cwd, env, sh: 'sh' })));
    for (const key of ['ExecStartPre', 'ExecStart', 'ExecStartPost'])
      expect([key, await run(key)]).toEqual([key, [{ code: key === 'ExecStart' ? 1 : 0, out: expect.any(String) }]]);
    expect(readdirSync(path.join(cwd, 'snapshots'))).toHaveLength(1);
    expect(readFileSync(path.join(cwd, 'postern.prom'), 'utf8')).toContain('# TYPE');
    expect(unit).toContain('SuccessExitStatus=1');
  }, 300_000);
});

describe('lints', () => {
  const systemd = spawnSync('systemd-analyze', ['--version']).status === 0;
  (systemd ? test : test.skip)('systemd-analyze finds nothing wrong in the units', () => {
    const units = ['postern.service', 'postern.timer'].map((name) => path.join('deploy', 'systemd', name));
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...units], { cwd: root, encoding: 'utf8' });
    expect([status, `${stdout}${stderr}`]).toEqual([0, '']);
  });
});

describeWith('DEPLOY', 'what the tools of each place say', () => {
  const tool = (name: string): string => path.join(process.env['POSTERN_TEST_DEPLOY'] ?? '', 'bin', name);
  const scripts = (): readonly (readonly [string, string])[] => {
    const action = parse(text('action.yml')) as { runs: { steps: { run?: string }[] } };
    const gitlab = parse(text('deploy/gitlab/postern.gitlab-ci.yml')) as { postern: Record<string, string[]> };
    const units = [...text('deploy/systemd/postern.service').matchAll(/^Exec\w+=\/bin\/sh -c '(.*)'$/gm)].map((found) =>
      (found[1] ?? '').replaceAll('%%', '%'),
    );
    return [
      ...action.runs.steps.flatMap(({ run }) => (run === undefined ? [] : [['bash', run] as const])),
      ...['before_script', 'script', 'after_script'].map((key) => ['sh', (gitlab.postern[key] ?? []).join('\n')] as const),
      ...units.map((unit) => ['sh', unit] as const),
    ];
  };

  test('hadolint: the Dockerfile', () => {
    const { status, stdout } = spawnSync(tool('hadolint'), ['deploy/docker/Dockerfile'], { cwd: root, encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, '']);
  });

  test('shellcheck: every script', () => {
    expect(scripts().length).toBeGreaterThanOrEqual(6);
    for (const [dialect, script] of scripts()) {
      // SC2086: the arguments of a job are words on purpose.
      const { status, stdout } = spawnSync(tool('shellcheck'), ['-s', dialect, '-e', 'SC2086', '-'], { input: script, encoding: 'utf8' });
      expect([script, status, stdout]).toEqual([script, 0, '']);
    }
  });

  test('zizmor: the action', () => {
    // Which commit of somebody else’s action is meant is for the one who copies it.
    const rules = path.join(home, 'zizmor.yml');
    writeFileSync(rules, 'rules: { unpinned-uses: { disable: true } }\n');
    const { status, stdout, stderr } = spawnSync(tool('zizmor'), ['--offline', '--no-progress', '--config', rules, 'action.yml'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('No findings to report')]);
  });
});

describeWith('HELM', 'the chart', () => {
  const render = (...sets: readonly string[]) => {
    const helm = path.join(process.env['POSTERN_TEST_HELM'] ?? '', 'helm');
    return spawnSync(helm, ['template', 'nightly', 'deploy/helm', ...sets.flatMap((set) => ['--set', set])], { cwd: root, encoding: 'utf8' });
  };
  const all = ['notify=true', 'secret=webhook', 'storage.className=fast', 'arguments={--org,--regions=eu-west-1}', 'failOn=critical'];

  test.each([{ sets: [] }, { sets: all }])('renders to resources that Kubernetes takes: $sets', ({ sets }) => {
    const { status, stdout, stderr } = render(...sets);
    expect([status, stderr]).toEqual([0, '']);
    const documents = parseAllDocuments(stdout).map((document) => document.toJS() as { kind: string });
    expect(documents.map(({ kind }) => kind)).toEqual(['ServiceAccount', 'PersistentVolumeClaim', 'CronJob']);
    const validate = path.join(process.env['POSTERN_TEST_DEPLOY'] ?? '', 'bin', 'kubernetes-validate');
    const file = path.join(home, `chart-${sets.length}.yaml`);
    writeFileSync(file, stdout);
    const checked = spawnSync(validate, ['--strict', file], { encoding: 'utf8' });
    expect([checked.status, checked.stderr]).toEqual([0, '']);
  });

  test('its containers call commands that exist, with flags that they have', async () => {
    const job = parseAllDocuments(render(...all).stdout)[2]?.toJS() as {
      spec: { jobTemplate: { spec: { template: { spec: { containers: { args: string[] }[]; initContainers: { args: string[] }[] } } } } };
    };
    const { containers, initContainers } = job.spec.jobTemplate.spec.template.spec;
    for (const { args } of [...containers, ...initContainers]) {
      let err = '';
      const io = {
        out: () => undefined,
        err: (line: string) => {
          err += line;
        },
        stdoutIsTerminal: false,
        stderrIsTerminal: false,
        env: {},
        stdin: async () => '',
      };
      // `--help` stops every command after its flags were read.
      const code = await main([...args, '--help'], { ...io, signal: new AbortController().signal });
      expect([args, code, err]).toEqual([args, 0, '']);
    }
  });
});
