import type { Assessment, ControlResult, Finding, FrameworkResult } from '../model/assessment.ts';
import { append } from '../model/multimap.ts';
import { placeText, stableUuid } from './facts.ts';
import { stepText } from './path-diagram.ts';
import { gapTexts, shortId } from './words.ts';

/** NIST's release whose schema the output is tested against. */
const version = '1.2.3';

/**
 * OSCAL assessment results: one result over the snapshot. A control that could be decided is a finding with the observations that decided it; one that needs a person, or
 * that no rule checks, is excluded from the reviewed controls and named as such. Exposure paths are risks.
 */
export function oscal(assessment: Assessment): string {
  const { snapshot } = assessment;
  const seed = (...parts: readonly string[]): string => stableUuid(snapshot.hash, ...parts);
  const origins = [{ actors: [{ type: 'tool', 'actor-uuid': seed('tool') }] }];
  const failing = assessment.findings.filter((finding) => finding.result !== 'pass' && finding.resource !== '');
  const subjects = [...new Set(failing.map((finding) => finding.resource))].sort();
  const result = {
    uuid: seed('result'),
    title: 'Postern assessment',
    description: line(`Assessment of the cloud accounts ${snapshot.accounts.join(', ') || '(none)'} from a snapshot of their configuration.`),
    start: snapshot.start,
    end: snapshot.end,
    props: [
      { name: 'snapshot-sha256', ns, value: snapshot.hash },
      { name: 'collection-complete', ns, value: String(assessment.completeness.complete) },
      ...gapTexts(assessment.completeness).map((gap) => ({ name: 'not-collected', ns, value: line(gap) })),
    ],
    'local-definitions': some({
      components: [
        {
          uuid: seed('tool'),
          type: 'software',
          title: 'Postern',
          description: 'The tool that made this assessment.',
          props: [{ name: 'version', value: assessment.tool.version }],
          status: { state: 'operational' },
        },
      ],
      'inventory-items': subjects.map((id) => ({
        uuid: seed('subject', id),
        description: line(assessment.nodes[id]?.name ?? shortId(id)),
        props: [
          { name: 'asset-id', value: line(id) },
          ...(assessment.nodes[id] === undefined ? [] : [{ name: 'asset-type', value: line(assessment.nodes[id].type || assessment.nodes[id].kind) }]),
        ],
      })),
    }),
    'reviewed-controls': { 'control-selections': selections(assessment.frameworks) },
    ...some({
      observations: failing.map((finding) => observation(assessment, finding, seed, origins)),
      risks: assessment.paths.paths.map((path) => ({
        uuid: seed('risk', path.id),
        title: line(`Exposure path from ${path.entry.name} to ${path.target.name}`),
        description: path.steps.map((step) => `- ${line(stepText(assessment, step))}`).join('\n') || 'no step',
        statement: line(`Risk ${path.risk.toFixed(1)} of 100: likelihood ${path.likelihood.toPrecision(3)} times value ${path.value}; ${path.verdict}.`),
        status: 'open',
        origins,
      })),
      findings: assessment.frameworks.flatMap((framework) => controlFindings(framework, failing, seed, origins)),
    }),
  };
  const plan = seed('plan');
  const document = {
    'assessment-results': {
      uuid: seed('assessment-results'),
      metadata: { title: 'Postern assessment results', 'last-modified': snapshot.end, version: snapshot.hash.slice(0, 16), 'oscal-version': version },
      'import-ap': { href: `#${plan}`, remarks: 'No assessment plan stands behind an automated run; the snapshot says what was looked at.' },
      results: [result],
      'back-matter': {
        resources: [
          {
            uuid: plan,
            title: 'Snapshot manifest',
            description: 'The manifest of the snapshot that was assessed. It names the SHA-256 of every file of records.',
            rlinks: [{ href: 'manifest.json', hashes: [{ algorithm: 'SHA-256', value: snapshot.hash }] }],
          },
        ],
      },
    },
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

const ns = 'https://postern.dev/ns/oscal';

/** OSCAL's text: one line, not empty, no white space at its ends. */
const line = (text: string): string => text.replace(/\s+/g, ' ').trim() || '-';

/** OSCAL has no empty lists: a key without members stays away. */
const some = <T extends Readonly<Record<string, readonly unknown[]>>>(lists: T): Partial<T> =>
  Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)) as Partial<T>;

/** A control's id as OSCAL's token. NIST's own catalogue writes `AC-2(1)` as `ac-2.1`; ids that start with a digit get the framework before them. */
export function controlToken(framework: { readonly id: string }, id: string): string {
  if (framework.id.startsWith('nist-800-53')) return id.toLowerCase().replace(/\((\d+)\)/g, '.$1');
  const safe = id.replace(/[^A-Za-z0-9._-]/g, '_');
  return /^[A-Za-z_]/.test(safe) ? safe : `${framework.id}_${safe}`;
}

const decided = (control: ControlResult): boolean => control.coverage === 'automated' || control.coverage === 'not-collected' || control.result === 'fail';

function selections(frameworks: readonly FrameworkResult[]): readonly object[] {
  if (frameworks.length === 0) return [{ description: 'No framework was asked for.', 'include-all': {} }];
  return frameworks.map((framework) => {
    const ids = (controls: readonly ControlResult[]) =>
      [...new Set(controls.map((control) => controlToken(framework, control.id)))].map((id) => ({ 'control-id': id }));
    return {
      description: line(`${framework.title} ${framework.version}`),
      ...some({
        'include-controls': ids(framework.controls.filter(decided)),
        'exclude-controls': ids(framework.controls.filter((control) => !decided(control))),
      }),
      remarks: `Excluded: ${framework.coverage.manual} controls need a person, ${framework.coverage.uncovered} have no automated check.`,
    };
  });
}

type Seed = (...parts: readonly string[]) => string;

function observation(assessment: Assessment, finding: Finding, seed: Seed, origins: readonly object[]): object {
  return {
    uuid: seed('observation', finding.id),
    title: line(finding.title),
    description: line(finding.message),
    props: [
      { name: 'rule-id', ns, value: finding.rule },
      { name: 'result', ns, value: finding.result },
      { name: 'severity', ns, value: finding.severity },
    ],
    methods: ['TEST'],
    types: ['finding'],
    origins,
    subjects: [{ 'subject-uuid': seed('subject', finding.resource), type: 'inventory-item', title: line(shortId(finding.resource)) }],
    ...some({ 'relevant-evidence': finding.evidence.map((each) => ({ description: line(placeText(assessment, each)) })) }),
    collected: assessment.snapshot.end,
    ...(finding.suppression === undefined
      ? {}
      : { remarks: line(`Accepted: ${finding.suppression.reason} (${finding.suppression.owner}, until ${finding.suppression.expires})`) }),
  };
}

function controlFindings(framework: FrameworkResult, failing: readonly Finding[], seed: Seed, origins: readonly object[]): readonly object[] {
  const byRule = new Map<string, Finding[]>();
  for (const finding of failing) append(byRule, finding.rule, finding);
  return framework.controls
    .filter((control) => decided(control) && control.result !== 'not-applicable')
    .map((control) => {
      const satisfied = control.result === 'pass';
      const reason = satisfied ? 'pass' : control.result === 'fail' ? 'fail' : 'other';
      return {
        uuid: seed('finding', framework.id, framework.version, control.id),
        title: line(`${control.id} ${control.title}`),
        description: line(
          `${control.counts.fail} failed, ${control.counts.pass} passed, ${control.counts.unknown} not decided, ${control.counts.suppressed} accepted, by the rules ${control.rules.join(', ')}`,
        ),
        origins,
        target: {
          type: 'objective-id',
          'target-id': controlToken(framework, control.id),
          status: {
            state: satisfied ? 'satisfied' : 'not-satisfied',
            reason,
            ...(control.result === 'unknown' ? { remarks: 'Not determined: what the check depends on was not collected.' } : {}),
            ...(control.result === 'suppressed' ? { remarks: 'What fails was accepted by its owner.' } : {}),
          },
        },
        ...some({
          'related-observations': control.rules.flatMap((rule) =>
            (byRule.get(rule) ?? []).map((finding) => ({ 'observation-uuid': seed('observation', finding.id) })),
          ),
        }),
      };
    });
}
