import type { Severity } from '../model/assessment.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { RuleCategory, RuleConfidence, RuleEffort, RuleFamily, RuleStatus } from '../model/rule-words.ts';
import type { EdgeKind } from '../model/vocabulary.ts';
import type { YamlSource } from '../model/yaml-source.ts';

export type Provider = 'aws' | 'azure' | 'entra' | 'any';

export interface Parameter {
  readonly type: 'text' | 'int' | 'number' | 'bool' | 'list<text>' | 'list<int>';
  readonly default: Json;
  readonly help: string;
}

export interface Remediation {
  readonly summary: string;
  readonly effort?: RuleEffort;
  readonly cli?: string;
  readonly terraform?: string;
  readonly console?: string;
  /** Kinds of steps whose removal breaks the path; of graph rules. */
  readonly cut?: readonly EdgeKind[];
}

/** What an example says must come out. */
export interface RuleExample {
  readonly name: string;
  readonly expect: 'fail' | 'pass' | 'unknown';
  /** How many findings fail; for graph and identity rules, which look at several nodes. */
  readonly count?: number;
  /** Configuration of one resource. `$missing` lists top-level keys that were not collected, `$tags`, `$name`, `$id` describe it. */
  readonly resource?: JsonObject;
  /** Other resources beside it, for `lacks`: `type` and configuration. */
  readonly others?: readonly JsonObject[];
  /** Types whose listing was not answered. */
  readonly uncollected?: readonly string[];
  /** `alice can iam:PassRole on *`, `alice can s3:GetObject on arn:… if aws:SourceIp` */
  readonly can?: readonly string[];
  /** `(internet:Internet)-[:Reaches]->(web:Compute)`, one step each. Properties of nodes stand in `nodes`. */
  readonly graph?: readonly string[];
  /** `internet -> web: tcp 22`, `dev -> orders: tcp 5432 if …`, `dead-rule sg: why`. */
  readonly network?: readonly string[];
  readonly nodes?: Readonly<Record<string, JsonObject>>;
  readonly params?: Readonly<Record<string, Json>>;
}

export interface RuleCommon {
  readonly schema: 'rule/v1';
  /** For ever; a rule that gets another keeps the old one among its aliases. */
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: RuleConfidence;
  readonly status: RuleStatus;
  /** Version of the pack that brought it. */
  readonly since: string;
  readonly replacedBy: string;
  readonly provider: Provider;
  readonly family: RuleFamily;
  readonly categories: readonly RuleCategory[];
  readonly description: string;
  readonly risk: string;
  readonly references: readonly string[];
  /** Resource types that must have been collected for a verdict. A resource rule needs its own type in any case. */
  readonly needs: readonly string[];
  readonly params: Readonly<Record<string, Parameter>>;
  readonly message: string;
  /** Paths that are shown beside the leaves that matched. */
  readonly evidence: readonly string[];
  readonly attack: readonly string[];
  readonly mitigations: readonly string[];
  readonly d3fend: readonly string[];
  readonly remediation: Remediation;
  readonly tags: readonly string[];
  readonly tests: readonly RuleExample[];
  readonly file: string;
  /** Where its keys stand, for errors that show only after loading. */
  readonly source: YamlSource;
}

/** A resource that must be there: one of its kind that fits, in the same account or region, or anywhere in the snapshot. */
export interface Related {
  readonly type: string;
  readonly where: Json | undefined;
  /** Path in the other resource -> path in this one; a value of the one must be a value of the other. */
  readonly link: Readonly<Record<string, string>>;
  readonly in: (typeof relatedScopes)[number];
  /** How many must fit, at least and at most. Default: one, and any number. */
  readonly atLeast: number;
  readonly atMost: number;
}
export const relatedScopes = ['account', 'region', 'snapshot'] as const;

/** A match is a finding: `flag` describes what is wrong with a resource of `match`. */
export interface ResourceRule extends RuleCommon {
  readonly kind: 'resource';
  readonly match: { readonly type: string; readonly where: Json | undefined };
  readonly selections: Readonly<Record<string, Json>>;
  /** Over the names of the selections: `open and not waived`. */
  readonly condition: string;
  /** Whether `flag` has named selections and a condition, or is one matcher itself. */
  readonly named: boolean;
  /** Wrong only where every one of these is missing. */
  readonly lacks: readonly Related[];
}

/** Principals that may do all (or any) of the actions. */
export interface IdentityRule extends RuleCommon {
  readonly kind: 'identity';
  readonly can: {
    readonly who: Json | undefined;
    readonly allOf: readonly string[];
    readonly anyOf: readonly string[];
    readonly on: string;
    /** Principals that fit are left out. */
    readonly unless: Json | undefined;
    readonly context: Readonly<Record<string, readonly string[]>>;
    /** Whether administrators are findings too. Default no: they may do everything anyway, and another rule says so. */
    readonly administrators: boolean;
  };
}

/** A pattern over the graph in openCypher's notation. */
export interface GraphRule extends RuleCommon {
  readonly kind: 'graph';
  readonly graph: {
    readonly path: string;
    readonly where: Readonly<Record<string, Json>>;
    /** One finding for each different combination of these aliases; the first is the finding's resource. */
    readonly per: readonly string[];
  };
}

export const networkAudits = ['dead-rule', 'shadowed-entry', 'redundant-rule', 'open-but-unreachable', 'origin-bypass', 'effective-differs'] as const;

/** What must not be reached from where; or what must not be odd about the filters themselves. */
export interface NetworkRule extends RuleCommon {
  readonly kind: 'network';
  readonly network: {
    readonly audit: (typeof networkAudits)[number] | undefined;
    /** `internet`, or a matcher over resources. */
    readonly from: Json | undefined;
    readonly to: Json | undefined;
    /** TCP ports; none: any traffic. */
    readonly ports: readonly number[];
    /** The least share of the internet's addresses that must come through: smaller sets are allow-lists. */
    readonly share: number;
  };
}

export type Rule = ResourceRule | IdentityRule | GraphRule | NetworkRule;
