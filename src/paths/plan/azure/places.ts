import type { Change } from '../../../model/change.ts';
import { isArray, isObject, type Json, textAt } from '../../../model/json.ts';
import { at, type Candidate, type CandidateContext, type Hop, type Place, shortName, texts } from '../candidate.ts';
import { assignmentCandidates, eligibilityCandidates } from './assignments.ts';

type Maker = (hop: Hop, place: Place, context: CandidateContext) => readonly Candidate[];

const anyType = /^Microsoft\./;

/** Changes by the type of the record and the place in it that proves a step. One line a kind of place; the first that fits counts. */
const makers: readonly (readonly [RegExp, RegExp, Maker])[] = [
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
    part(4, (value) => `the assignment of ${textAt(value, 'principalDisplayName') ?? textAt(value, 'principalId') ?? 'somebody'}`),
  ],
  [/^Microsoft\.Graph\//, /^\/config\/owners\/\d+$/, part(2, (value, _, context) => `the owner ${named(context, textAt(value, 'id') ?? '')}`)],
  [/^Microsoft\.Graph\//, /^\/config\/members\/\d+(\/id)?$/, member],
  [anyType, /^\/config\/federatedIdentityCredentials\/\d+$/, part(6, (value) => `the federated credential ${textAt(value, 'name') ?? ''}`)],
  [/^Microsoft\.Graph\/(user|servicePrincipal)$/, /^\/config\/(accountEnabled|userType|appOwnerOrganizationId)$/, disabled],
  [
    /^Microsoft\.KeyVault\/vaults$/,
    /^\/config\/properties\/accessPolicies\/\d+$/,
    part(5, (value, _, context) => `the access policy of ${named(context, textAt(value, 'objectId') ?? '')}`),
  ],
  [/^Microsoft\.Storage\/storageAccounts$/, /^\/config\/properties\/allowSharedKeyAccess$/, flag('admit no shared keys to', false, 5)],
  [/^Microsoft\.Storage\/storageAccounts$/, /^\/config\/properties\/allowBlobPublicAccess$/, flag('admit no anonymous reading of', false, 4)],
  [/^Microsoft\.Network\/networkSecurityGroups$/, /^\/config\/properties\/securityRules\/\d+$/, securityRule],
  [anyType, /^\/config\/firewallRules\/\d+$/, part(4, (value) => `the firewall rule ${textAt(value, 'name') ?? ''}`)],
  [anyType, /^\/config\/properties\/networkAcls(\/ipRules)?$/, networkAcls],
  [
    anyType,
    /^\/config\/(properties\/publicNetworkAccess|siteConfig\/properties\/(scmI|i)pSecurityRestrictions|properties\/apiServerAccessProfile\/authorizedIPRanges)$/,
    privateOnly,
  ],
  [anyType, /^\/config\/identity\/principalId$/, ownIdentity],
  [anyType, /^\/config\/identity\/userAssignedIdentities\/[^/]+(\/principalId)?$/, assignedIdentity],
  [/^Microsoft\.Web\/sites/, /^\/config\/appSettings\/[^/]+$/, part(5, (_, key) => `the setting ${key}`)],
];

/** What can be done at a place of Azure or Entra ID. */
export function azureCandidates(hop: Hop, place: Place, context: CandidateContext): readonly Candidate[] {
  return makers.find(([type, pointer]) => type.test(place.record.type) && pointer.test(place.pointer))?.[2](hop, place, context) ?? [];
}

/** What people call a record: a display name, else the last part of its id. */
const nameOf = ({ record }: Place): string => textAt(record.config, 'displayName') ?? textAt(record.config, 'name') ?? shortName(record.id);
const named = (context: CandidateContext, id: string): string => {
  const record = context.record(id);
  return record === undefined ? shortName(id) : (textAt(record.config, 'displayName') ?? textAt(record.config, 'name') ?? shortName(id));
};

function part(disruption: number, what: (value: Json, key: string, context: CandidateContext) => string): Maker {
  return (_, place, context) => {
    const { record, pointer, value } = place;
    const title = `remove ${what(value, pointer.split('/').at(-1) ?? '', context)} from ${nameOf(place)}`;
    return [{ changes: [{ op: 'remove', resource: record.id, pointer }], title, effort: 'low', disruption, factor: 0 }];
  };
}

function flag(title: string, value: boolean, disruption: number): Maker {
  return (_, place) => [
    {
      changes: [{ op: 'set', resource: place.record.id, pointer: place.pointer, value }],
      title: `${title} ${nameOf(place)}`,
      effort: 'medium',
      disruption,
      factor: 0,
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

function securityRule(_: Hop, place: Place): readonly Candidate[] {
  const { record, pointer, value } = place;
  const own = (key: string): string => textAt(value, `properties.${key}`) ?? '';
  if (own('access').toLowerCase() !== 'allow') return [];
  const source =
    own('sourceAddressPrefix') || texts(isObject(value) && isObject(value['properties']) ? value['properties']['sourceAddressPrefixes'] : undefined).join(', ');
  return [
    {
      changes: [{ op: 'remove', resource: record.id, pointer }],
      title: `remove the rule ${textAt(value, 'name') ?? ''} (${own('protocol').toLowerCase()} ${own('destinationPortRange') || 'ports'} from ${source || 'a group'}) from ${nameOf(place)}`,
      effort: 'low',
      disruption: /^(22|3389|\*)$/.test(own('destinationPortRange')) ? 2 : 6,
      factor: 0,
    },
  ];
}

/** A service whose firewall lets everybody or somebody in: those who are listed alone, or nobody from outside. */
function networkAcls(hop: Hop, place: Place): readonly Candidate[] {
  const { record, pointer } = place;
  const deny: Candidate = {
    changes: [{ op: 'set', resource: record.id, pointer: '/config/properties/networkAcls/defaultAction', value: 'Deny' }],
    title: `let only listed networks come to ${nameOf(place)}`,
    effort: 'medium',
    disruption: 4,
    factor: 0,
  };
  return [...(pointer.endsWith('/ipRules') ? [] : [deny]), ...privateOnly(hop, place)];
}

function privateOnly(_: Hop, place: Place): readonly Candidate[] {
  return [
    {
      changes: [{ op: 'set', resource: place.record.id, pointer: '/config/properties/publicNetworkAccess', value: 'Disabled' }],
      title: `disable public network access of ${nameOf(place)}`,
      effort: 'medium',
      disruption: 6,
      factor: 0,
    },
  ];
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
  return [{ changes, title: `take the managed identity off ${nameOf(place)}`, effort: 'medium', disruption: 8, factor: 0 }];
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
    },
  ];
}
