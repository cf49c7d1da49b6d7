import { defineCollector } from '../../src/model/collector.ts';

/** IAM Roles Anywhere: whose certificates are accepted, and for which roles. */
export const rolesanywhere = defineCollector({
  id: 'aws.rolesanywhere',
  provider: 'aws',
  service: 'rolesanywhere',
  title: 'IAM Roles Anywhere',
  scope: 'regional',
  sdk: { load: () => import('./rolesanywhere-client.ts'), client: 'RolesAnywhereClient' },
  resources: {
    'AWS::RolesAnywhere::TrustAnchor': {
      kind: 'Credential',
      label: 'trust anchor',
      list: [{ call: 'rolesanywhere:ListTrustAnchors', items: 'trustAnchors[]' }],
      id: '{trustAnchorArn}',
      aliases: ['trustAnchorId', 'name'],
      name: ['name'],
      recognise: ['trustAnchorArn'],
      properties: {
        enabled: { type: 'boolean', means: 'whether certificates of the authority are accepted' },
        source: { type: 'string', means: 'AWS_ACM_PCA, CERTIFICATE_BUNDLE or SELF_SIGNED_REPOSITORY', from: 'source.sourceType' },
      },
    },
    'AWS::RolesAnywhere::Profile': {
      kind: 'Policy',
      label: 'Roles Anywhere profile',
      list: [{ call: 'rolesanywhere:ListProfiles', items: 'profiles[]' }],
      id: '{profileArn}',
      aliases: ['profileId', 'name'],
      name: ['name'],
      recognise: ['profileArn'],
      documents: ['sessionPolicy'],
      references: [{ path: 'roleArns[]', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' }],
      properties: {
        enabled: { type: 'boolean', means: 'whether sessions are given by it' },
        roles: { type: 'string[]', means: 'ARNs of the roles that it gives', from: 'roleArns' },
      },
    },
  },
});
