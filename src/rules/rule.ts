import type { Severity } from '../model/assessment.ts';
import type { Json, JsonObject } from '../model/json.ts';

export type Provider = 'aws' | 'azure' | 'entra' | 'any';

export interface Parameter {
  readonly type: string;
  readonly default: Json;
  readonly help: string;
}

/** What an example says must come out. `count` is for graph and identity rules, which look at several nodes. */
export interface RuleExample {
  readonly name: string;
  readonly expect: 'fail' | 'pass' | 'unknown';
  /** Configuration of one resource. `$missing` lists top-level keys that were not collected, `$tags`, `$name`, `$id` describe it. */
  readonly resource?: JsonObject;
  /** `alice can iam:PassRole on *`, `alice can s3:GetObject on arn:… if aws:SourceIp` */
  readonly can?: readonly string[];
  /** `(internet:Internet)-[:Reaches]->(web:Compute)`, one step each. Properties of nodes stand in `nodes`. */
  readonly graph?: readonly string[];
  readonly nodes?: Readonly<Record<string, JsonObject>>;
  readonly params?: Readonly<Record<string, Json>>;
}

interface RuleCommon {
  readonly schema: 'rule/v1';
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: 'very-high' | 'high' | 'medium' | 'low';
  readonly status: 'experimental' | 'stable' | 'deprecated';
  readonly provider: Provider;
  readonly categories: readonly string[];
  readonly description: string;
  readonly risk: string;
  readonly references: readonly string[];
  readonly params: Readonly<Record<string, Parameter>>;
  readonly message: string;
  readonly attack: readonly string[];
  readonly mitigations: readonly string[];
  readonly remediation: { readonly summary: string; readonly cli?: string; readonly terraform?: string; readonly effort?: string };
  readonly tests: readonly RuleExample[];
  readonly file: string;
}

/** A match is a finding: `flag` describes what is wrong with a resource of `match`. */
export interface ResourceRule extends RuleCommon {
  readonly kind: 'resource';
  readonly match: { readonly type: string; readonly where: Json | undefined };
  readonly selections: Readonly<Record<string, Json>>;
  /** Over the names of the selections: `open and not waived`. */
  readonly condition: string;
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

export type Rule = ResourceRule | IdentityRule | GraphRule;
