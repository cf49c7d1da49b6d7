import { createHash } from 'node:crypto';
import type { Assessment, ExposurePath, Finding, RuleInfo, Severity } from '../model/assessment.ts';
import { bandOf, controlsByRule, placeText, providerOf } from './facts.ts';
import { stepText } from './path-diagram.ts';
import { undecidedOf, unseen } from './unseen.ts';
import { shortId } from './words.ts';

/** A run per group of accounts, so that the number of accounts never breaks GitHub's limit of 20 runs a file; one run is for the paths. */
const mostGroups = 19;
/** GitHub takes 25,000 results a run. What is over it is counted in a notification, never dropped in silence. */
const mostResults = 25_000;
/** GitHub shows 1,000 locations of a code flow and ten tags of a rule. */
const mostSteps = 1000;
const mostTags = 10;

/** GitHub: over 9.0 is critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, 0.1 to 3.9 low. */
const score: Readonly<Record<Severity, string>> = { critical: '9.5', high: '8.0', medium: '5.5', low: '2.0', info: '0.1' };
const level: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = { critical: 'error', high: 'error', medium: 'warning', low: 'note', info: 'note' };
const region = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };

/**
 * SARIF 2.1.0 as GitHub code scanning takes it (docs.github.com, "SARIF support for code scanning"): a result has at least one physical location with all four region numbers,
 * and `primaryLocationLineHash` is the only fingerprint that is read. Exposure paths are results with their hops as code flows and as a graph.
 */
export function sarif(assessment: Assessment): string {
  const failing = assessment.findings.filter((finding) => finding.result === 'fail' || finding.result === 'suppressed');
  const accounts = [...new Set(failing.map((finding) => finding.account))].sort();
  const groupOf = (account: string): string => (accounts.length <= mostGroups ? account || 'all' : `group-${bucket(account)}`);
  const groups = new Map<string, Finding[]>(accounts.length === 0 ? [['all', []]] : []);
  for (const finding of failing) {
    const list = groups.get(groupOf(finding.account));
    if (list === undefined) groups.set(groupOf(finding.account), [finding]);
    else list.push(finding);
  }
  const runs: object[] = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([group, findings]) => findingsRun(assessment, group, findings));
  runs.push(pathsRun(assessment));
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs }, null, 1)}\n`;
}

/** Groups by a hash of the account, so that a new account moves none of the others. */
const bucket = (account: string): number => createHash('sha256').update(account).digest().readUInt32BE(0) % mostGroups;

function run(assessment: Assessment, category: string, rules: readonly object[], results: readonly object[], notes: readonly string[]): object {
  const { gaps, undecided } = unseen(assessment.completeness, undecidedOf(assessment.findings));
  return {
    tool: {
      driver: {
        name: 'Postern',
        version: assessment.tool.version,
        semanticVersion: assessment.tool.version,
        informationUri: 'https://www.npmjs.com/package/postern',
        rules,
      },
    },
    automationDetails: { id: `postern/${category}/${assessment.snapshot.hash.slice(0, 16)}` },
    invocations: [
      {
        executionSuccessful: true,
        endTimeUtc: assessment.snapshot.end,
        toolExecutionNotifications: [...gaps, ...(undecided === '' ? [] : [undecided]), ...notes].map((text) => ({ level: 'warning', message: { text } })),
      },
    ],
    columnKind: 'utf16CodeUnits',
    results,
    properties: { snapshot: assessment.snapshot.hash, complete: assessment.completeness.complete },
  };
}

function findingsRun(assessment: Assessment, group: string, all: readonly Finding[]): object {
  const findings = all.slice(0, mostResults);
  const used = [...new Set(findings.map((finding) => finding.rule))].sort();
  const index = new Map(used.map((id, position) => [id, position]));
  const controls = controlsByRule(assessment);
  const rules = used.map((id) => ruleObject(id, assessment.rules[id], controls.get(id) ?? []));
  const results = findings.map((finding) => ({
    ruleId: finding.rule,
    ruleIndex: index.get(finding.rule),
    level: level[finding.severity],
    kind: 'fail',
    message: { text: oneLine(finding.message) },
    locations: [location(finding.resource, finding.resourceType, finding.account, finding.region)],
    partialFingerprints: { primaryLocationLineHash: `${finding.id}:1`, 'postern/v1': finding.id },
    ...(finding.evidence.length === 0
      ? {}
      : {
          relatedLocations: finding.evidence.slice(0, 50).map((evidence, id) => ({
            id,
            message: { text: placeText(assessment, evidence) },
            logicalLocations: [{ fullyQualifiedName: `${evidence.resource}#${evidence.pointer}` }],
          })),
        }),
    ...(finding.state === undefined ? {} : { baselineState: finding.state }),
    ...(finding.suppression === undefined
      ? {}
      : {
          suppressions: [accepted(finding.suppression)],
        }),
  }));
  const absent = (assessment.comparison?.fixedFindings ?? []).filter((fixed) => index.has(fixed.rule));
  const notes = all.length > findings.length ? [`${all.length - findings.length} more findings of ${group} are in the JSON report`] : [];
  return run(assessment, group, rules, results, [
    ...notes,
    ...(absent.length > 0 ? [`${absent.length} findings of these rules are fixed since the baseline`] : []),
  ]);
}

function ruleObject(id: string, rule: RuleInfo | undefined, controls: readonly string[]): object {
  if (rule === undefined) return { id, shortDescription: { text: id }, fullDescription: { text: id }, help: { text: id } };
  const { summary, cli, terraform } = rule.remediation;
  const help = [
    `Risk: ${rule.risk}`,
    `Fix: ${summary}`,
    ...(cli === undefined ? [] : [`CLI: ${cli}`]),
    ...(terraform === undefined ? [] : [`Terraform: ${terraform}`]),
    ...(controls.length === 0 ? [] : [`Controls: ${controls.slice(0, 40).join(', ')}`]),
    ...(rule.attack.length === 0 ? [] : [`ATT&CK: ${rule.attack.join(', ')}`]),
  ];
  const [uri] = rule.references.filter((each) => each.startsWith('https://'));
  return {
    id,
    name: id
      .split('.')
      .map((part) => part.split('-').map(capital).join(''))
      .join(''),
    shortDescription: { text: rule.title },
    fullDescription: { text: (rule.description === '' ? rule.risk : rule.description).slice(0, 1024) },
    help: { text: help.join('\n'), markdown: help.map((line) => `- ${line.replace(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&')}`).join('\n') },
    ...(uri === undefined ? {} : { helpUri: uri }),
    defaultConfiguration: { level: level[rule.severity] },
    properties: {
      precision: rule.confidence,
      'security-severity': score[rule.severity],
      'problem.severity': level[rule.severity] === 'note' ? 'recommendation' : level[rule.severity],
      tags: ['security', rule.family, ...rule.attack.map((each) => `external/attack/${each}`), ...rule.categories].slice(0, mostTags),
    },
  };
}

const accepted = ({ reason, owner, expires }: { readonly reason: string; readonly owner: string; readonly expires: string }): object => ({
  kind: 'external',
  status: 'accepted',
  justification: `${reason} (${owner}, until ${expires})`,
});

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ');
/** A segment of a path: nothing in it can climb out of the folder or end the path. */
const segment = (text: string): string => encodeURIComponent(text.replaceAll('/', '_')).replaceAll('.', '%2E') || 'none';

/** A virtual file for each resource: `cloud/aws/ACCOUNT/REGION/type/id.json`. GitHub shows it as the place of the alert. */
function location(id: string, type: string, account: string, where: string): object {
  const uri = ['cloud', providerOf(type), segment(account), segment(where || 'global'), segment(type || 'any'), `${segment(id)}.json`].join('/');
  return {
    physicalLocation: { artifactLocation: { uri }, region },
    logicalLocations: [{ name: oneLine(shortId(id)), fullyQualifiedName: id, kind: 'resource' }],
  };
}

function pathsRun(assessment: Assessment): object {
  const bands = [...new Set(assessment.paths.paths.map((path) => bandOf(path.risk)))];
  const order: readonly Severity[] = ['critical', 'high', 'medium', 'low'];
  const used = order.filter((band) => bands.includes(band));
  // A rule for each band: GitHub reads the severity from the rule, not from the result.
  const rules = used.map((band) => ({
    id: `postern.path.${band}`,
    name: `ExposurePath${capital(band)}`,
    shortDescription: { text: `Exposure path of ${band} risk` },
    fullDescription: { text: 'A way that an intruder can take from outside to what the business values. Every hop is proved by the records that it names.' },
    help: { text: 'Break one hop: each names the records that allow it, and the technique names its fix.' },
    defaultConfiguration: { level: level[band] },
    properties: {
      precision: 'high',
      'security-severity': score[band],
      'problem.severity': level[band] === 'note' ? 'recommendation' : level[band],
      tags: ['security', 'attack-path'],
    },
  }));
  const results = assessment.paths.paths.slice(0, mostResults).map((path) => {
    const band = bandOf(path.risk);
    return {
      ruleId: `postern.path.${band}`,
      ruleIndex: used.indexOf(band),
      level: level[band],
      kind: 'fail',
      rank: Math.min(100, Math.max(0, path.risk)),
      message: { text: oneLine(`${path.entry.name} reaches ${path.target.name} in ${path.steps.length} steps: risk ${path.risk.toFixed(1)}, ${path.verdict}`) },
      locations: [nodeLocation(assessment, path.target.id)],
      partialFingerprints: { primaryLocationLineHash: `${path.id}:1`, 'postern/v1': path.id },
      codeFlows: [codeFlow(assessment, path)],
      graphs: [graph(path)],
      ...(path.state === undefined ? {} : { baselineState: path.state }),
      ...(path.suppression === undefined ? {} : { suppressions: [accepted(path.suppression)] }),
    };
  });
  return run(assessment, 'paths', rules, results, []);
}

function nodeLocation(assessment: Assessment, id: string): object {
  const node = Object.hasOwn(assessment.nodes, id) ? assessment.nodes[id] : undefined;
  return location(id, node?.type ?? '', node?.account ?? '', node?.region ?? '');
}

function codeFlow(assessment: Assessment, path: ExposurePath): object {
  const hops = path.steps.slice(0, mostSteps - 1).map((step) => ({
    location: {
      ...nodeLocation(assessment, step.to),
      message: {
        text: oneLine(
          `${stepText(assessment, step)} (${step.techniques.join(', ')}, likelihood ${step.likelihood.toPrecision(2)}); ${step.evidence.map((each) => placeText(assessment, each)).join('; ')}`,
        ),
      },
    },
    kinds: [step.kind],
    importance: 'essential',
  }));
  const start = { location: { ...nodeLocation(assessment, path.entry.id), message: { text: oneLine(`entry: ${path.entry.name}`) } }, importance: 'essential' };
  return { threadFlows: [{ locations: [start, ...hops] }] };
}

function graph(path: ExposurePath): object {
  const ids = [...new Set([path.entry.id, ...path.steps.flatMap((step) => [step.from, step.to])])];
  return {
    description: { text: 'the path as a graph' },
    nodes: ids.map((id) => ({ id, label: { text: oneLine(shortId(id)) } })),
    edges: path.steps.map((step, index) => ({ id: `${index}`, sourceNodeId: step.from, targetNodeId: step.to, label: { text: step.label } })),
  };
}
