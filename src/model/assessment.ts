import type { ConditionAtom, Evidence, Factor } from './evidence.ts';
import type { Json } from './json.ts';
import type { CallStatus } from './record.ts';
import type { RuleConfidence, RuleFamily } from './rule-words.ts';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';
export type FindingResult = 'fail' | 'pass' | 'unknown' | 'error' | 'suppressed';

/** What was not seen, in every output. */
export interface Completeness {
  readonly complete: boolean;
  readonly gaps: readonly CallStatus[];
  /** Resource types, features or policies that Postern does not model yet and that the snapshot contains, in words. */
  readonly notModelled: readonly string[];
}

export interface PathStep {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly label: string;
  readonly techniques: readonly string[];
  readonly likelihood: number;
  readonly factors: readonly Factor[];
  readonly verdict: 'proven' | 'conditional' | 'unknown';
  readonly conditions: readonly ConditionAtom[];
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly ports?: string;
}

export interface PathEnd {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly why?: string;
}

export interface ExposurePath {
  /** Hash of the steps' ends, kinds and techniques: stable over runs and machines. */
  readonly id: string;
  /** likelihood x value, 0–100. */
  readonly risk: number;
  readonly likelihood: number;
  readonly value: number;
  readonly verdict: 'proven' | 'conditional' | 'unknown';
  readonly entry: PathEnd;
  readonly target: PathEnd;
  readonly steps: readonly PathStep[];
  /** Conditions of the administration that the path ends in, which is no step of its own. */
  readonly conditions?: readonly ConditionAtom[];
  /** What was not collected of it. */
  readonly missing?: readonly string[];
  /** Accepted by somebody for a time: it is shown and does not count. */
  readonly suppression?: AcceptedBy;
  /** Against the baseline of the command line. */
  readonly state?: 'new' | 'unchanged' | 'updated';
}

/** Who accepted something, why, and until which day (ISO 8601). */
export interface AcceptedBy {
  readonly id: string;
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
}

/** Paths with the same techniques over the same kinds: one thing to read instead of many. */
export interface Story {
  readonly id: string;
  readonly title: string;
  readonly risk: number;
  readonly count: number;
  readonly paths: readonly string[];
  readonly techniques: readonly string[];
}

export interface ChokePoint {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  /** Share of the total risk of the listed paths that goes through it, 0–1. */
  readonly share: number;
  readonly paths: number;
}

/** A step that much risk goes over. */
export interface ChokeStep {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly technique: string;
  readonly share: number;
  readonly paths: number;
}

/** A place of the configuration that much risk stands on. */
export interface ChokePlace {
  /** `grant`: gives somebody permissions. `rule`: lets packets through. */
  readonly nature: 'grant' | 'rule' | 'setting';
  readonly resource: string;
  readonly pointer: string;
  /** Share of the total risk of the listed paths whose evidence stands there, 0–1. */
  readonly share: number;
  readonly paths: number;
  /** Share of the total risk that is gone without it, as far as no other proof holds the steps up. */
  readonly ends: number;
}

export interface PathsReport {
  readonly schema: 'paths/v1';
  readonly completeness: Completeness;
  readonly paths: readonly ExposurePath[];
  readonly stories: readonly Story[];
  readonly chokePoints: readonly ChokePoint[];
  readonly chokeSteps: readonly ChokeStep[];
  readonly chokePlaces: readonly ChokePlace[];
}

export interface Finding {
  /** Hash of rule and resource: stable over runs. */
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly result: FindingResult;
  readonly resource: string;
  readonly resourceType: string;
  readonly account: string;
  readonly region: string;
  readonly message: string;
  /** The leaves that matched: where, what was expected, what stands there. */
  readonly evidence: readonly (Evidence & { readonly expected?: string; readonly actual?: Json })[];
  readonly missing?: readonly string[];
  readonly suppression?: AcceptedBy;
  /** Against the baseline of the command line. */
  readonly state?: 'new' | 'unchanged' | 'updated';
}

/** What a report says of a rule that was run. */
export interface RuleInfo {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: RuleConfidence;
  readonly provider: string;
  readonly family: RuleFamily;
  readonly categories: readonly string[];
  readonly description: string;
  readonly risk: string;
  readonly remediation: { readonly summary: string; readonly effort?: string; readonly cli?: string; readonly terraform?: string; readonly console?: string };
  readonly references: readonly string[];
  readonly attack: readonly string[];
  readonly mitigations: readonly string[];
}

/** One control of a framework over one snapshot. */
export interface ControlResult {
  readonly id: string;
  readonly title: string;
  readonly section: string;
  /** `not-collected`: rules exist, but nothing that they read was collected. `uncovered`: could be automated, but no rule does. */
  readonly coverage: 'automated' | 'manual' | 'not-collected' | 'uncovered';
  readonly result: 'fail' | 'pass' | 'unknown' | 'suppressed' | 'manual' | 'uncovered' | 'not-applicable';
  /** Why no rule checks it, where the framework file says so. */
  readonly reason?: string;
  readonly rules: readonly string[];
  readonly counts: Readonly<Record<FindingResult, number>>;
}

export interface FrameworkResult {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly publisher: string;
  readonly source: string;
  readonly licence: string;
  /** Number of controls by coverage. */
  readonly coverage: Readonly<Record<ControlResult['coverage'], number>>;
  readonly controls: readonly ControlResult[];
}

/** Where the record of a resource stands in the snapshot: the file by the manifest, and its line there (1-based). */
export interface RecordPlace {
  readonly file: string;
  readonly line: number;
}

/** What changed since an earlier assessment. Ids are those of findings and paths. */
export interface Comparison {
  readonly baseline: { readonly hash: string; readonly end: string };
  readonly newFindings: readonly string[];
  readonly fixedFindings: readonly {
    readonly id: string;
    readonly rule: string;
    readonly resource: string;
    readonly severity: Severity;
    readonly title: string;
  }[];
  readonly unchangedFindings: number;
  readonly newPaths: readonly string[];
  readonly fixedPaths: readonly { readonly id: string; readonly title: string; readonly risk: number }[];
}

/** What every report format is made from. */
export interface Assessment {
  readonly schema: 'assessment/v1';
  readonly tool: { readonly name: 'postern'; readonly version: string };
  readonly snapshot: { readonly hash: string; readonly start: string; readonly end: string; readonly accounts: readonly string[]; readonly records: number };
  readonly completeness: Completeness;
  readonly summary: {
    readonly nodes: number;
    readonly steps: number;
    readonly findings: Readonly<Record<Severity, number>>;
    readonly paths: number;
    readonly riskiest: number;
  };
  readonly paths: PathsReport;
  readonly findings: readonly Finding[];
  /** The rules that were run, by id. */
  readonly rules: Readonly<Record<string, RuleInfo>>;
  /** Frameworks of the snapshot's providers, or those that were asked for. */
  readonly frameworks: readonly FrameworkResult[];
  /** Where every record stands that is evidence of a finding or hop. */
  readonly records: Readonly<Record<string, RecordPlace>>;
  /** Absent where no earlier assessment was given. */
  readonly comparison?: Comparison;
  /** Names and kinds of every node that a path or finding mentions. */
  readonly nodes: Readonly<
    Record<string, { readonly kind: string; readonly type: string; readonly name: string; readonly account: string; readonly region: string }>
  >;
  readonly techniques: Readonly<
    Record<string, { readonly title: string; readonly fix: string; readonly attack: readonly string[]; readonly references: readonly string[] }>
  >;
}
