/** A small world of Azure, as the twin and the generator see it. Names are what ids are made from. */
export type Test =
  | { readonly kind: 'equals'; readonly value: string }
  | { readonly kind: 'action'; readonly pattern: string }
  | { readonly kind: 'not'; readonly of: Test }
  | { readonly kind: 'and' | 'or'; readonly left: Test; readonly right: Test };

export interface Permission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly condition?: Test | undefined;
}
export interface Assigned {
  readonly holder: string;
  /** Index of a role; past the end: a role whose definition was not read. */
  readonly role: number;
  readonly scope: string;
  readonly eligible: boolean;
  readonly condition?: Test | undefined;
}
export interface Denied {
  readonly principals: readonly string[] | 'everyone';
  readonly spared: readonly string[];
  readonly permission: Permission;
  readonly scope: string;
  readonly only: boolean;
}
export interface AzureWorld {
  readonly roles: readonly (readonly Permission[])[];
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly assignments: readonly Assigned[];
  readonly denials: readonly Denied[];
}

/** What the snapshot cannot know: the value of an attribute of the resource, and whether eligible roles are active. */
export interface Environment {
  readonly attribute: string;
  readonly active: boolean;
}
export const environments: readonly Environment[] = ['x', 'y', 'z'].flatMap((attribute) => [true, false].map((active) => ({ attribute, active })));
