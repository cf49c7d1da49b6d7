import type { Assessment, ExposurePath, Finding, FindingResult, Severity } from '../model/assessment.ts';
import type { BaselineState } from '../model/baseline.ts';
import { bandOf, controlsByRule, placeText, providerOf } from './facts.ts';
import { shortId } from './words.ts';

const version = '1.8.0';
/** severity_id of OCSF: 1 Informational to 5 Critical. */
const severities: Readonly<Record<Severity, readonly [number, string]>> = {
  info: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
};
/** compliance.status_id: 1 Pass, 2 Warning, 3 Fail, 0 Unknown. */
const statuses: Readonly<Record<FindingResult, readonly [number, string]>> = {
  pass: [1, 'Pass'],
  fail: [3, 'Fail'],
  suppressed: [3, 'Fail'],
  unknown: [0, 'Unknown'],
  error: [0, 'Unknown'],
};
const confidence: Readonly<Record<string, number>> = { 'very-high': 3, high: 3, medium: 2, low: 1 };
const providers = { aws: 'AWS', azure: 'Azure', entra: 'Microsoft Entra ID', other: 'Other' } as const;
const identityFamilies = ['authentication', 'authorization', 'administration'];

/**
 * OCSF 1.8: class 2003 Compliance Finding for resources, 2008 IAM Analysis Finding for what principals may do, 2004 Detection Finding with `attack_graph` for exposure
 * paths. One event a line inside one JSON array. `finding_info.uid` is the finding's id: the same in every run.
 */
export function ocsf(assessment: Assessment): string {
  const controls = controlsByRule(assessment);
  const events = [
    ...assessment.paths.paths.map((path) => pathEvent(assessment, path, path.state)),
    ...assessment.findings.map((finding) => findingEvent(assessment, finding, controls.get(finding.rule) ?? [], finding.state)),
  ];
  return events.length === 0 ? '[]\n' : `[\n${events.map((event) => JSON.stringify(event)).join(',\n')}\n]\n`;
}

interface EventClass {
  readonly uid: number;
  readonly name: string;
}
const compliance: EventClass = { uid: 2003, name: 'Compliance Finding' };
const detection: EventClass = { uid: 2004, name: 'Detection Finding' };
const analysis: EventClass = { uid: 2008, name: 'IAM Analysis Finding' };

function common(assessment: Assessment, kind: EventClass, severity: Severity, state: BaselineState | undefined): object {
  // activity 1 Create, 2 Update: a finding that the baseline knew is updated.
  const activity = state === 'unchanged' ? 2 : 1;
  return {
    activity_id: activity,
    activity_name: activity === 1 ? 'Create' : 'Update',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: kind.uid,
    class_name: kind.name,
    type_uid: kind.uid * 100 + activity,
    type_name: `${kind.name}: ${activity === 1 ? 'Create' : 'Update'}`,
    severity_id: severities[severity][0],
    severity: severities[severity][1],
    time: Date.parse(assessment.snapshot.end),
    metadata: {
      version,
      profiles: ['cloud'],
      product: { name: 'Postern', vendor_name: 'Postern', version: assessment.tool.version },
      correlation_uid: assessment.snapshot.hash,
    },
  };
}

function cloud(resourceType: string, account: string, region: string): object {
  return {
    provider: providers[providerOf(resourceType)],
    ...(account === '' ? {} : { account: { uid: account } }),
    ...(region === '' ? {} : { region }),
  };
}

function findingEvent(assessment: Assessment, finding: Finding, controls: readonly string[], state: BaselineState | undefined): object {
  const rule = assessment.rules[finding.rule];
  const identity = rule !== undefined && identityFamilies.includes(rule.family) && assessment.nodes[finding.resource]?.kind === 'Principal';
  const name = assessment.nodes[finding.resource]?.name ?? shortId(finding.resource);
  const [statusId, status] = statuses[finding.result];
  const standards = [...new Set(controls.map((each) => each.split(' ')[0] ?? ''))];
  return {
    ...common(assessment, identity ? analysis : compliance, finding.severity, state),
    // 1 New, 2 In Progress, 3 Suppressed, 4 Resolved.
    status_id: finding.result === 'suppressed' ? 3 : finding.result === 'pass' ? 4 : state === 'unchanged' ? 2 : 1,
    status_detail:
      finding.suppression === undefined ? finding.result : `${finding.suppression.reason} (${finding.suppression.owner}, until ${finding.suppression.expires})`,
    message: finding.message,
    ...(rule === undefined ? {} : { confidence_id: confidence[rule.confidence] ?? 0 }),
    finding_info: {
      uid: finding.id,
      title: finding.title,
      desc: rule?.risk ?? finding.title,
      types: rule === undefined ? [] : [rule.family, ...rule.categories],
      analytic: { uid: finding.rule, name: finding.title, type_id: 1, type: 'Rule' },
      attacks: (rule?.attack ?? []).map(attack),
      created_time: Date.parse(assessment.snapshot.end),
    },
    resources:
      finding.resource === ''
        ? []
        : [{ uid: finding.resource, name, type: finding.resourceType, ...(finding.region === '' ? {} : { region: finding.region }) }],
    cloud: cloud(finding.resourceType, finding.account, finding.region),
    ...(rule === undefined ? {} : { remediation: { desc: rule.remediation.summary, references: rule.references } }),
    ...(identity
      ? {
          user: { uid: finding.resource, name },
          permission_analysis_results: [
            { policy: { uid: finding.evidence[0]?.resource ?? finding.resource, data: finding.evidence.map((each) => placeText(assessment, each)) } },
          ],
        }
      : {
          compliance: { control: finding.rule, status_id: statusId, status, standards, requirements: controls },
          evidences: finding.evidence.length === 0 ? [] : [{ data: finding.evidence.map((each) => ({ place: placeText(assessment, each), ...each })) }],
        }),
    ...(finding.missing === undefined ? {} : { unmapped: { missing: finding.missing } }),
  };
}

/** `T1078.004` is a technique with its sub-technique. */
function attack(id: string): object {
  const [technique = id, sub] = id.split('.');
  return { technique: { uid: technique }, ...(sub === undefined ? {} : { sub_technique: { uid: id } }) };
}

function pathEvent(assessment: Assessment, path: ExposurePath, state: BaselineState | undefined): object {
  const severity = bandOf(path.risk);
  const ids = [...new Set([path.entry.id, ...path.steps.flatMap((step) => [step.from, step.to])])];
  const target = assessment.nodes[path.target.id];
  const attacks = [...new Set(path.steps.flatMap((step) => step.techniques.flatMap((id) => assessment.techniques[id]?.attack ?? [])))];
  const fixes = [...new Set(path.steps.flatMap((step) => step.techniques.map((id) => assessment.techniques[id]?.fix ?? '')))].filter((fix) => fix !== '');
  return {
    ...common(assessment, detection, severity, state),
    status_id: state === 'unchanged' ? 2 : 1,
    message: `${path.entry.name} reaches ${path.target.name} in ${path.steps.length} steps`,
    risk_score: Math.round(path.risk),
    confidence_id: path.verdict === 'proven' ? 3 : 2,
    finding_info: {
      uid: path.id,
      title: `Exposure path from ${path.entry.name} to ${path.target.name}`,
      desc: `risk ${path.risk.toFixed(1)} = likelihood ${path.likelihood.toPrecision(3)} x value ${path.value}, ${path.verdict}`,
      types: ['attack-path'],
      attacks: attacks.map(attack),
      created_time: Date.parse(assessment.snapshot.end),
      attack_graph: {
        uid: path.id,
        is_directed: true,
        nodes: ids.map((id) => ({ uid: id, name: assessment.nodes[id]?.name ?? shortId(id), type: assessment.nodes[id]?.kind ?? '' })),
        edges: path.steps.map((step, index) => ({
          uid: `${path.id}-${index}`,
          name: step.label,
          relation: step.kind,
          source: step.from,
          target: step.to,
          is_directed: true,
          data: { techniques: step.techniques, likelihood: step.likelihood, evidence: step.evidence.map((each) => placeText(assessment, each)) },
        })),
      },
    },
    resources: [{ uid: path.target.id, name: path.target.name, type: target?.type ?? path.target.kind }],
    cloud: cloud(target?.type ?? '', target?.account ?? '', target?.region ?? ''),
    ...(fixes.length === 0 ? {} : { remediation: { desc: fixes.join('; ') } }),
  };
}
