import type { Evidence } from '../model/evidence.ts';
import { isArray, isObject, type Json, textAt } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import { azureWords } from './azure-words.ts';

/** What an evidence says in a line: the rule of a group, the route of a table, else the place in the record. */
export function evidenceWords(snapshot: Snapshot, evidence: Evidence): string {
  const record = snapshot.find(evidence.resource);
  const keys = evidence.pointer.split('/').slice(2);
  const name = evidence.resource.split(/[/:]/).at(-1) ?? evidence.resource;
  if (keys[0]?.startsWith('IpPermissions') === true) {
    const way = keys[0] === 'IpPermissions' ? 'in' : 'out';
    if (keys.length === 1) return `${name}${named(record?.config)}: no rule lets it ${way}`;
    const permission = at(record?.config, keys.slice(0, 2));
    const peer = at(permission, keys.slice(2));
    const who = ['CidrIp', 'CidrIpv6', 'PrefixListId', 'GroupId'].map((key) => textAt(peer, key)).find((text) => text !== undefined) ?? '';
    return `${name}${named(record?.config)}: ${ports(permission)} ${way === 'in' ? 'from' : 'to'} ${who}`;
  }
  if (keys[0] === 'Routes') {
    const route = at(record?.config, keys);
    const to =
      ['DestinationCidrBlock', 'DestinationIpv6CidrBlock', 'DestinationPrefixListId'].map((key) => textAt(route, key)).find((text) => text !== undefined) ?? '';
    const via = [
      'GatewayId',
      'NatGatewayId',
      'TransitGatewayId',
      'VpcPeeringConnectionId',
      'VpcEndpointId',
      'NetworkInterfaceId',
      'EgressOnlyInternetGatewayId',
    ]
      .map((key) => textAt(route, key))
      .find((text) => text !== undefined);
    return `${name}: ${to} -> ${via ?? '?'}`;
  }
  if (keys[0] === 'Entries') {
    const entry = at(record?.config, keys);
    const cidr = textAt(entry, 'CidrBlock') ?? textAt(entry, 'Ipv6CidrBlock') ?? '';
    return `${name}: rule ${String(isObject(entry) ? entry['RuleNumber'] : '')} ${textAt(entry, 'RuleAction') ?? ''} ${cidr}`;
  }
  const said = record?.type.startsWith('Microsoft.') === true ? azureWords(record, keys, at(record.config, keys)) : undefined;
  if (said !== undefined) return `${name}: ${said}`;
  return keys.length === 0 ? name : `${name}: ${keys.join('/')}`;
}

const named = (config: Json | undefined): string => {
  const group = textAt(config, 'GroupName');
  return group === undefined ? '' : ` (${group})`;
};

function ports(permission: Json | undefined): string {
  const protocol = textAt(permission, 'IpProtocol') ?? '-1';
  if (protocol === '-1' || !isObject(permission)) return 'everything';
  const [from, to] = [permission['FromPort'], permission['ToPort']];
  return from === undefined || from === -1 ? protocol : `${protocol} ${String(from)}${to === from || to === undefined ? '' : `-${String(to)}`}`;
}

function at(value: Json | undefined, keys: readonly string[]): Json | undefined {
  const [key, ...rest] = keys;
  if (key === undefined || value === undefined) return value;
  if (isArray(value)) return at(value[Number(key)], rest);
  return isObject(value) ? at(value[key], rest) : undefined;
}
