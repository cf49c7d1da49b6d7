import { defineCollector, type Reference } from '../../src/model/collector.ts';
import { armTypes, attached, imageHost, inSubnet, refers, registry, servicePrincipals } from './table.ts';

/** An identity that pods get a token of at the metadata service of their node: it stands as `objectId` with the id of the resource beside it. */
const onNodes = (path: string): readonly Reference[] => [
  { path: `${path}.objectId`, to: servicePrincipals, edge: 'UsesIdentity', placeholder: { type: 'Microsoft.Graph/servicePrincipal' } },
  { path: `${path}.resourceId`, to: ['Microsoft.ManagedIdentity/userAssignedIdentities'], edge: 'UsesIdentity' },
];
const appImages = [
  registry('properties.configuration.registries[].server'),
  registry('properties.template.containers[].image', imageHost),
  registry('properties.template.initContainers[].image', imageHost),
] as const;
const appSecrets = [
  { path: 'properties.configuration.secrets[].value' },
  { path: 'properties.template.containers[].env[].value' },
  { path: 'properties.template.initContainers[].env[].value' },
] as const;

/** Kubernetes, registries, container instances and apps. */
export const containers = defineCollector({
  id: 'azure.containers',
  provider: 'azure',
  service: 'Microsoft.ContainerService',
  title: 'Kubernetes and containers',
  scope: 'global',
  resources: armTypes({
    'Microsoft.ContainerService/managedClusters': {
      kind: 'Compute',
      label: 'Kubernetes cluster',
      // "The system-assigned and user-assigned identity types differ from a workload identity, which is intended for use by an application running on a pod"; pods of a node get the kubelet's
      // and the add-ons' tokens (https://learn.microsoft.com/azure/aks/managed-identity-overview).
      identity: 'provider',
      aliases: ['properties.fqdn', 'name'],
      name: ['name'],
      references: [
        inSubnet('properties.agentPoolProfiles[].vnetSubnetID'),
        ...onNodes('properties.identityProfile.kubeletidentity'),
        ...onNodes('properties.addonProfiles{}.identity'),
        ...onNodes('properties.podIdentityProfile.userAssignedIdentities[].identity'),
        { path: 'properties.servicePrincipalProfile.clientId', to: servicePrincipals, match: 'appId', edge: 'UsesIdentity' },
      ],
    },
    'Microsoft.ContainerService/fleets': { kind: 'Compute', label: 'fleet of clusters' },
    'Microsoft.Kubernetes/connectedClusters': { kind: 'Compute', label: 'Arc Kubernetes cluster' },
    'Microsoft.RedHatOpenShift/openShiftClusters': {
      kind: 'Compute',
      label: 'OpenShift cluster',
      references: [{ path: 'properties.servicePrincipalProfile.clientId', to: servicePrincipals, match: 'appId', edge: 'UsesIdentity' }],
      secrets: [{ path: 'properties.clusterProfile.pullSecret' }, { path: 'properties.servicePrincipalProfile.clientSecret' }],
    },
    'Microsoft.ContainerRegistry/registries': {
      kind: 'Artifact',
      label: 'container registry',
      aliases: ['properties.loginServer', 'name'],
      name: ['name'],
    },
    'Microsoft.ContainerRegistry/registries/tasks': {
      kind: 'Pipeline',
      label: 'registry task',
      secrets: [{ path: 'properties.step.values[].value' }, { path: 'properties.step.arguments[].value' }],
    },
    'Microsoft.ContainerRegistry/registries/webhooks': { kind: 'Pipeline', label: 'registry webhook', secrets: [{ path: 'properties.serviceUri' }] },
    'Microsoft.ContainerInstance/containerGroups': {
      kind: 'Compute',
      label: 'container group',
      references: [
        inSubnet('properties.subnetIds[].id'),
        refers('properties.imageRegistryCredentials[].identity'),
        registry('properties.imageRegistryCredentials[].server'),
        registry('properties.containers[].properties.image', imageHost),
        registry('properties.initContainers[].properties.image', imageHost),
      ],
      secrets: [
        { path: 'properties.containers[].properties.environmentVariables[].value' },
        { path: 'properties.imageRegistryCredentials[].password' },
        { path: 'properties.volumes[].azureFile.storageAccountKey' },
      ],
    },
    'Microsoft.App/containerApps': {
      kind: 'Compute',
      label: 'container app',
      references: [attached('properties.managedEnvironmentId', 'Microsoft.App/managedEnvironments'), ...appImages],
      secrets: appSecrets,
    },
    'Microsoft.App/jobs': {
      kind: 'Compute',
      label: 'container job',
      references: [attached('properties.environmentId', 'Microsoft.App/managedEnvironments'), ...appImages],
      secrets: appSecrets,
    },
    'Microsoft.App/managedEnvironments': {
      kind: 'Network',
      label: 'container app environment',
      references: [inSubnet('properties.vnetConfiguration.infrastructureSubnetId')],
      secrets: [{ path: 'properties.appLogsConfiguration.logAnalyticsConfiguration.sharedKey' }],
    },
    'Microsoft.AppPlatform/Spring': { kind: 'Compute', label: 'Spring service' },
    'Microsoft.ServiceFabric/clusters': { kind: 'Compute', label: 'Service Fabric cluster' },
    'Microsoft.ServiceFabric/managedClusters': { kind: 'Compute', label: 'Service Fabric managed cluster' },
  }),
});
