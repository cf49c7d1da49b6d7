import { catalogueText } from './generated/catalogue.ts';

export type AccessLevel = 'List' | 'Read' | 'Write' | 'Permissions management' | 'Tagging';

export interface ActionEntry {
  /** As AWS spells it: `s3:GetObject`. */
  readonly name: string;
  readonly level: AccessLevel;
  /** ARN formats of the resources it takes, with `${Name}` for the parts; empty: only `*`. */
  readonly resources: readonly string[];
}

interface Table {
  readonly source: string;
  readonly levels: readonly AccessLevel[];
  readonly services: Readonly<
    Record<string, { readonly r: readonly string[]; readonly k: readonly string[]; readonly a: readonly (readonly [string, number, readonly number[]])[] }>
  >;
}

let table: Table | undefined;
let byAction: Map<string, ActionEntry> | undefined;

const load = (): Table => {
  table ??= JSON.parse(catalogueText) as Table;
  return table;
};

/** All actions of AWS by lower-case name. An action that is not here may still exist: AWS adds some every week. */
export function actions(): ReadonlyMap<string, ActionEntry> {
  if (byAction !== undefined) return byAction;
  const { services, levels } = load();
  byAction = new Map();
  for (const [prefix, service] of Object.entries(services)) {
    for (const [name, level, resources] of service.a) {
      byAction.set(`${prefix}:${name}`.toLowerCase(), {
        name: `${prefix}:${name}`,
        level: levels[level] ?? 'Write',
        resources: resources.map((index) => service.r[index] ?? '').filter((format) => format !== ''),
      });
    }
  }
  return byAction;
}
