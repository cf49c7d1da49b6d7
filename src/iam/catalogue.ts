import { catalogueText } from './generated/catalogue.ts';

export type AccessLevel = 'List' | 'Read' | 'Write' | 'Permissions management' | 'Tagging';

export interface ActionEntry {
  /** As AWS spells it: `s3:GetObject`. */
  readonly name: string;
  readonly level: AccessLevel;
  /** ARN formats of the resources it takes, with `${Name}` for the parts; empty: only `*`. */
  readonly resources: readonly string[];
}

export type KeyType = 'String' | 'ARN' | 'Bool' | 'Date' | 'IPAddress' | 'Numeric' | 'ArrayOfString' | 'ArrayOfARN' | 'ArrayOfBool';

/** A condition key of a service. `name` as AWS spells it; what follows `/${` or `/<` in it stands for any text. */
export interface KeyEntry {
  readonly name: string;
  readonly type: KeyType;
}

interface Table {
  readonly source: string;
  readonly levels: readonly AccessLevel[];
  readonly keyTypes: readonly KeyType[];
  readonly services: Readonly<
    Record<
      string,
      {
        readonly r: readonly string[];
        readonly rk: readonly (readonly number[])[];
        readonly k: readonly (readonly [string, number])[];
        readonly a: readonly (readonly [string, number, readonly number[], readonly number[]])[];
      }
    >
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

/** Where the table comes from: package and version, whose last part is the day. */
export const catalogueSource = (): string => load().source;

/** Prefixes of all services. */
export const servicePrefixes = (): readonly string[] => Object.keys(load().services);

/** Condition keys that a request for an action (lower case) may carry beside the global ones: of the action, and of the resources it takes. */
export function keysOfAction(action: string): readonly KeyEntry[] {
  const table = load();
  const at = action.indexOf(':');
  const service = table.services[action.slice(0, at)];
  const entry = service?.a.find(([name]) => name.toLowerCase() === action.slice(at + 1));
  if (service === undefined || entry === undefined) return [];
  const places = new Set([...entry[3], ...entry[2].flatMap((type) => service.rk[type] ?? [])]);
  return [...places].flatMap((place): KeyEntry[] => {
    const key = service.k[place];
    return key === undefined ? [] : [{ name: key[0], type: table.keyTypes[key[1]] ?? 'String' }];
  });
}
