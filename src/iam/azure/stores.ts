import { isObject, textAt } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import type { Grant } from '../grants/grant.ts';
import { evidenceOf, propertiesOf } from './assignments.ts';
import { Permission } from './roles.ts';
import { list, scopeText } from './scopes.ts';

const blobs = 'microsoft.storage/storageaccounts/blobservices/containers/blobs/';

/**
 * Blobs that anybody reads: "anonymous access ... requires both": `allowBlobPublicAccess` of the account (absent means allowed) and `publicAccess` of the container
 * (https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-configure).
 */
export function anonymousGrants(snapshot: Snapshot): readonly Grant[] {
  return snapshot.records('Microsoft.Storage/storageAccounts').flatMap((record): readonly Grant[] => {
    if (propertiesOf(record)['allowBlobPublicAccess'] === false) return [];
    return list(record.config['containers']).flatMap((container, index): readonly Grant[] => {
      const access = (textAt(container, 'properties.publicAccess') ?? 'None').toLowerCase();
      if (access === 'none') return [];
      const scope = scopeText(`${record.id}/blobservices/default/containers/${textAt(container, 'name') ?? ''}`);
      return [
        {
          holder: '*',
          source: 'anonymous access',
          layer: 'resource',
          scope,
          residual: access === 'container' ? [] : [{ allOf: [{ operator: 'StringEquals', key: 'azure:BlobName', values: ['known'], negated: false }] }],
          missing: [],
          allows: (question) => question.plane === 'data' && question.action === `${blobs}read`,
          evidence: [evidenceOf(record, `/config/containers/${index}/properties/publicAccess`)],
        },
      ];
    });
  });
}

const cosmos = 'Microsoft.DocumentDB/databaseAccounts/';
const reads = [
  `${cosmos}readMetadata`,
  `${cosmos}sqlDatabases/containers/executeQuery`,
  `${cosmos}sqlDatabases/containers/readChangeFeed`,
  `${cosmos}sqlDatabases/containers/items/read`,
];
/** "Cosmos DB Built-in Data Reader" and "Contributor" (https://learn.microsoft.com/azure/cosmos-db/nosql/reference-data-plane-security). */
const builtIn: Readonly<Record<string, readonly string[]>> = {
  '00000000-0000-0000-0000-000000000001': reads,
  '00000000-0000-0000-0000-000000000002': [`${cosmos}readMetadata`, `${cosmos}sqlDatabases/containers/*`, `${cosmos}sqlDatabases/containers/items/*`],
};

/** Cosmos DB has role assignments of its own below each account. Scopes in them are spelled without the provider: `…/databaseAccounts/a/dbs/d/colls/c`. */
export function cosmosGrants(snapshot: Snapshot): readonly Grant[] {
  return snapshot.records('Microsoft.DocumentDB/databaseAccounts').flatMap((record): readonly Grant[] => {
    const definitions = list(record.config['sqlRoleDefinitions']);
    return list(record.config['sqlRoleAssignments']).flatMap((assignment, index): readonly Grant[] => {
      const holder = textAt(assignment, 'properties.principalId')?.toLowerCase();
      const role = textAt(assignment, 'properties.roleDefinitionId') ?? '';
      if (holder === undefined) return [];
      const guid = (role.split('/').at(-1) ?? '').toLowerCase();
      const definition = definitions.find((each) => (textAt(each, 'id') ?? '').toLowerCase().endsWith(guid));
      const properties = isObject(definition) && isObject(definition['properties']) ? definition['properties'] : undefined;
      const permissions = [...list(properties?.['permissions']), ...(builtIn[guid] === undefined ? [] : [{ dataActions: builtIn[guid] }])].map(
        (each) => new Permission(each),
      );
      return [
        {
          holder,
          source: textAt(properties, 'roleName') ?? `Cosmos DB role ${guid}`,
          layer: 'resource',
          scope: scopeText(textAt(assignment, 'properties.scope') ?? record.id),
          residual: [],
          missing: permissions.length === 0 ? ['Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions/read'] : [],
          allows: (question) => question.plane === 'data' && (permissions.length === 0 || permissions.some((permission) => permission.allows(question))),
          evidence: [evidenceOf(record, `/config/sqlRoleAssignments/${index}`)],
        },
      ];
    });
  });
}

const servers = [
  'Microsoft.Sql/servers',
  'Microsoft.Sql/managedInstances',
  'Microsoft.DBforPostgreSQL/flexibleServers',
  'Microsoft.DBforMySQL/flexibleServers',
];

/** Entra administrators of database servers: named in the server, or listed below it. */
export function administratorGrants(snapshot: Snapshot): readonly Grant[] {
  return servers.flatMap((type) =>
    snapshot.records(type).flatMap((record): readonly Grant[] => {
      const own = textAt(propertiesOf(record), 'administrators.sid');
      const listed = list(record.config['administrators']).map((each, index) => ({
        holder: textAt(each, 'properties.sid') ?? textAt(each, 'properties.objectId'),
        pointer: `/config/administrators/${index}`,
      }));
      const named = [{ holder: own, pointer: '/config/properties/administrators' }, ...listed];
      return named.flatMap(({ holder, pointer }): readonly Grant[] =>
        holder === undefined
          ? []
          : [
              {
                holder: holder.toLowerCase(),
                source: 'Entra administrator',
                layer: 'resource',
                scope: scopeText(record.id),
                residual: [],
                missing: [],
                allows: (question) => question.plane === 'data' && question.action === 'microsoft.sql/servers/administer/action',
                evidence: [evidenceOf(record, pointer)],
              },
            ],
      );
    }),
  );
}
