import { expect, test } from '@jest/globals';
import { SignIn } from '../../src/derive/sign-in.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';

const tenant = '0f0f0f0f-0000-0000-0000-000000000001';
const record = (type: string, id: string, config: JsonObject): SnapshotRecord => ({
  type: `Microsoft.Graph/${type}`,
  id,
  account: tenant,
  region: 'global',
  calls: [`graph:${type}`],
  config: { id, ...config },
});
const user = record('user', 'ada', {});
const group = (id: string, ...members: readonly string[]): SnapshotRecord => record('group', id, { members: members.map((each) => ({ id: each })) });
const role = (principalId: string, roleDefinitionId: string): SnapshotRecord =>
  record('unifiedRoleAssignment', `${principalId}-${roleDefinitionId}`, { principalId, roleDefinitionId });
const policy = (users: JsonObject, conditions: JsonObject = {}, grantControls: JsonObject = { operator: 'OR', builtInControls: ['mfa'] }, state = 'enabled') =>
  record('conditionalAccessPolicy', 'p', { state, conditions: { users, applications: { includeApplications: ['All'] }, ...conditions }, grantControls });
const all = { includeUsers: ['All'] };
const defaults = record('identitySecurityDefaultsEnforcementPolicy', 'd', { isEnabled: true });
const strength = (more: JsonObject): JsonObject => ({ operator: 'AND', builtInControls: [], authenticationStrength: more });

const [alone, second, resistant] = [0.9, 0.3, 0.1];

test.each<[string, readonly SnapshotRecord[], number]>([
  ['nothing was collected', [], 0.6],
  ['security defaults', [defaults], 0.35],
  ['a policy for all', [policy(all)], second],
  ['a policy that only reports', [policy(all, {}, undefined, 'enabledForReportingButNotEnforced')], alone],
  ['a policy for others', [policy({ includeUsers: ['bob'] })], alone],
  ['a policy for a group of his', [policy({ includeGroups: ['g'] }), group('g', 'ada')], second],
  ['a policy for a group that holds a group of his', [policy({ includeGroups: ['g'] }), group('g', 'h'), group('h', 'ada')], second],
  ['groups in a ring', [policy({ includeGroups: ['x'] }), group('g', 'h'), group('h', 'ada', 'g')], alone],
  ['a policy for a role of his', [policy({ includeRoles: ['admin'] }), role('ada', 'admin')], second],
  ['a policy for a role of his group', [policy({ includeRoles: ['admin'] }), role('g', 'admin'), group('g', 'ada')], second],
  ['a policy that leaves him out', [policy({ ...all, excludeUsers: ['ada'] })], alone],
  ['a policy that leaves out a group above his', [policy({ ...all, excludeGroups: ['g'] }), group('g', 'h'), group('h', 'ada')], alone],
  ['a policy that leaves out his role', [policy({ ...all, excludeRoles: ['admin'] }), role('ada', 'admin')], alone],
  ['a policy for one application', [policy(all, { applications: { includeApplications: ['a-1'] } })], alone],
  ['a policy for some places', [policy(all, { locations: { includeLocations: ['All'], excludeLocations: ['AllTrusted'] } })], alone],
  ['a policy for devices that are not managed', [policy(all, { devices: { deviceFilter: { mode: 'exclude', rule: 'device.isCompliant -eq True' } } })], alone],
  ['a policy for risky sign-ins', [policy(all, { signInRiskLevels: ['high'] })], alone],
  ['a policy for old clients', [policy(all, { clientAppTypes: ['exchangeActiveSync', 'other'] })], alone],
  ['a policy for browsers only', [policy(all, { clientAppTypes: ['browser'] })], alone],
  ['a policy for every modern client', [policy(all, { clientAppTypes: ['browser', 'mobileAppsAndDesktopClients'] })], second],
  ['a factor or a managed device', [policy(all, {}, { operator: 'OR', builtInControls: ['mfa', 'compliantDevice'] })], alone],
  ['a factor and a managed device', [policy(all, {}, { operator: 'AND', builtInControls: ['mfa', 'compliantDevice'] })], second],
  ['the built-in strength against phishing', [policy(all, {}, strength({ id: '00000000-0000-0000-0000-000000000004' }))], resistant],
  ['a strength of keys only', [policy(all, {}, strength({ id: 's', displayName: 'Keys', allowedCombinations: ['fido2'] }))], resistant],
  [
    'a strength that says so in its name alone',
    [policy(all, {}, strength({ id: 's', displayName: 'Phishing safe', allowedCombinations: ['fido2', 'sms'] }))],
    second,
  ],
  ['another strength', [policy(all, {}, strength({ id: '00000000-0000-0000-0000-000000000002' }))], second],
])('%s', (_name, records, value) => {
  expect(new SignIn(memorySnapshot([user, ...records])).of(user).factor.value).toBe(value);
});
