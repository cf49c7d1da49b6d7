import type { Json } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';

/** One change in the forms that people apply changes in. */
export interface Remedy {
  /** Commands for the AWS CLI or the Azure CLI, one a line. */
  readonly cli: string;
  readonly terraform: string;
  /** The policy document as it stands after all changes of the plan. */
  readonly policy?: { readonly resource: string; readonly pointer: string; readonly document: Json };
}

/** Makes the remedy of a setting of a record, given the last part of its id. */
export type SettingMaker = (name: string, before: SnapshotRecord, after: SnapshotRecord, pointer: string) => Remedy;
/** Patterns of type and pointer, and how such a setting is changed. */
export type SettingRow = readonly [RegExp, RegExp, SettingMaker];

export const quoted = (value: Json): string => `'${JSON.stringify(value).replaceAll("'", "'\\''")}'`;
export const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
/** A name that Terraform takes for a resource. */
export const label = (text: string): string => text.replace(/[^A-Za-z0-9_-]/g, '_').replace(/^(?=\d)/, '_');

/** A Terraform resource with the attributes that matter; the rest of the user's block stays as it is. */
export function block(type: string, name: string, attributes: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(attributes).map((key) => key.length));
  return [`resource "${type}" "${label(name)}" {`, ...Object.entries(attributes).map(([key, value]) => `  ${key.padEnd(width)} = ${value}`), '}'].join('\n');
}
export const string = (text: string): string => JSON.stringify(text);
