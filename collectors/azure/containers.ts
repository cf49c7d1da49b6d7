import { defineCollector, type Reference } from '../../src/model/collector.ts';
import { armTypes, attached, inSubnet, refers, servicePrincipals } from './table.ts';

/** The registry that images come from, by the host that it answers at. */
const registry = (path: string): Reference => ({ path, to: ['Microsoft.ContainerRegistry/registries'], match: 'properties.loginServer', edge: 'UsesArtifact' });
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
      aliases: ['properties.fqdn', 'name'],
      name: ['name'],
      references: [
        inSubnet('properties.agentPoolProfiles[].vnetSubnetID'),
        {
          path: 'properties.identityProfile.kubeletidentity.objectId',
          to: servicePrincipals,
          edge: 'UsesIdentity',
          placeholder: { type: 'Microsoft.Graph/servicePrincipal' },
        },
        { path: 'properties.identityProfile.kubeletidentity.resourceId', to: ['Microsoft.ManagedIdentity/userAssignedIdentities'], edge: 'UsesIdentity' },
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
      references: [attached('properties.managedEnvironmentId', 'Microsoft.App/managedEnvironments'), registry('properties.configuration.registries[].server')],
      secrets: appSecrets,
    },
    'Microsoft.App/jobs': {
      kind: 'Compute',
      label: 'container job',
      references: [attached('properties.environmentId', 'Microsoft.App/managedEnvironments'), registry('properties.configuration.registries[].server')],
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
