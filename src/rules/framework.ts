import type { ControlResult, Finding, FrameworkResult } from '../model/assessment.ts';
import type { Rule } from './rule.ts';

/** One requirement of a framework. */
export interface Control {
  /** As the framework writes it: `5.2`, `AC-4`, `EC2.13`. */
  readonly id: string;
  /** In our own words, or the framework's where its text is in the public domain. */
  readonly title: string;
  readonly section: string;
  /** `manual`: the framework itself says that a person must look. */
  readonly automation: 'automated' | 'manual';
  /** Ids of the rules that check it, completely or in part. */
  readonly rules: readonly string[];
  /** MITRE ATT&CK techniques: every rule that names one of them, or a sub-technique, checks this control too. */
  readonly attack: readonly string[];
  /** The same for MITRE mitigations. */
  readonly mitigations: readonly string[];
}

/** A framework in one version. The text of a control is never copied unless it is free. */
export interface Framework {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly publisher: string;
  readonly source: string;
  /** On what terms ids and titles are used. */
  readonly licence: string;
  readonly provider: 'aws' | 'azure' | 'entra' | 'any';
  readonly controls: readonly Control[];
  readonly file: string;
}

/** `cis-aws@7.0` */
export const frameworkRef = (framework: { readonly id: string; readonly version: string }): string => `${framework.id}@${framework.version}`;

/** Ids of the rules that check each control, former ids resolved and those found through ATT&CK included, sorted. */
export function controlRules(control: Control, rules: readonly Rule[]): readonly string[] {
  const found = rules.filter(
    (rule) =>
      rule.status !== 'deprecated' &&
      ([rule.id, ...rule.aliases].some((id) => control.rules.includes(id)) ||
        rule.attack.some((id) => control.attack.some((wanted) => id === wanted || id.startsWith(`${wanted}.`))) ||
        rule.mitigations.some((id) => control.mitigations.includes(id))),
  );
  return found.map((rule) => rule.id).sort();
}

/**
 * What the findings say of each control, never better than they are: a control without a rule is `uncovered`, one that needs a person is `manual`, and one
 * whose records were not collected is `unknown`.
 */
export function frameworkResult(framework: Framework, rules: readonly Rule[], findings: readonly Finding[]): FrameworkResult {
  const byRule = new Map<string, Finding[]>();
  for (const finding of findings) {
    const list = byRule.get(finding.rule);
    if (list === undefined) byRule.set(finding.rule, [finding]);
    else list.push(finding);
  }
  const controls = framework.controls.map((control): ControlResult => {
    const ids = controlRules(control, rules);
    const counts = { fail: 0, pass: 0, unknown: 0, error: 0, suppressed: 0 };
    for (const id of ids) for (const finding of byRule.get(id) ?? []) counts[finding.result]++;
    const { id, title, section, automation } = control;
    return { id, title, section, coverage: coverageOf(automation, ids, counts), result: resultOf(automation, ids, counts), rules: ids, counts };
  });
  const { id, version, title, publisher, source, licence } = framework;
  const count = (coverage: ControlResult['coverage']): number => controls.filter((control) => control.coverage === coverage).length;
  return {
    id,
    version,
    title,
    publisher,
    source,
    licence,
    coverage: { automated: count('automated'), manual: count('manual'), 'not-collected': count('not-collected'), uncovered: count('uncovered') },
    controls,
  };
}

function coverageOf(automation: Control['automation'], rules: readonly string[], counts: ControlResult['counts']): ControlResult['coverage'] {
  if (automation === 'manual') return 'manual';
  if (rules.length === 0) return 'uncovered';
  const decided = counts.fail + counts.pass + counts.suppressed;
  return decided === 0 && counts.unknown + counts.error > 0 ? 'not-collected' : 'automated';
}

function resultOf(automation: Control['automation'], rules: readonly string[], counts: ControlResult['counts']): ControlResult['result'] {
  // A rule may prove that a manual control fails; that it holds only a person can say.
  if (counts.fail > 0) return 'fail';
  if (automation === 'manual') return 'manual';
  if (rules.length === 0) return 'uncovered';
  if (counts.unknown + counts.error > 0) return 'unknown';
  if (counts.suppressed > 0) return 'suppressed';
  return counts.pass > 0 ? 'pass' : 'not-applicable';
}
