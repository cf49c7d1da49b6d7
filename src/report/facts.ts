import { createHash } from 'node:crypto';
import type { Assessment, ChokePlace, PathsReport, Severity } from '../model/assessment.ts';

/** From which risk a path counts as this severity. One table for exit codes, reports and the viewer. */
export const riskBands: readonly (readonly [Severity, number])[] = [
  ['critical', 60],
  ['high', 30],
  ['medium', 10],
  ['low', 0],
];

export const bandOf = (risk: number): Severity => riskBands.find(([, least]) => risk >= least)?.[0] ?? 'low';

/** Grants and rules by what of the risk is gone without them, most first: settings are seen on the paths themselves. */
export function endingPlaces(report: PathsReport): readonly ChokePlace[] {
  return report.chokePlaces.filter(({ nature, ends }) => nature !== 'setting' && ends > 0).sort((a, b) => b.ends - a.ends);
}

/** `cis-aws@7.0 5.2` for every control that a rule checks, by rule id. */
export function controlsByRule(assessment: Assessment): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const framework of assessment.frameworks) {
    for (const control of framework.controls) {
      for (const rule of control.rules) {
        const list = found.get(rule);
        const text = `${framework.id}@${framework.version} ${control.id}`;
        if (list === undefined) found.set(rule, [text]);
        else list.push(text);
      }
    }
  }
  return found;
}

/** `aws`, `azure`, `entra` of a resource type: the names are the providers' own. */
export function providerOf(resourceType: string): 'aws' | 'azure' | 'entra' | 'other' {
  if (resourceType.startsWith('AWS::')) return 'aws';
  if (resourceType.startsWith('Microsoft.Graph/')) return 'entra';
  return resourceType.startsWith('Microsoft.') ? 'azure' : 'other';
}

/** The namespace of our name-based UUIDs; made once, at random. */
const namespace = Buffer.from('6f1b7a52c0de4b0e9a3d5e8f71c2d946', 'hex');

/** A UUID of version 5 (RFC 9562, 5.5): it follows from its parts alone, so it is the same in every run. */
export function stableUuid(...parts: readonly string[]): string {
  const bytes = createHash('sha1').update(namespace).update(parts.join('\n')).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** `records/…/AWS-S3-Bucket.ndjson.gz:12#/config/Policy`: where in the snapshot a fact stands. */
export function placeText(assessment: Assessment, evidence: { readonly resource: string; readonly pointer: string }): string {
  const place = Object.hasOwn(assessment.records, evidence.resource) ? assessment.records[evidence.resource] : undefined;
  return place === undefined ? `${evidence.resource}#${evidence.pointer}` : `${place.file}:${place.line}#${evidence.pointer}`;
}
