import { defineCollector } from '../../src/model/collector.ts';
import { armTypes, perResource, refers, routes } from './table.ts';

const profile = 'Microsoft.Cdn/profiles';
const version = '2024-02-01';

/** Front Door and content delivery: endpoint, route, group of origins, origin. */
export const cdn = defineCollector({
  id: 'azure.cdn',
  provider: 'azure',
  service: 'Microsoft.Cdn',
  title: 'Front Door and CDN',
  scope: 'global',
  resources: armTypes({
    'Microsoft.Cdn/profiles': { kind: 'Gateway', label: 'Front Door or CDN profile' },
    'Microsoft.Cdn/profiles/endpoints': { kind: 'Gateway', label: 'CDN endpoint' },
    'Microsoft.Cdn/profiles/afdEndpoints': { kind: 'Gateway', label: 'Front Door endpoint', aliases: ['properties.hostName', 'name'], name: ['name'] },
    'Microsoft.Cdn/profiles/originGroups': {
      kind: 'Gateway',
      label: 'origin group',
      table: 'none',
      list: [perResource(profile, 'originGroups', version, 'Microsoft.Cdn/profiles/originGroups')],
    },
    'Microsoft.Cdn/profiles/originGroups/origins': {
      kind: 'Gateway',
      label: 'origin',
      table: 'none',
      list: [perResource('Microsoft.Cdn/profiles/originGroups', 'origins', version, 'Microsoft.Cdn/profiles/originGroups/origins')],
      references: [routes('properties.azureOrigin.id')],
    },
    'Microsoft.Cdn/profiles/afdEndpoints/routes': {
      kind: 'Gateway',
      label: 'route',
      table: 'none',
      list: [perResource('Microsoft.Cdn/profiles/afdEndpoints', 'routes', version, 'Microsoft.Cdn/profiles/afdEndpoints/routes')],
      references: [routes('properties.originGroup.id')],
    },
    'Microsoft.Cdn/profiles/securityPolicies': {
      kind: 'Filter',
      label: 'security policy of Front Door',
      table: 'none',
      list: [perResource(profile, 'securityPolicies', version, 'Microsoft.Cdn/profiles/securityPolicies')],
      references: [refers('properties.parameters.wafPolicy.id'), { path: 'properties.parameters.associations[].domains[].id', edge: 'Guards' }],
    },
  }),
});
