import type { Change } from '../../model/change.ts';
import type { IamGroups } from '../../model/iam-groups.ts';
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
  /** What is no longer allowed by it, and to whom; an empty list where it takes nothing away. */
  readonly takes: Takes;
}

/** `service:Action` patterns of holders, of which last-accessed data may tell the use; or access of another sort with what the snapshot tells of its use. */
export type Takes = { readonly actions: readonly string[]; readonly holders: readonly string[] } | readonly TakenAccess[];

/** Access that a change takes away and what is known of its use. `used` says when last; `unknown` that the snapshot does not tell. */
export interface TakenAccess {
  readonly holder: string;
  /** Service prefix, `service:Action` where the use of single actions is known, or what else is taken away in words. */
  readonly access: string;
  readonly use: 'used' | 'unused' | 'unknown';
  /** ISO 8601, of the last use. */
  readonly last?: string;
  /** For `unknown`: what would tell. */
  readonly why?: string;
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
  readonly groups: IamGroups;
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

/** The virtual second factor of a user as it is when it is made with the user's name and no path of its own. */
export const deviceOf = (user: string): string => user.replace(/:user\/.*$/, `:mfa/${shortName(user)}`);

/** What has no record of its use in a snapshot. */
export const unseen = (holder: string, access: string, why: string): readonly TakenAccess[] => [{ holder, access, use: 'unknown', why }];

/** Takes a statement out of its policy; a policy whose only statement is no list keeps an empty list. */
export function withoutStatement(place: Place): Change {
  const { record, pointer } = place;
  return /\/\d+$/.test(pointer) ? { op: 'remove', resource: record.id, pointer } : { op: 'set', resource: record.id, pointer, value: [] };
}

/** A short number of a text, so that several such statements in one policy have different ids. */
export function digits(text: string): string {
  if (text === '*') return '';
  let sum = 0;
  for (const char of text) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return String(sum);
}
