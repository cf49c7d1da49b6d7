import { createHash } from 'node:crypto';
import type { ExposurePath, Finding } from './assessment.ts';
import { InputError, nearest } from './error.ts';
import { isArray, isObject, type Json } from './json.ts';

/** How something stands to a baseline: `new` was not in it, `updated` is riskier than it was, `unchanged` was accepted as it is. The words of SARIF's `baselineState`. */
export type BaselineState = 'new' | 'unchanged' | 'updated';

/** What was known and accepted at some time: the file that `postern baseline write` makes and `--baseline` reads. */
export interface Baseline {
  readonly schema: 'baseline/v1';
  /** Hash and end of the snapshot that it was made from. */
  readonly snapshot: { readonly hash: string; readonly end: string };
  readonly paths: readonly { readonly id: string; readonly way: string; readonly risk: number; readonly title: string }[];
  readonly findings: readonly { readonly id: string; readonly rule: string; readonly resource: string }[];
}

/** Short hash of the nodes of a path: the same way by another technique is the same way. */
export function wayOf(path: ExposurePath): string {
  const nodes = [path.entry.id, ...path.steps.map((step) => step.to), path.target.id];
  return createHash('sha256').update(nodes.join('\n')).digest('hex').slice(0, 16);
}

/** A path may become a tenth riskier (a factor of the model, a condition) before it counts as updated. */
const tolerated = 1.1;

/** States of paths and findings against a baseline. */
export function againstBaseline(baseline: Baseline): {
  readonly path: (path: ExposurePath) => BaselineState;
  readonly finding: (finding: Finding) => BaselineState;
} {
  const ways = new Map<string, number>();
  for (const { id, way, risk } of baseline.paths) for (const key of [id, way]) ways.set(key, Math.max(risk, ways.get(key) ?? 0));
  const findings = new Set(baseline.findings.map((finding) => finding.id));
  return {
    path: (path) => {
      const known = ways.get(path.id) ?? ways.get(wayOf(path));
      return known === undefined ? 'new' : path.risk > known * tolerated ? 'updated' : 'unchanged';
    },
    finding: (finding) => (findings.has(finding.id) ? 'unchanged' : 'new'),
  };
}

/** Reads a baseline file. @throws InputError with the place of what is wrong */
export function parseBaseline(text: string, file: string): Baseline {
  const fail = (message: string): never => {
    throw new InputError(message, { position: { file }, help: 'postern baseline write SNAP --out FILE makes one' });
  };
  let document: Json;
  try {
    document = JSON.parse(text) as Json;
  } catch (error) {
    return fail(`no JSON: ${error instanceof Error ? error.message.toLowerCase() : ''}`);
  }
  if (!isObject(document) || document['schema'] !== 'baseline/v1') return fail('no baseline/v1');
  for (const key of Object.keys(document)) {
    const near = nearest(key, ['schema', 'snapshot', 'paths', 'findings']);
    if (!['schema', 'snapshot', 'paths', 'findings'].includes(key)) fail(`unknown key \`${key}\`${near === undefined ? '' : `, did you mean ${near}?`}`);
  }
  const { snapshot, paths, findings } = document;
  const rows = (value: Json | undefined, name: string, keys: readonly string[]): readonly Readonly<Record<string, string>>[] => {
    if (!isArray(value)) return fail(`\`${name}\` is not a list`);
    return value.map((row, index) => {
      if (!isObject(row)) return fail(`${name}[${index}] is no map`);
      return Object.fromEntries(
        keys.map((key) => [key, typeof row[key] === 'string' || typeof row[key] === 'number' ? String(row[key]) : fail(`${name}[${index}] has no \`${key}\``)]),
      );
    });
  };
  const source = isObject(snapshot) ? snapshot : fail('no `snapshot`');
  return {
    schema: 'baseline/v1',
    snapshot: { hash: String(source['hash'] ?? ''), end: String(source['end'] ?? '') },
    paths: rows(paths, 'paths', ['id', 'way', 'risk', 'title']).map((row) => ({
      id: row['id'] ?? '',
      way: row['way'] ?? '',
      risk: Number(row['risk']),
      title: row['title'] ?? '',
    })),
    findings: rows(findings, 'findings', ['id', 'rule', 'resource']).map((row) => ({
      id: row['id'] ?? '',
      rule: row['rule'] ?? '',
      resource: row['resource'] ?? '',
    })),
  };
}
