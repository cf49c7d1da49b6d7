import type { Assessment, PathStep } from '../model/assessment.ts';
import { append } from '../model/multimap.ts';
import { placeText } from './facts.ts';

/**
 * BloodHound OpenGraph: what the exposure paths go through. Its ids must not hold a colon and its properties are plain values or lists of one kind
 * (bloodhound.specterops.io, "OpenGraph requirements"), so ids are written with `%3A` and the original one stands in `postern_id`.
 */
export function opengraph(assessment: Assessment): string {
  const steps = new Map<string, PathStep>();
  const ids = new Set<string>();
  for (const path of assessment.paths.paths) {
    ids.add(path.entry.id).add(path.target.id);
    for (const step of path.steps) {
      ids.add(step.from).add(step.to);
      steps.set(`${step.from}\n${step.kind}\n${step.to}`, step);
    }
  }
  const failed = new Map<string, string[]>();
  for (const finding of assessment.findings) {
    if (finding.result !== 'fail' || !ids.has(finding.resource)) continue;
    append(failed, finding.resource, finding.rule);
  }
  const values = new Map(assessment.paths.paths.map((path) => [path.target.id, path.value]));
  const nodes = [...ids].sort().map((id) => {
    const node = assessment.nodes[id];
    return {
      id: plain(id),
      kinds: kinds(node?.kind ?? 'Node', node?.type ?? ''),
      properties: {
        name: node?.name ?? id,
        postern_id: id,
        account: node?.account ?? '',
        region: node?.region ?? '',
        ...(values.has(id) ? { value: values.get(id) } : {}),
        findings: [...new Set(failed.get(id) ?? [])].sort(),
      },
    };
  });
  const edges = [...steps.keys()].sort().flatMap((key) => {
    const step = steps.get(key);
    if (step === undefined) return [];
    return [
      {
        kind: `Postern_${step.kind}`,
        start: { value: plain(step.from), match_by: 'id' },
        end: { value: plain(step.to), match_by: 'id' },
        properties: { techniques: step.techniques, likelihood: step.likelihood, evidence: step.evidence.map((each) => placeText(assessment, each)) },
      },
    ];
  });
  return `${JSON.stringify({ metadata: { source_kind: 'Postern_Base' }, graph: { nodes, edges } }, null, 1)}\n`;
}

const plain = (id: string): string => id.replaceAll('%', '%25').replaceAll(':', '%3A');

/** At most three kinds, each with a prefix: ours, and the provider's type. */
function kinds(kind: string, type: string): readonly string[] {
  const own = `Postern_${kind}`;
  return type === '' ? [own] : [own, type.replaceAll('::', '_').replace(/[^A-Za-z0-9_]/g, '_')];
}
