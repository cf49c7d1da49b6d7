import { defineCollector } from '../../src/model/collector.ts';
import { entraTypes, principalType } from './table.ts';

/** Applications and the service principals that stand for them in the tenant, with what was granted to them. */
export const applications = defineCollector({
  id: 'entra.applications',
  provider: 'entra',
  service: 'applications',
  title: 'Applications, service principals and grants',
  scope: 'tenant',
  resources: entraTypes({
    application: {
      kind: 'Principal',
      label: 'application',
      from: ['applications?$top=999', 'Application.Read.All'],
      aliases: ['appId'],
      lists: [
        ['owners', 'applications/{id}/owners?$select=id,displayName', 'Application.Read.All'],
        ['federatedIdentityCredentials', 'applications/{id}/federatedIdentityCredentials', 'Application.Read.All'],
      ],
      references: [{ path: 'appId', to: [principalType], match: 'appId', edge: 'UsesIdentity' }],
      recognise: ['appId', 'requiredResourceAccess'],
    },
    servicePrincipal: {
      kind: 'Principal',
      label: 'service principal',
      from: ['servicePrincipals?$top=999', 'Application.Read.All'],
      aliases: ['appId'],
      lists: [
        ['owners', 'servicePrincipals/{id}/owners?$select=id,displayName', 'Application.Read.All'],
        ['appRoleAssignments', 'servicePrincipals/{id}/appRoleAssignments?$top=999', 'Application.Read.All'],
        // Who is assigned a role of the application: people and groups too. Only those that have roles are asked.
        ['appRoleAssignedTo', 'servicePrincipals/{id}/appRoleAssignedTo?$top=999', 'Application.Read.All', { when: { path: 'appRoles[].id' } }],
      ],
      recognise: ['appId', 'servicePrincipalType'],
    },
    oauth2PermissionGrant: {
      kind: 'Policy',
      label: 'delegated grant',
      name: ['scope'],
      from: ['oauth2PermissionGrants?$top=999', 'Directory.Read.All'],
      references: [
        { path: 'clientId', to: [principalType], edge: 'AttachedTo' },
        { path: 'resourceId', to: [principalType], edge: 'RefersTo' },
      ],
      recognise: ['consentType', 'clientId'],
    },
    appManagementPolicy: {
      kind: 'Policy',
      label: 'application management policy',
      from: ['policies/appManagementPolicies', 'Policy.Read.All'],
      lists: [['appliesTo', 'policies/appManagementPolicies/{id}/appliesTo?$select=id', 'Policy.Read.All']],
      references: [{ path: 'appliesTo[].id', edge: 'AttachedTo' }],
      recognise: ['restrictions', 'isEnabled'],
    },
  }),
});
