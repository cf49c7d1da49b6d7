import { defineCollector } from '../../src/model/collector.ts';
import { entraTypes } from './table.ts';

const read = 'Policy.Read.All';
/** One object, not a list. */
const single = { items: '' } as const;

/** What the tenant demands of those who sign in, and what everybody may do. */
export const policies = defineCollector({
  id: 'entra.policies',
  provider: 'entra',
  service: 'policies',
  title: 'Conditional access and tenant settings',
  scope: 'tenant',
  resources: entraTypes({
    conditionalAccessPolicy: {
      kind: 'Policy',
      label: 'conditional access policy',
      from: ['identity/conditionalAccess/policies', read],
      recognise: ['conditions', 'grantControls'],
    },
    namedLocation: { kind: 'Policy', label: 'named location', from: ['identity/conditionalAccess/namedLocations', read] },
    authorizationPolicy: {
      kind: 'Policy',
      label: 'authorization policy',
      from: ['policies/authorizationPolicy', read, single],
      recognise: ['defaultUserRolePermissions'],
    },
    authenticationMethodsPolicy: {
      kind: 'Policy',
      label: 'authentication methods policy',
      from: ['policies/authenticationMethodsPolicy', read, single],
      recognise: ['authenticationMethodConfigurations'],
    },
    identitySecurityDefaultsEnforcementPolicy: {
      kind: 'Policy',
      label: 'security defaults',
      from: ['policies/identitySecurityDefaultsEnforcementPolicy', read, single],
    },
    crossTenantAccessPolicy: {
      kind: 'Policy',
      label: 'cross-tenant access policy',
      id: 'crossTenantAccessPolicy/$account',
      from: ['policies/crossTenantAccessPolicy', read, single],
      lists: [
        ['partners', 'policies/crossTenantAccessPolicy/partners', read, { request: {} }],
        ['default', 'policies/crossTenantAccessPolicy/default', read, { request: {}, paginate: '' }],
      ],
      recognise: ['allowedCloudEndpoints'],
    },
    defaultAppManagementPolicy: {
      kind: 'Policy',
      label: 'default application management policy',
      from: ['policies/defaultAppManagementPolicy', read, single],
      recognise: ['applicationRestrictions'],
    },
    deviceRegistrationPolicy: {
      kind: 'Policy',
      label: 'device registration policy',
      from: ['policies/deviceRegistrationPolicy', 'Policy.Read.DeviceConfiguration', single],
      recognise: ['azureADJoin', 'userDeviceQuota'],
    },
    adminConsentRequestPolicy: {
      kind: 'Policy',
      label: 'admin consent workflow',
      id: 'adminConsentRequestPolicy/$account',
      from: ['policies/adminConsentRequestPolicy', 'Policy.Read.All', single],
      recognise: ['notifyReviewers', 'requestDurationInDays'],
    },
    onPremisesDirectorySynchronization: {
      kind: 'Policy',
      label: 'directory synchronisation',
      from: ['directory/onPremisesSynchronization', 'OnPremDirectorySynchronization.Read.All'],
      recognise: ['features', 'configuration'],
    },
    accessReviewScheduleDefinition: {
      kind: 'Policy',
      label: 'access review',
      from: ['identityGovernance/accessReviews/definitions', 'AccessReview.Read.All'],
      recognise: ['reviewers', 'settings'],
    },
    directorySetting: { kind: 'Policy', label: 'directory setting', from: ['groupSettings', 'Directory.Read.All'], recognise: ['templateId', 'values'] },
  }),
});
