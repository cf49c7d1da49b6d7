import type { Change } from '../../model/change.ts';
import { isArray, isObject, type Json, type JsonObject, resolvePointer } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import type { StepProof } from '../proofs.ts';

/** A concrete change of configuration that breaks a proof, or makes it less likely. */
export interface Candidate {
  readonly changes: readonly Change[];
  readonly title: string;
  readonly effort: 'low' | 'medium' | 'high';
  /** How much else hangs on what it takes away: 0 nothing, 9 a great deal. */
  readonly disruption: number;
  /** What is left of the proof's likelihood: 0 breaks it. */
  readonly factor: number;
  /** `service:Action` patterns that are no longer allowed by it, and to whom. */
  readonly takes?: { readonly actions: readonly string[]; readonly holders: readonly string[] };
}

/** What the planner knows of a technique. */
export interface PlanTechnique {
  readonly base: number;
  /** Actions that each of its proofs needs; `suffix` is there when the action is on the step's target. */
  readonly actions: readonly { readonly action: string; readonly suffix: string | undefined }[];
  /** Actions that its fix takes away. */
  readonly remove: readonly string[];
}

/** Everything a candidate may look at. */
export interface CandidateContext {
  /** Exactly this id. */
  readonly record: (id: string) => SnapshotRecord | undefined;
  readonly technique: (id: string) => PlanTechnique | undefined;
  /** Id of the organization, when accounts are in one. */
  readonly organization: string | undefined;
  /** Users and roles that hold a managed policy or are in a group; principals that a role of Azure is assigned to. */
  readonly holders: (id: string) => readonly string[];
  /** Scopes of Azure right inside one: management groups, subscriptions, resource groups. */
  readonly scopesIn: (scope: string) => readonly string[];
}

export interface Hop {
  readonly from: string;
  readonly to: string;
  readonly proof: StepProof;
}

/** One place that proves a hop. */
export interface Place {
  readonly record: SnapshotRecord;
  readonly pointer: string;
  readonly value: Json;
}

export const at = (record: SnapshotRecord, pointer: string): Json | undefined => resolvePointer(record as unknown as Json, pointer);

export const texts = (value: Json | undefined): readonly string[] =>
  typeof value === 'string' ? [value] : isArray(value) ? value.filter((each) => typeof each === 'string') : [];

export const objectAt = (record: SnapshotRecord, pointer: string): JsonObject | undefined => {
  const value = at(record, pointer);
  return isObject(value) ? value : undefined;
};

/** Last part of an ARN or id, for titles. */
export const shortName = (id: string): string => id.split(/[/:]/).at(-1) || id;

/** Takes a statement out of its policy; a policy whose only statement is no list keeps an empty list. */
export function withoutStatement(place: Place): Change {
  const { record, pointer } = place;
  return /\/\d+$/.test(pointer) ? { op: 'remove', resource: record.id, pointer } : { op: 'set', resource: record.id, pointer, value: [] };
}
