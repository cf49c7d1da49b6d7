import type { Json, JsonObject } from './json.ts';

/**
 * What a mapping reads of one planned resource. Values that the plan does not know yet are looked for behind the references of the configuration; those that stay unknown are
 * noted, so that the snapshot says what it could not see. Paths are dotted; blocks are lists.
 */
export interface TerraformValues {
  /** `module.net.aws_subnet.private[0]` */
  readonly address: string;
  readonly account: string;
  readonly region: string;
  /** A text, number or boolean as text. */
  text(path: string): string | undefined;
  number(path: string): number | undefined;
  flag(path: string): boolean | undefined;
  /** Texts of a list. */
  texts(path: string): readonly string[];
  /** Nested blocks, each with its own paths. */
  blocks(path: string): readonly TerraformValues[];
  /** The value as it stands. */
  json(path: string): Json | undefined;
  /** JSON text, decoded; never put together from references, as what stands around them is not in a plan. `undefined`: not set, or unknown. */
  document(path: string): Json | undefined;
  /** Whether the plan leaves the value open until it is applied. */
  unknown(path: string): boolean;
  /** Whether the configuration says something of it. What it leaves out may be open until it is applied all the same, for the provider to fill. */
  given(path: string): boolean;
  /** The provider's id, or where it is known after apply only, the address: it names the resource in the snapshot until then. */
  identity(path: string): string;
  tags(): readonly { readonly Key: string; readonly Value: string }[];
}

/** Sets or adds one thing in the configuration of a record. What a plan takes away is the same part undone. */
export type TerraformPart =
  | { readonly set: string; readonly value: Json | undefined; readonly call?: string }
  | { readonly add: string; readonly value: JsonObject | string; readonly call?: string };

export interface TerraformRecord {
  /** Resource type of the snapshot. */
  readonly record: string;
  readonly config: (values: TerraformValues) => JsonObject;
  /** What other resources read of this one before it exists: attribute -> dotted path in `config`, `$id` for the record's id. */
  readonly exports?: Readonly<Record<string, string>>;
  /** Attribute -> follow-up call that stays unanswered while the attribute, or something in it, is unknown. */
  readonly answers?: Readonly<Record<string, string>>;
  /** What only other records tell, when all are in: a host's address from its subnet's range. */
  readonly settle?: (config: JsonObject, values: TerraformValues, find: (type: string, name: string) => JsonObject | undefined) => JsonObject;
  /** Records that the provider makes together with it: the main route table of a network. */
  readonly companions?: (values: TerraformValues) => readonly { readonly type: string; readonly config: JsonObject }[];
}

export interface TerraformAttachment {
  /** Resource type that it is a part of. */
  readonly into: string;
  /** Ids, short ids or names of that resource; several, where it is attached to several. */
  readonly parent: (values: TerraformValues) => string | readonly string[] | undefined;
  readonly parts: (values: TerraformValues) => readonly TerraformPart[];
}

/** How one Terraform resource type stands in a snapshot: as a record of its own, as a part of others, or both. */
export type TerraformMapping = TerraformRecord | TerraformAttachment;
export type TerraformTable = Readonly<Record<string, TerraformMapping | readonly TerraformMapping[]>>;
