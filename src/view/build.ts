import type { Assessment } from '../model/assessment.ts';
import { type Json, resolvePointer } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import { layoutPaths } from './layout.ts';
import { evidenceKey, legend, type ViewModel } from './view-model.ts';

/** Longest JSON text of one evidence that is put into the page; longer values are cut to their keys. */
const maximum = 4000;

/** Makes the page's data: lays out every listed path and looks up what its evidence points at. */
export async function viewModel(assessment: Assessment, snapshot: Snapshot): Promise<ViewModel> {
  const records: Record<string, Json> = {};
  const all = [
    ...assessment.paths.paths.flatMap((path) => path.steps.flatMap((step) => step.evidence)),
    ...assessment.findings.flatMap((finding) => finding.evidence),
  ];
  for (const evidence of all) {
    const key = evidenceKey(evidence);
    if (key in records) continue;
    const record = snapshot.find(evidence.resource);
    if (record === undefined) continue;
    const value = resolvePointer(record as unknown as Json, evidence.pointer);
    if (value !== undefined) records[key] = short(value);
  }
  return { schema: 'view/v1', assessment, diagrams: await layoutPaths(assessment), records, legend: legend(assessment) };
}

function short(value: Json): Json {
  const text = JSON.stringify(value);
  return text.length <= maximum ? value : `${text.slice(0, maximum)}…`;
}
