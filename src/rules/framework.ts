import type { ControlResult, Finding, FrameworkResult } from '../model/assessment.ts';
import type { Rule } from './rule.ts';

/** One requirement of a framework. */
export interface Control {
  /** As the framework writes it: `5.2`, `AC-4`, `EC2.13`. */
  readonly id: string;
  /** In our own words, or the framework's where its text is in the public domain. */
  readonly title: string;
  readonly section: string;
  /** `manual`: no configuration decides it, so a person must look; as the framework says, or as `reason` does. */
  readonly automation: 'automated' | 'manual';
  /** Why no rule checks it: what is not collected, or who must say instead. Empty where rules do. */
  readonly reason: string;
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

/** Ids of the rules that check a control, former ids resolved and those found through ATT&CK included, sorted. */
export function controlRules(control: Control, rules: readonly Rule[]): readonly string[] {
  const index = indexOf(rules);
  const found = new Set<string>();
  for (const id of control.rules) for (const rule of index.byId.get(id) ?? []) found.add(rule);
  for (const id of control.attack) for (const rule of index.byAttack.get(id) ?? []) found.add(rule);
  for (const id of control.mitigations) for (const rule of index.byMitigation.get(id) ?? []) found.add(rule);
  return [...found].sort();
}

interface RuleIndex {
  /** By id and former ids. */
  readonly byId: ReadonlyMap<string, readonly string[]>;
  /** By technique, and by the technique of a sub-technique. */
  readonly byAttack: ReadonlyMap<string, readonly string[]>;
  readonly byMitigation: ReadonlyMap<string, readonly string[]>;
}

/** Frameworks have a thousand controls, and all ask the same rules. */
const indexes = new WeakMap<readonly Rule[], RuleIndex>();

function indexOf(rules: readonly Rule[]): RuleIndex {
  const known = indexes.get(rules);
  if (known !== undefined) return known;
  const [byId, byAttack, byMitigation] = [new Map<string, string[]>(), new Map<string, string[]>(), new Map<string, string[]>()];
  const add = (map: Map<string, string[]>, key: string, rule: string): void => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [rule]);
    else list.push(rule);
  };
  for (const rule of rules) {
    if (rule.status === 'deprecated') continue;
    for (const id of [rule.id, ...rule.aliases]) add(byId, id, rule.id);
    for (const id of rule.attack) for (const key of new Set([id, id.split('.')[0] ?? id])) add(byAttack, key, rule.id);
    for (const id of rule.mitigations) add(byMitigation, id, rule.id);
  }
  const index = { byId, byAttack, byMitigation };
  indexes.set(rules, index);
  return index;
}

type Counts = ControlResult['counts'];
const results = ['fail', 'pass', 'unknown', 'error', 'suppressed'] as const satisfies readonly (keyof Counts)[];

/** Findings by rule and result, counted once: hundreds of controls ask the same rules. */
export class FindingCounts {
  readonly #byRule = new Map<string, { -readonly [result in keyof Counts]: number }>();

  add(findings: Iterable<Finding>): this {
    for (const { rule, result } of findings) {
      let counts = this.#byRule.get(rule);
      if (counts === undefined) {
        counts = { fail: 0, pass: 0, unknown: 0, error: 0, suppressed: 0 };
        this.#byRule.set(rule, counts);
      }
      counts[result]++;
    }
    return this;
  }

  of(rule: string): Counts | undefined {
    return this.#byRule.get(rule);
  }
}

/**
 * What the findings say of each control, never better than they are: a control without a rule is `uncovered`, one that needs a person is `manual`, and one
 * whose records were not collected is `unknown`.
 */
export function frameworkResult(framework: Framework, rules: readonly Rule[], found: FindingCounts): FrameworkResult {
  const controls = framework.controls.map((control): ControlResult => {
    const ids = controlRules(control, rules);
    const counts = { fail: 0, pass: 0, unknown: 0, error: 0, suppressed: 0 };
    for (const id of ids) {
      const own = found.of(id);
      if (own !== undefined) for (const result of results) counts[result] += own[result];
    }
    const { id, title, section, automation } = control;
    const reason = ids.length > 0 || control.reason === '' ? {} : { reason: control.reason };
    return { id, title, section, coverage: coverageOf(automation, ids, counts), result: resultOf(automation, ids, counts), ...reason, rules: ids, counts };
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
