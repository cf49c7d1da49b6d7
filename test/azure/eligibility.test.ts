import { describe } from '@jest/globals';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { decide } from '../support/azure-cases.ts';
import { assignment, contributor, entity, oid, resource, resourceId, roleDefinition, subscriptionId } from '../support/azure-estate.ts';

const vm = 'Microsoft.Compute/virtualMachines';
const storage = 'Microsoft.Storage/storageAccounts';
const web = resourceId(vm, 'web');
const start = `${vm}/start/action`;
const blobs = `${storage}/blobServices/containers/blobs/read`;

describe('conditions and eligibility', () => {
  const reader = roleDefinition('blob-reader', { dataActions: [blobs] });
  const at = (condition: string) => assignment('ada', 'blob-reader', subscriptionId, { condition });
  const store = resourceId(storage, 'logs');
  const rules = entity('x', 'x', {});
  const policy = (enabled: readonly string[], approval: boolean): SnapshotRecord => ({
    ...rules,
    type: 'Microsoft.Authorization/roleManagementPolicyAssignments',
    id: `${subscriptionId}/providers/microsoft.authorization/rolemanagementpolicyassignments/p`,
    config: {
      properties: {
        scope: subscriptionId,
        roleDefinitionId: `/x/${contributor}`,
        effectiveRules: [
          { id: 'Enablement_EndUser_Assignment', enabledRules: enabled },
          { id: 'Approval_EndUser_Assignment', setting: { isApprovalRequired: approval, approvalStages: [{ primaryApprovers: [{ id: oid('bob') }] }] } },
        ],
      },
    },
  });
  const eligible = assignment('ada', contributor, subscriptionId, {}, 'roleEligibilityScheduleInstances');
  const perimeter = (accessMode: string) =>
    resource('Microsoft.Network/networkSecurityPerimeters', 'nsp', {
      resourceAssociations: [{ properties: { accessMode, privateLinkResource: { id: store }, profile: { id: '/profiles/p' } } }],
    });
  decide([
    {
      name: 'a condition on another action',
      records: [reader, at(`!(ActionMatches{'${storage}/blobServices/containers/blobs/write'}) OR @Resource[a] StringEquals 'b'`)],
      action: blobs,
      on: store,
      decision: 'allow',
    },
    {
      name: 'a condition on the resource stays',
      records: [reader, at(`@Resource[${storage}/blobServices/containers:name] StringEquals 'public'`)],
      action: blobs,
      on: store,
      decision: 'conditional',
      keys: [`Resource[${storage}/blobServices/containers:name]`],
    },
    {
      name: 'a condition that cannot be read stays as it is',
      records: [reader, at('if x then y')],
      action: blobs,
      on: store,
      decision: 'conditional',
      keys: ['azure:condition'],
    },
    {
      name: 'two assignments, one without strings',
      records: [reader, at("@Resource[a] StringEquals 'b'"), assignment('ada', 'blob-reader', store)],
      action: blobs,
      on: store,
      decision: 'allow',
    },
    { name: 'eligible', records: [eligible], action: start, on: web, decision: 'conditional', keys: ['pim:Activation'] },
    {
      name: 'eligible with a second factor and approval',
      records: [eligible, policy(['MultiFactorAuthentication'], true)],
      action: start,
      on: web,
      decision: 'conditional',
      keys: ['pim:Activation', 'pim:Approval', 'pim:MultiFactorAuthentication'],
    },
    {
      name: 'a firewall that lets a network in',
      records: [
        reader,
        assignment('ada', 'blob-reader', '/'),
        resource(storage, 'logs', { properties: { networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '203.0.113.0/24' }] } } }),
      ],
      action: blobs,
      on: store,
      decision: 'conditional',
      keys: ['azure:SourceNetwork'],
    },
    {
      name: 'a store that a perimeter secures',
      records: [reader, assignment('ada', 'blob-reader', '/'), resource(storage, 'logs', { properties: { publicNetworkAccess: 'SecuredByPerimeter' } })],
      action: blobs,
      on: store,
      decision: 'conditional',
      keys: ['azure:SourceNetwork'],
    },
    {
      name: 'a perimeter that is enforced, whatever the store says',
      records: [
        reader,
        assignment('ada', 'blob-reader', '/'),
        resource(storage, 'logs', { properties: { networkAcls: { defaultAction: 'Allow' } } }),
        perimeter('Enforced'),
      ],
      action: blobs,
      on: store,
      decision: 'conditional',
      keys: ['azure:SourceNetwork'],
    },
    {
      name: 'a perimeter that only learns, of a store that is open',
      records: [
        reader,
        assignment('ada', 'blob-reader', '/'),
        resource(storage, 'logs', { properties: { networkAcls: { defaultAction: 'Allow' } } }),
        perimeter('Learning'),
      ],
      action: blobs,
      on: store,
      decision: 'allow',
    },
  ]);
});
