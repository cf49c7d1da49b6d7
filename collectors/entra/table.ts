import type { DetailCall, ListCall, ResourceType } from '../../src/model/collector.ts';

type EntraType = Omit<ResourceType, 'id' | 'list' | 'details' | 'tags'> & {
  /** Path below the version, with its query; the application permission that allows it. */
  readonly from?: readonly [path: string, permission: string, more?: Partial<ListCall>];
  /** Lists below an object, by the name they are kept under: `members` -> `groups/{id}/members`. */
  readonly lists?: readonly (readonly [name: string, path: string, permission: string, more?: Partial<DetailCall>])[];
  readonly version?: 'beta';
  /** Where the entity has no object id of its own. */
  readonly id?: string;
};

/** Entities of Microsoft Graph: `Microsoft.Graph/user`. Every list is asked a page of the greatest size at a time. */
export function entraTypes(types: Readonly<Record<string, EntraType>>): Readonly<Record<string, ResourceType>> {
  return Object.fromEntries(
    Object.entries(types).map(([name, { from, lists = [], version, id = '{id}', ...type }]): [string, ResourceType] => {
      const http = (path: string) => ({ path, ...(version === undefined ? {} : { version }) });
      return [
        `Microsoft.Graph/${name}`,
        {
          name: ['displayName'],
          ...type,
          id,
          tags: 'postern:none',
          ...(from === undefined ? {} : { list: [{ call: callOf(from[0]), items: 'value[]', http: http(from[0]), permission: from[1], ...from[2] }] }),
          details: lists.map(
            ([as, path, permission, { paginate = 'value', ...more } = {}]): DetailCall => ({
              call: callOf(path),
              http: http(path),
              request: { id: 'id' },
              as,
              ...(paginate === '' ? {} : { paginate }),
              permission,
              ...more,
            }),
          ),
        },
      ];
    }),
  );
}

/** `graph:groups/members` of `groups/{id}/members?$top=999`. */
const callOf = (path: string): string =>
  `graph:${path
    .replace(/\?.*/, '')
    .split('/')
    .filter((part) => !part.startsWith('{'))
    .join('/')}`;

export const userType = 'Microsoft.Graph/user';
export const groupType = 'Microsoft.Graph/group';
export const principalType = 'Microsoft.Graph/servicePrincipal';
export const members = [userType, groupType, principalType, 'Microsoft.Graph/device'] as const;
