import type { Assessment } from '../model/assessment.ts';
import type { Evidence } from '../model/evidence.ts';
import { canonicalJson, type Json, resolvePointer } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';

/**
 * Follows every piece of evidence of a report into a snapshot: the record must be there, in the file and line that the report says, the pointer must lead to something or
 * to a place that is known to be empty, and what the report says stands there must stand there.
 */
export function evidenceProblems(report: Assessment, snapshot: Snapshot): { readonly checked: number; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const places = new Map<string, string>();
  const lines = new Map<string, number>();
  const files = new Map(snapshot.manifest.files.map((file) => [`${file.type}\n${file.account}\n${file.region}`, file.path]));
  for (const record of snapshot.all()) {
    const key = `${record.type}\n${record.account}\n${record.region}`;
    const line = (lines.get(key) ?? 0) + 1;
    lines.set(key, line);
    places.set(record.id, `${files.get(key)}:${line}`);
  }
  let checked = 0;
  const follow = (what: string, each: Evidence & { readonly actual?: Json }): void => {
    checked++;
    const record = snapshot.find(each.resource);
    if (record === undefined) {
      problems.push(`${what}: no record ${each.resource} in the snapshot`);
      return;
    }
    const told = report.records[each.resource];
    if (told === undefined || `${told.file}:${told.line}` !== places.get(record.id))
      problems.push(
        `${what}: the record ${each.resource} does not stand at ${told === undefined ? 'any place that the report names' : `${told.file}:${told.line}`}`,
      );
    if (isAboutResource(each.pointer)) return;
    const value = resolvePointer({ ...record } as unknown as Json, each.pointer);
    if (each.actual !== undefined && (value === undefined || canonicalJson(value) !== canonicalJson(each.actual)))
      problems.push(`${what}: ${each.resource}#${each.pointer} is not what the report says stands there`);
    // A rule may rest on nothing being there; then the place before the last name must exist.
    else if (value === undefined && resolvePointer({ ...record } as unknown as Json, each.pointer.split('/').slice(0, 2).join('/')) === undefined)
      problems.push(`${what}: ${each.resource}#${each.pointer} leads nowhere`);
  };
  for (const finding of report.findings) for (const each of finding.evidence) follow(`finding ${finding.id}`, each);
  for (const path of report.paths.paths)
    for (const [index, step] of path.steps.entries()) for (const each of step.evidence) follow(`path ${path.id}, hop ${index + 1}`, each);
  return { checked, problems };
}

/** `/resource/name` is what every resource has (name, tags), read from its record by the type's declaration: the record is the evidence. */
const isAboutResource = (pointer: string): boolean => pointer === '/resource' || pointer.startsWith('/resource/');

/** What a report says otherwise than an assessment made now, by finding and path. */
export function assessmentDifferences(report: Assessment, now: Assessment): readonly string[] {
  const problems: string[] = [];
  const compare = <T extends { readonly id: string }>(what: string, told: readonly T[], made: readonly T[]): void => {
    const here = new Map(made.map((each) => [each.id, JSON.stringify(each)]));
    const there = new Set(told.map((each) => each.id));
    for (const each of told) {
      const other = here.get(each.id);
      if (other === undefined) problems.push(`${what} ${each.id} does not follow from the snapshot`);
      else if (other !== JSON.stringify(each)) problems.push(`${what} ${each.id} is not what follows from the snapshot`);
    }
    for (const each of made) if (!there.has(each.id)) problems.push(`${what} ${each.id} follows from the snapshot and is not in the report`);
  };
  compare('finding', report.findings, now.findings);
  compare('path', report.paths.paths, now.paths.paths);
  for (const key of ['snapshot', 'completeness', 'summary', 'frameworks', 'records'] as const)
    if (problems.length === 0 && JSON.stringify(report[key]) !== JSON.stringify(now[key])) problems.push(`\`${key}\` is not what follows from the snapshot`);
  return problems;
}
