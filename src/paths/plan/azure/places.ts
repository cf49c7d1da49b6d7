import type { Change } from '../../../model/change.ts';
import { isArray, isObject, type Json, textAt } from '../../../model/json.ts';
import { at, type Candidate, type CandidateContext, type Hop, type Place, shortName, type Takes, texts, unseen } from '../candidate.ts';
import { assignmentCandidates, eligibilityCandidates } from './assignments.ts';
import { activity, defaultRule, nameOf, networkAcls, privateOnly, publicAddress, securityRule } from './network-places.ts';

type Maker = (hop: Hop, place: Place, context: CandidateContext) => readonly Candidate[];

const audits = 'changes by owners are in no snapshot: the audit logs of Entra ID tell';
const signIns = 'sign-ins are in no snapshot: the sign-in logs tell';

const anyType = /^Microsoft\./;

/** Changes by the type of the record and the place in it that proves a step. One line a kind of place; the first that fits counts. */
export const azurePlaces: readonly (readonly [RegExp, RegExp, Maker])[] = [
  [/^Microsoft\.Authorization\/roleAssignments$/, /^\/config\/properties$/, assignmentCandidates],
  [/^Microsoft\.Authorization\/roleEligibilityScheduleInstances$/, /^\/config\/properties$/, eligibilityCandidates],
  [/^Microsoft\.Authorization\/roleDefinitions$/, /^\/config\/properties\/permissions\/\d+$/, customRole],
  [/^Microsoft\.Graph\/unifiedRoleAssignment$/, /^\/config(\/principalId)?$/, wholeRecord('remove directory role', 6, directoryRoleOf)],
  [
    /^Microsoft\.Graph\/unifiedRoleEligibilityScheduleInstance$/,
    /^\/config(\/principalId)?$/,
    wholeRecord('end the eligibility for directory role', 4, directoryRoleOf),
  ],
  [/^Microsoft\.Graph\/oauth2PermissionGrant$/, /^\/config(\/scope)?$/, wholeRecord('withdraw the delegated permissions', 5, delegatedOf)],
  [/^Microsoft\.Graph\/servicePrincipal$/, /^\/config\/appRoleAssignments\/\d+$/, appRole],
  [
    /^Microsoft\.Graph\/servicePrincipal$/,
    /^\/config\/appRoleAssignedTo\/\d+$/,
    part(4, (value) => `the assignment of ${textAt(value, 'principalDisplayName') ?? textAt(value, 'principalId') ?? 'somebody'}`, signIns),
  ],
  [/^Microsoft\.Graph\//, /^\/config\/owners\/\d+$/, part(2, (value, _, context) => `the owner ${named(context, textAt(value, 'id') ?? '')}`, audits)],
  [/^Microsoft\.Graph\//, /^\/config\/members\/\d+(\/id)?$/, member],
  [anyType, /^\/config\/federatedIdentityCredentials\/\d+$/, part(6, (value) => `the federated credential ${textAt(value, 'name') ?? ''}`, signIns)],
  [/^Microsoft\.Graph\/(user|servicePrincipal)$/, /^\/config\/(accountEnabled|userType|appOwnerOrganizationId)$/, disabled],
  [
    /^Microsoft\.KeyVault\/vaults$/,
    /^\/config\/properties\/accessPolicies\/\d+$/,
    part(5, (value, _, context) => `the access policy of ${named(context, textAt(value, 'objectId') ?? '')}`, activity),
  ],
  [
    /^Microsoft\.Storage\/storageAccounts$/,
    /^\/config\/properties\/allowSharedKeyAccess$/,
    flag('admit no shared keys to', false, 5, 'requests with a shared key'),
  ],
  [
    /^Microsoft\.Storage\/storageAccounts$/,
    /^\/config\/properties\/allowBlobPublicAccess$/,
    flag('admit no anonymous reading of', false, 4, 'anonymous reading'),
  ],
  [/^Microsoft\.Network\/networkSecurityGroups$/, /^\/config\/properties\/securityRules\/\d+$/, securityRule],
  [anyType, /^\/config\/firewallRules\/\d+$/, part(4, (value) => `the firewall rule ${textAt(value, 'name') ?? ''}`, activity)],
  [anyType, /^\/config\/properties\/networkAcls(\/ipRules)?$/, networkAcls],
  [
    anyType,
    /^\/config\/(properties\/publicNetworkAccess|siteConfig\/properties\/(scmI|i)pSecurityRestrictions|properties\/apiServerAccessProfile\/authorizedIPRanges)$/,
    privateOnly,
  ],
  [/^Microsoft\.Network\/networkSecurityGroups$/, /^\/config\/properties$/, defaultRule],
  [/^Microsoft\.Network\/networkInterfaces$/, /^\/config\/properties\/ipConfigurations\/\d+$/, publicAddress],
  // A service that no rule of its own shuts, as far as the network shows.
  [/^Microsoft\.(?!Network\/|Compute\/|Graph\/|Authorization\/|Management\/|Resources\/)/, /^\/config(\/properties)?$/, reached],
  [anyType, /^\/config\/identity\/principalId$/, ownIdentity],
  [anyType, /^\/config\/identity\/userAssignedIdentities\/[^/]+(\/principalId)?$/, assignedIdentity],
  [/^Microsoft\.Web\/sites/, /^\/config\/appSettings\/[^/]+$/, part(5, (_, key) => `the setting ${key}`, 'what the code reads is in no snapshot')],
];

/** What can be done at a place of Azure or Entra ID. */
export function azureCandidates(hop: Hop, place: Place, context: CandidateContext): readonly Candidate[] {
  return azurePlaces.find(([type, pointer]) => type.test(place.record.type) && pointer.test(place.pointer))?.[2](hop, place, context) ?? [];
}

const named = (context: CandidateContext, id: string): string => {
  const record = context.record(id);
  return record === undefined ? shortName(id) : (textAt(record.config, 'displayName') ?? textAt(record.config, 'name') ?? shortName(id));
};

/** One element less. What it gave is told by its own words; `why`: what would tell of its use. */
function part(disruption: number, what: (value: Json, key: string, context: CandidateContext) => string, why: string): Maker {
  return (hop, place, context) => {
    const { record, pointer, value } = place;
    const element = what(value, pointer.split('/').at(-1) ?? '', context);
    const title = `remove ${element} from ${nameOf(place)}`;
    return [{ changes: [{ op: 'remove', resource: record.id, pointer }], title, effort: 'low', disruption, factor: 0, takes: unseen(hop.from, element, why) }];
  };
}

function flag(title: string, value: boolean, disruption: number, access: string): Maker {
  return (hop, place) => [
    {
      changes: [{ op: 'set', resource: place.record.id, pointer: place.pointer, value }],
      title: `${title} ${nameOf(place)}`,
      effort: 'medium',
      disruption,
      factor: 0,
      takes: unseen(hop.from, access, activity),
    },
  ];
}

function wholeRecord(verb: string, disruption: number, what: (place: Place, context: CandidateContext) => string): Maker {
  return (_, place, context) => {
    const holder = textAt(place.record.config, 'principalId') ?? textAt(place.record.config, 'clientId') ?? '';
    return [
      {
        changes: [{ op: 'delete', resource: place.record.id }],
        title: `${verb} ${what(place, context)}`,
        effort: 'low',
        disruption,
        factor: 0,
        takes: { actions: ['microsoft.directory/*'], holders: [holder] },
      },
    ];
  };
}

function directoryRoleOf({ record }: Place, context: CandidateContext): string {
  const [role, holder] = ['roleDefinitionId', 'principalId'].map((key) => named(context, textAt(record.config, key) ?? ''));
  return `${role} of ${holder}`;
}

function delegatedOf({ record }: Place, context: CandidateContext): string {
  return `${textAt(record.config, 'scope')?.trim() ?? ''} of ${named(context, textAt(record.config, 'clientId') ?? '')}`;
}

function appRole(_: Hop, place: Place, context: CandidateContext): readonly Candidate[] {
  const { record, pointer, value } = place;
  const [resource, role] = ['resourceId', 'appRoleId'].map((key) => textAt(value, key) ?? '');
  const roles = context.record(resource ?? '')?.config['appRoles'];
  const found = isArray(roles) ? roles.find((each) => textAt(each, 'id') === role) : undefined;
  return [
    {
      changes: [{ op: 'remove', resource: record.id, pointer }],
      title: `withdraw the permission ${textAt(found, 'value') ?? role} from ${nameOf(place)}`,
      effort: 'low',
      disruption: 5,
      factor: 0,
      takes: { actions: ['microsoft.graph/*'], holders: [record.id] },
    },
  ];
}

function member(_: Hop, place: Place, context: CandidateContext): readonly Candidate[] {
  const { record } = place;
  const pointer = place.pointer.replace(/\/id$/, '');
  const id = textAt(at(record, pointer), 'id') ?? '';
  return [
    {
      changes: [{ op: 'remove', resource: record.id, pointer }],
      title: `take ${named(context, id)} out of group ${nameOf(place)}`,
      effort: 'low',
      disruption: 5,
      factor: 0,
      takes: { actions: ['*'], holders: [id] },
    },
  ];
}

function disabled(hop: Hop, place: Place): readonly Candidate[] {
  if (hop.to !== place.record.id || at(place.record, '/config/accountEnabled') === false) return [];
  return [
    {
      changes: [{ op: 'set', resource: place.record.id, pointer: '/config/accountEnabled', value: false }],
      title: `disable ${nameOf(place)}`,
      effort: 'medium',
      disruption: 8,
      factor: 0,
      takes: { actions: ['*'], holders: [place.record.id] },
    },
  ];
}

/** A role of one's own can do without one of its actions; Azure's cannot be changed. */
function customRole(hop: Hop, place: Place, context: CandidateContext): readonly Candidate[] {
  const { record, pointer, value } = place;
  const kind = textAt(record.config, 'properties.type') ?? textAt(record.config, 'properties.roleType');
  if (kind?.toLowerCase() !== 'customrole' || !isObject(value)) return [];
  const holders = context.holders(record.id);
  return (context.technique(hop.proof.technique)?.actions ?? []).flatMap(({ action }): Candidate[] => {
    const [list, key] =
      ['actions', 'dataActions']
        .flatMap((name) => (isArray(value[name]) ? [[value[name], name] as const] : []))
        .find(([each]) => texts(each).some((text) => text.toLowerCase() === action.toLowerCase())) ?? [];
    const place = isArray(list) ? texts(list).findIndex((text) => text.toLowerCase() === action.toLowerCase()) : -1;
    // What a wildcard gives is taken away by an exclusion, which takes nothing else away.
    const data = texts(value['dataActions']).some((text) => text === '*' || action.toLowerCase().startsWith(text.toLowerCase().replace(/\*.*$/, '')));
    const change: Change =
      place >= 0
        ? { op: 'remove', resource: record.id, pointer: `${pointer}/${key ?? ''}/${place}` }
        : { op: 'append', resource: record.id, pointer: `${pointer}/${data ? 'notDataActions' : 'notActions'}`, value: action };
    return [
      {
        changes: [change],
        title: `${place >= 0 ? 'remove' : 'exclude'} ${action} from the role ${textAt(record.config, 'properties.roleName') ?? shortName(record.id)}`,
        effort: 'low',
        disruption: 2,
        factor: 0,
        takes: { actions: [action], holders },
      },
    ];
  });
}

function reached(hop: Hop, place: Place): readonly Candidate[] {
  return hop.proof.technique === 'network.reaches' ? privateOnly(hop, place) : [];
}

function ownIdentity(_: Hop, place: Place): readonly Candidate[] {
  const { record } = place;
  const others = textAt(record.config, 'identity.type')?.includes(',') === true;
  const changes: readonly Change[] = others
    ? [
        { op: 'set', resource: record.id, pointer: '/config/identity/type', value: 'UserAssigned' },
        { op: 'remove', resource: record.id, pointer: '/config/identity/principalId' },
      ]
    : [{ op: 'remove', resource: record.id, pointer: '/config/identity' }];
  const takes: Takes = { actions: ['*'], holders: [textAt(record.config, 'identity.principalId') ?? record.id] };
  return [{ changes, title: `take the managed identity off ${nameOf(place)}`, effort: 'medium', disruption: 8, factor: 0, takes }];
}

function assignedIdentity(_: Hop, place: Place): readonly Candidate[] {
  const pointer = place.pointer.replace(/\/principalId$/, '');
  return [
    {
      changes: [{ op: 'remove', resource: place.record.id, pointer }],
      title: `take the identity ${shortName((pointer.split('/').at(-1) ?? '').replaceAll('~1', '/'))} off ${nameOf(place)}`,
      effort: 'medium',
      disruption: 7,
      factor: 0,
      takes: { actions: ['*'], holders: [textAt(at(place.record, pointer), 'principalId') ?? place.record.id] },
    },
  ];
}
