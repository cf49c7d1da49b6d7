import type { Json, JsonObject } from '../../../src/model/json.ts';
import type { TerraformAttachment, TerraformValues } from '../../../src/model/terraform.ts';

/** Without what is not set. */
export const compact = (value: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));

/** The ARN that the provider gave, or the one that it will give. */
export const arnOf = (v: TerraformValues, service: string, rest: string): string => v.text('arn') ?? `arn:aws:${service}:${v.region}:${v.account}:${rest}`;

/** What another resource reads of one whose `id` stands at a path. */
export const named = (path: string): Readonly<Record<string, string>> => ({ id: path, arn: '$id' });

/** A resource policy that is a Terraform resource of its own. */
export const policyPart = (into: string, parent: string, path: string, call: string): TerraformAttachment => ({
  into,
  parent: (v) => v.text(parent),
  parts: (v) => [{ set: path, value: v.document('policy'), call }],
});

/** Without what is not set, and without empty lists. */
export const filled = (value: Readonly<Record<string, Json | undefined>>): JsonObject =>
  compact(Object.fromEntries(Object.entries(value).filter(([, each]) => !(Array.isArray(each) && each.length === 0))));

/** Owner of a part of a network. */
export const owner = (v: TerraformValues): JsonObject => ({ OwnerId: v.text('owner_id') ?? v.account });

/** What closes every ACL: https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html, "the asterisk (*) rule". */
export const lastEntries: readonly JsonObject[] = [true, false].map((Egress) => ({
  Egress,
  RuleNumber: 32767,
  RuleAction: 'deny',
  Protocol: '-1',
  CidrBlock: '0.0.0.0/0',
}));
