import type { Evidence } from '../../model/evidence.ts';
import type { JsonObject } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { child, flag, objects, strings, text } from '../aws/config.ts';
import { settingOf } from './proof.ts';

/** Whom a service's firewall lets in for what it is, from wherever it calls. */
interface Exceptions {
  /** Ids of resources, with `*` for any name, as rules write them. */
  readonly instances: readonly { readonly pattern: string; readonly pointer: string }[];
  /** Where it says that the services which the provider trusts may pass. */
  readonly trusted: string | undefined;
}

interface Excepting {
  readonly read: (record: SnapshotRecord, own: JsonObject) => Exceptions;
  /** Types, in lower case, that its page lists as trusted with an identity of the customer's resource. */
  readonly trusts: ReadonlySet<string>;
}

const types = (...list: readonly string[]): ReadonlySet<string> => new Set(list.map((each) => each.toLowerCase()));

/** `bypass` of a list of networks, which is `AzureServices` where nothing is said. */
const bypass =
  (key: string): Excepting['read'] =>
  (_, own) => {
    const list = child(own, key);
    const said = (text(list, 'bypass') ?? 'AzureServices').toLowerCase().split(',');
    return {
      instances: objects(list, 'resourceAccessRules').flatMap((rule, index) => {
        const pattern = text(rule, 'resourceId')?.toLowerCase();
        return pattern === undefined ? [] : [{ pattern, pointer: `/config/properties/${key}/resourceAccessRules/${index}` }];
      }),
      trusted: said.some((each) => each.trim() === 'azureservices') ? `/config/properties/${key}` : undefined,
    };
  };

const ruleSet: Excepting['read'] = (record) => {
  const own = child(objects(record.config, 'networkRuleSets')[0], 'properties');
  return { instances: [], trusted: flag(own, 'trustedServiceAccessEnabled') === true ? '/config/networkRuleSets/0' : undefined };
};

const messaging = types(
  'Microsoft.EventGrid/topics',
  'Microsoft.EventGrid/domains',
  'Microsoft.EventGrid/systemTopics',
  'Microsoft.StreamAnalytics/streamingjobs',
  'Microsoft.Devices/IotHubs',
  'Microsoft.ApiManagement/service',
  'Microsoft.IoTCentral/IoTApps',
);

/**
 * Exceptions by the type of the service. For storage "access to a storage account from trusted services takes the highest precedence over other network access restrictions": with public access
 * disabled, the "resource instances and exceptions that you previously configured … will remain in effect" (storage firewall, restrictions and considerations).
 */
const excepting: Readonly<Record<string, Excepting>> = {
  'microsoft.storage/storageaccounts': {
    read: bypass('networkAcls'),
    // Trusted Azure services for storage, "trusted access based on a managed identity".
    trusts: types(
      'Microsoft.ApiManagement/service',
      'Microsoft.Cache/Redis',
      'Microsoft.CognitiveServices/accounts',
      'Microsoft.DBforPostgreSQL/flexibleServers',
      'Microsoft.DataFactory/factories',
      'Microsoft.DataProtection/backupVaults',
      'Microsoft.DataShare/accounts',
      'Microsoft.Databricks/accessConnectors',
      'Microsoft.DevTestLab/labs',
      'Microsoft.Devices/IotHubs',
      'Microsoft.EventGrid/domains',
      'Microsoft.EventGrid/partnerTopics',
      'Microsoft.EventGrid/systemTopics',
      'Microsoft.EventGrid/topics',
      'Microsoft.HealthcareApis/services',
      'Microsoft.HealthcareApis/workspaces',
      'Microsoft.IoTCentral/IoTApps',
      'Microsoft.KeyVault/managedHSMs',
      'Microsoft.Kusto/clusters',
      'Microsoft.Logic/integrationAccounts',
      'Microsoft.Logic/workflows',
      'Microsoft.MachineLearning/registries',
      'Microsoft.MachineLearningServices/workspaces',
      'Microsoft.Media/mediaservices',
      'Microsoft.Migrate/migrateProjects',
      'Microsoft.Purview/accounts',
      'Microsoft.RecoveryServices/vaults',
      'Microsoft.Search/searchServices',
      'Microsoft.Sql/servers',
      'Microsoft.StorageActions/storageTasks',
      'Microsoft.StreamAnalytics/streamingjobs',
      'Microsoft.Synapse/workspaces',
      'Microsoft.VideoIndexer/accounts',
    ),
  },
  'microsoft.keyvault/vaults': {
    read: bypass('networkAcls'),
    // Virtual network service endpoints for Key Vault, "trusted services"; an App Service is there for its certificates only and so is not here.
    trusts: types(
      'Microsoft.ApiManagement/service',
      'Microsoft.Batch/batchAccounts',
      'Microsoft.Cdn/profiles',
      'Microsoft.ContainerRegistry/registries',
      'Microsoft.DBforMySQL/flexibleServers',
      'Microsoft.DBforPostgreSQL/flexibleServers',
      'Microsoft.DataFactory/factories',
      'Microsoft.Databricks/workspaces',
      'Microsoft.EventHub/namespaces',
      'Microsoft.MachineLearningServices/workspaces',
      'Microsoft.Network/applicationGateways',
      'Microsoft.Network/azureFirewalls',
      'Microsoft.Purview/accounts',
      'Microsoft.ServiceBus/namespaces',
      'Microsoft.Sql/servers',
      'Microsoft.Storage/storageAccounts',
      'Microsoft.Synapse/workspaces',
    ),
  },
  'microsoft.containerregistry/registries': {
    // "By default, the allow trusted services setting is enabled in a new Azure container registry" (registry, trusted services); it holds with public access disabled too.
    read: (_, own) => {
      const said = text(own, 'networkRuleBypassOptions');
      const there = said === undefined ? '/config' : '/config/properties/networkRuleBypassOptions';
      return { instances: [], trusted: (said ?? 'AzureServices').toLowerCase() === 'azureservices' ? there : undefined };
    },
    trusts: types('Microsoft.ContainerInstance/containerGroups', 'Microsoft.ContainerRegistry/registries', 'Microsoft.MachineLearningServices/workspaces'),
  },
  'microsoft.eventhub/namespaces': { read: ruleSet, trusts: messaging },
  'microsoft.servicebus/namespaces': { read: ruleSet, trusts: messaging },
  'microsoft.cognitiveservices/accounts': {
    read: bypass('networkAcls'),
    trusts: types('Microsoft.CognitiveServices/accounts', 'Microsoft.MachineLearningServices/workspaces', 'Microsoft.Search/searchServices'),
  },
  'microsoft.documentdb/databaseaccounts': {
    // Only the resources that are listed pass, not a kind of service.
    read: (_, own) => ({
      instances:
        text(own, 'networkAclBypass')?.toLowerCase() === 'azureservices'
          ? strings(own, 'networkAclBypassResourceIds').map((each, index) => ({
              pattern: each.toLowerCase(),
              pointer: `/config/properties/networkAclBypassResourceIds/${index}`,
            }))
          : [],
      trusted: undefined,
    }),
    trusts: types(),
  },
};

export interface Excepted {
  /** `identity`: a rule would let it through, were there a managed identity to ask with. */
  readonly kind: 'passes' | 'identity';
  readonly decision: string;
  readonly evidence: readonly Evidence[];
}

/**
 * Whether a resource passes a service's firewall for what it is. It then still needs a role: "the Azure role assignments of the resource instance determine the types of operations that a resource
 * instance can perform" (storage, resource instances), which is its managed identity's; without one there is nobody to ask in whose name.
 */
export function excepted(record: SnapshotRecord, caller: SnapshotRecord): Excepted | undefined {
  const exception = excepting[record.type.toLowerCase()];
  const own = child(record.config, 'properties');
  if (exception === undefined || text(own, 'publicNetworkAccess')?.toLowerCase() === 'securedbyperimeter') return undefined;
  if (!sameTenant(record, caller)) return undefined;
  const { instances, trusted } = exception.read(record, own);
  const named = instances.find(({ pattern }) => fits(pattern, caller.id.toLowerCase()));
  const pointer = named?.pointer ?? (exception.trusts.has(caller.type.toLowerCase()) ? trusted : undefined);
  if (pointer === undefined) return undefined;
  const decision = named === undefined ? 'exception for trusted services' : 'resource instance rule';
  const kind = hasIdentity(caller) ? 'passes' : 'identity';
  return { kind, decision, evidence: [settingOf(record, pointer)] };
}

/** Segment by segment, a `*` for any one. */
function fits(pattern: string, id: string): boolean {
  const [wanted, given] = [pattern.split('/'), id.split('/')];
  return wanted.length === given.length && wanted.every((each, index) => each === '*' || each === given[index]);
}

const hasIdentity = ({ config }: SnapshotRecord): boolean => {
  const identity = child(config, 'identity');
  return text(identity, 'principalId') !== undefined || Object.keys(child(identity, 'userAssignedIdentities')).length > 0;
};

/** "Resource instances must be from the same tenant as your storage account". Where a resource's tenant is not told it is taken for the same. */
function sameTenant(a: SnapshotRecord, b: SnapshotRecord): boolean {
  const [one, other] = [a, b].map(({ config }) => text(config, 'tenantId'));
  return one === undefined || other === undefined || one === other;
}

/** Rules of a service's firewall that name one resource, for who looks for those that are gone. */
export const instanceRules = (record: SnapshotRecord): Exceptions['instances'] =>
  excepting[record.type.toLowerCase()]?.read(record, child(record.config, 'properties')).instances ?? [];
