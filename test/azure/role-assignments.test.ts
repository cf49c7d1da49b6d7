import { describe } from '@jest/globals';
import { decide } from '../support/azure-cases.ts';
import {
  assignment,
  contributor,
  denial,
  groupId,
  managementGroup,
  oid,
  owner,
  resourceId,
  roleDefinition,
  subscriptionId,
  team,
} from '../support/azure-estate.ts';

const vm = 'Microsoft.Compute/virtualMachines';
const storage = 'Microsoft.Storage/storageAccounts';
const web = resourceId(vm, 'web');
const start = `${vm}/start/action`;
const blobs = `${storage}/blobServices/containers/blobs/read`;

describe('role assignments', () => {
  const starter = roleDefinition('starter', { actions: [`${vm}/*`], notActions: [`${vm}/delete`] });
  const through = (...names: readonly string[]) => names.map((name, index) => team(name, [names[index - 1] ?? 'ada']));
  decide([
    {
      name: 'by segment: a group whose name begins alike is another group',
      records: [starter, assignment('ada', 'starter', groupId('mai'))],
      action: start,
      on: web,
      decision: 'deny',
    },
    {
      name: 'without regard to case',
      records: [starter, assignment('ada', 'starter', groupId('MAIN').toUpperCase())],
      action: start.toUpperCase(),
      on: web.toUpperCase(),
      decision: 'allow',
    },
    { name: 'what notActions take away', records: [starter, assignment('ada', 'starter', subscriptionId)], action: `${vm}/delete`, on: web, decision: 'deny' },
    {
      name: 'what one role takes away another may give',
      records: [starter, assignment('ada', 'starter', subscriptionId), assignment('ada', owner, groupId('main'))],
      action: `${vm}/delete`,
      on: web,
      decision: 'allow',
    },
    {
      name: 'by a group in a group in a group',
      records: [starter, ...through('one', 'two', 'three'), assignment('three', 'starter', managementGroup('platform'))],
      action: start,
      on: web,
      decision: 'allow',
    },
    {
      name: 'a circle of groups ends',
      records: [starter, team('one', ['ada', 'two']), team('two', ['one']), assignment('two', 'starter', '/')],
      action: start,
      on: web,
      decision: 'allow',
    },
    {
      name: '`*` of actions is nothing of data',
      records: [assignment('ada', owner, subscriptionId)],
      action: blobs,
      on: resourceId(storage, 'logs'),
      decision: 'deny',
    },
    { name: 'a definition that was not read', records: [assignment('ada', 'nobody-knows', subscriptionId)], action: start, on: web, decision: 'unknown' },
    {
      name: 'Contributor writes no assignments',
      records: [assignment('ada', contributor, '/')],
      action: 'Microsoft.Authorization/roleAssignments/write',
      on: subscriptionId,
      decision: 'deny',
    },
  ]);
});

describe('deny assignments', () => {
  const all = [assignment('ada', owner, subscriptionId)];
  const nothing = { actions: [start] };
  const group = team('ops', ['ada']);
  decide([
    { name: 'beat an owner', records: [...all, denial(nothing, groupId('main'))], action: start, on: web, decision: 'deny' },
    {
      name: 'spare whom they exclude',
      records: [...all, denial(nothing, groupId('main'), { excludePrincipals: [{ id: oid('ada') }] })],
      action: start,
      on: web,
      decision: 'allow',
    },
    {
      name: 'spare by a group',
      records: [...all, group, denial(nothing, groupId('main'), { excludePrincipals: [{ id: oid('ops') }] })],
      action: start,
      on: web,
      decision: 'allow',
    },
    {
      name: 'mean a group',
      records: [...all, group, denial(nothing, groupId('main'), { principals: [{ id: oid('ops') }] })],
      action: start,
      on: web,
      decision: 'deny',
    },
    {
      name: 'mean somebody else',
      records: [...all, denial(nothing, groupId('main'), { principals: [{ id: oid('bob') }] })],
      action: start,
      on: web,
      decision: 'allow',
    },
    {
      name: 'do not apply below',
      records: [...all, denial(nothing, groupId('main'), { doNotApplyToChildScopes: true })],
      action: start,
      on: web,
      decision: 'allow',
    },
    {
      name: 'take actions away only',
      records: [...all, denial({ actions: ['*'], notActions: [start] }, groupId('main'))],
      action: start,
      on: web,
      decision: 'allow',
    },
    {
      name: 'on a condition',
      records: [...all, denial(nothing, groupId('main'), { condition: '@Resource[x] StringEquals y' })],
      action: start,
      on: web,
      decision: 'conditional',
      keys: ['azure:denyCondition'],
    },
  ]);
});
