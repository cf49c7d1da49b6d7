import { isArray, isObject, textAt } from '../../../model/json.ts';
import { at, type Candidate, type Hop, type Place, shortName, texts, unseen } from '../candidate.ts';

const flowLogs = 'traffic is in no snapshot: flow logs tell';
export const activity = 'requests are in no snapshot: the diagnostic logs of the service tell';

/** What people call a record: a display name, else the last part of its id. */
export const nameOf = ({ record }: Place): string => textAt(record.config, 'displayName') ?? textAt(record.config, 'name') ?? shortName(record.id);

export function securityRule(_: Hop, place: Place): readonly Candidate[] {
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
      takes: unseen(source || 'a group', `${own('protocol').toLowerCase()} ${own('destinationPortRange') || 'ports'}`, flowLogs),
    },
  ];
}

/** A service whose firewall lets everybody or somebody in: those who are listed alone, or nobody from outside. */
export function networkAcls(hop: Hop, place: Place): readonly Candidate[] {
  const { record, pointer } = place;
  const deny: Candidate = {
    changes: [{ op: 'set', resource: record.id, pointer: '/config/properties/networkAcls/defaultAction', value: 'Deny' }],
    title: `let only listed networks come to ${nameOf(place)}`,
    effort: 'medium',
    disruption: 4,
    factor: 0,
    takes: unseen(hop.from, 'requests from networks that are not listed', activity),
  };
  return [...(pointer.endsWith('/ipRules') ? [] : [deny]), ...privateOnly(hop, place)];
}

export function privateOnly(hop: Hop, place: Place): readonly Candidate[] {
  return [
    {
      changes: [{ op: 'set', resource: place.record.id, pointer: '/config/properties/publicNetworkAccess', value: 'Disabled' }],
      title: `disable public network access of ${nameOf(place)}`,
      effort: 'medium',
      disruption: 6,
      factor: 0,
      takes: unseen(hop.from, 'requests from public networks', activity),
    },
  ];
}

/** The last priority that a rule of one's own can have (https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview). */
const lastPriority = 4096;

/** What the default rules of a group admit: all that comes from its own networks. A rule before them denies it. */
export function defaultRule(hop: Hop, place: Place): readonly Candidate[] {
  const { record } = place;
  const rules = at(record, '/config/properties/securityRules');
  const taken =
    isArray(rules) && rules.some((each) => Number(textAt(each, 'properties.priority')) === lastPriority && textAt(each, 'properties.direction') === 'Inbound');
  if (taken) return [];
  const value = {
    name: 'deny-virtual-network',
    properties: {
      priority: lastPriority,
      direction: 'Inbound',
      access: 'Deny',
      protocol: '*',
      sourceAddressPrefix: 'VirtualNetwork',
      sourcePortRange: '*',
      destinationAddressPrefix: '*',
      destinationPortRange: '*',
    },
  };
  return [
    {
      changes: [{ op: 'append', resource: record.id, pointer: '/config/properties/securityRules', value }],
      title: `deny what comes from the networks beside in ${nameOf(place)}, but for its rules`,
      effort: 'medium',
      disruption: 8,
      factor: 0,
      takes: unseen(hop.from, 'traffic from the virtual network that no rule admits', flowLogs),
    },
  ];
}

/** A public address of a network interface. */
export function publicAddress(hop: Hop, place: Place): readonly Candidate[] {
  const { record, pointer, value } = place;
  const address = textAt(value, 'properties.publicIPAddress.id');
  if (address === undefined) return [];
  return [
    {
      changes: [{ op: 'remove', resource: record.id, pointer: `${pointer}/properties/publicIPAddress` }],
      title: `take the public address ${shortName(address)} off ${nameOf(place)}`,
      effort: 'medium',
      disruption: 6,
      factor: 0,
      takes: unseen(hop.from, `what comes by ${shortName(address)}`, flowLogs),
    },
  ];
}
