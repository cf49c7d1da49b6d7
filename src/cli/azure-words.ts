import { isArray, isObject, type Json, textAt } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';

const own = (value: Json | undefined): Json | undefined => (isObject(value) && isObject(value['properties']) ? value['properties'] : value);
const last = (id: string | undefined): string => id?.split('/').at(-1) ?? '';
const idAt = (value: Json | undefined, key: string): string | undefined => (isObject(value) ? textAt(value[key] ?? null, 'id') : undefined);

/** One value or a list, under either spelling: `sourceAddressPrefix` and `sourceAddressPrefixes`. */
function either(value: Json | undefined, ...keys: readonly string[]): string {
  const texts = keys.flatMap((key): string[] => {
    const found = isObject(value) ? value[key] : undefined;
    if (isArray(found)) return found.flatMap((each) => (typeof each === 'string' ? [each] : (idAt({ it: each }, 'it') ?? textAt(each, 'addressPrefix') ?? [])));
    return typeof found === 'string' && found !== '' ? [found] : [];
  });
  const shown = [...new Set(texts)].map((each) => (each.includes('/providers/') || each.startsWith('/subscriptions/') ? last(each) : each));
  return shown.length > 3 ? `${shown.slice(0, 3).join(', ')}, …` : shown.join(', ');
}

const anything = (text: string): string => (text === '' || text === '*' || text === '0-65535' ? '' : ` ${text}`);
const protocol = (text: string): string => (text === '' || text === '*' ? 'everything' : text.toLowerCase());

/** `allow tcp 22 from Internet (rule 100 ssh)` */
function securityRule(row: Json): string {
  const rule = own(row);
  const inbound = textAt(rule, 'direction')?.toLowerCase() !== 'outbound';
  const side = inbound ? 'source' : 'destination';
  const who = either(rule, `${side}AddressPrefix`, `${side}AddressPrefixes`, `${side}ApplicationSecurityGroups`, `${side}s`);
  const access = (textAt(rule, 'access') ?? '').toLowerCase() === 'alwaysallow' ? 'always allow' : (textAt(rule, 'access') ?? '').toLowerCase();
  const name = textAt(row, 'name') ?? last(textAt(row, 'id'));
  const priority = isObject(rule) ? rule['priority'] : undefined;
  const what = `${protocol(textAt(rule, 'protocol') ?? '*')}${anything(either(rule, 'destinationPortRange', 'destinationPortRanges'))}`;
  return `${access} ${what} ${inbound ? 'from' : 'to'} ${who === '' ? '*' : who} (rule ${[priority, name].filter((each) => each !== undefined && each !== '').join(' ')})`;
}

/** `tcp 80 -> 10.0.2.4:8080 (rule web)`, or what it lets through. */
function firewallRule(row: Json): string {
  const what = `${either(row, 'ipProtocols', 'protocols').toLowerCase()}${anything(either(row, 'destinationPorts'))}`.trim();
  const to = textAt(row, 'translatedAddress') ?? textAt(row, 'translatedFqdn');
  const from = either(row, 'sourceAddresses', 'sourceIpGroups');
  const where =
    to === undefined
      ? `to ${either(row, 'destinationAddresses', 'destinationIpGroups', 'destinationFqdns', 'targetFqdns', 'targetUrls', 'fqdnTags', 'webCategories')}`
      : `-> ${to}:${textAt(row, 'translatedPort') ?? ''}`;
  return `${[what, `from ${from === '' ? '*' : from}`, where].filter((each) => each !== '').join(' ')} (rule ${textAt(row, 'name') ?? ''})`;
}

function route(row: Json): string {
  const rule = own(row);
  return `${either(rule, 'addressPrefix')} -> ${textAt(rule, 'nextHopType') ?? '?'}${anything(either(rule, 'nextHopIpAddress'))}`;
}

function balancing(row: Json): string {
  const rule = own(row);
  const port = (key: string): string => (isObject(rule) ? String(rule[key] ?? '') : '');
  return `${protocol(textAt(rule, 'protocol') ?? '*')} ${port('frontendPort')} -> ${port('backendPort')}`;
}

/** What a list of networks says: its default, and how many exceptions it has. */
function networks(list: Json): string {
  const count = (key: string, one: string): string[] => {
    const found = isObject(list) ? list[key] : undefined;
    return isArray(found) && found.length > 0 ? [`${found.length} ${one}${found.length === 1 ? '' : 's'}`] : [];
  };
  return [`default ${textAt(list, 'defaultAction') ?? 'Allow'}`, ...count('ipRules', 'address range'), ...count('virtualNetworkRules', 'subnet')].join(', ');
}

/** Places of an Azure record that are evidence for reachability, and what they say. Others are shown by their place. */
const words: readonly { readonly at: RegExp; readonly say: (row: Json, record: SnapshotRecord) => string }[] = [
  {
    at: /^(?:properties\/(?:default)?securityRules|effectiveNetworkSecurityGroups\/\d+\/effectiveSecurityRules|effectiveSecurityAdminRules)\/\d+$/i,
    say: securityRule,
  },
  { at: /^(?:properties\/routes|effectiveRouteTable)\/\d+$/, say: route },
  { at: /\/rules\/\d+$/, say: firewallRule },
  { at: /^properties\/virtualNetworkPeerings\/\d+$/, say: (row) => `peering with ${last(idAt(own(row), 'remoteVirtualNetwork'))}` },
  { at: /^properties\/(?:loadBalancingRules|inboundNatRules)\/\d+$/, say: balancing },
  {
    at: /^firewallRules\/\d+$/,
    say: (row) => `${textAt(own(row), 'startIpAddress') ?? ''} to ${textAt(own(row), 'endIpAddress') ?? ''} (rule ${textAt(row, 'name') ?? ''})`,
  },
  { at: /^properties\/(?:networkAcls|networkRuleSet|networkRuleSets)$/, say: networks },
  { at: /^properties\/publicNetworkAccess$/, say: (row) => `public network access ${typeof row === 'string' ? row : ''}` },
  { at: /^properties\/networkAcls\/resourceAccessRules\/\d+$/, say: (row) => `lets in ${textAt(row, 'resourceId') ?? ''}` },
  { at: /^sku$/, say: (row) => `${textAt(row, 'name') ?? ''} address` },
  { at: /^properties\/ipConfigurations\/\d+$/, say: (row) => textAt(own(row), 'privateIPAddress') ?? 'address configuration' },
];

/** What a place of an Azure record says in a line; `undefined` where nothing shorter than the place is known. */
export function azureWords(record: SnapshotRecord, keys: readonly string[], value: Json | undefined): string | undefined {
  if (/\/networkSecurityGroups$/i.test(record.type) && keys.join('/') === 'properties') return 'default rules';
  if (value === undefined) return undefined;
  const found = words
    .find(({ at }) => at.test(keys.join('/')))
    ?.say(value, record)
    .trim();
  return found === undefined || found === '' ? undefined : found;
}

/** An Azure id without what is the same for all: `virtualMachines/worker`, with its resource group where another has the same name. */
export function shortId(snapshot: Snapshot, id: string): string {
  if (id.startsWith('onprem:/')) return `onprem:${shortId(snapshot, id.slice('onprem:'.length))}`;
  const [, group = '', path = ''] = /^\/subscriptions\/[^/]+\/resourcegroups\/([^/]+)\/providers\/[^/]+\/(.+)$/i.exec(id) ?? [];
  if (path === '') return id;
  const segments = path.split('/');
  const types = (snapshot.find(id)?.type ?? '').split('/').slice(1);
  const spelled = segments.map((each, index) =>
    index % 2 === 0 && types[index / 2]?.toLowerCase() === each.toLowerCase() ? (types[index / 2] ?? each) : each,
  );
  const alone = snapshot.find(segments.at(-1) ?? '') !== undefined || segments.length > 2;
  return `${(segments[2] === 'subnets' ? subnet(snapshot, id, spelled) : spelled).join('/')}${alone ? '' : ` in ${group}`}`;
}

/** Names of subnets as their network spells them. */
function subnet(snapshot: Snapshot, id: string, spelled: readonly string[]): readonly string[] {
  const network = snapshot.find(id.split('/subnets/')[0] ?? '');
  const listed = own(network?.config);
  const rows = isObject(listed) && isArray(listed['subnets']) ? listed['subnets'] : [];
  const name = rows.map((each) => textAt(each, 'name')).find((each) => each?.toLowerCase() === spelled[3]);
  return ['virtualNetworks', spelled[1] ?? '', 'subnets', name ?? spelled[3] ?? ''];
}

/** The same for all ids in a sentence. */
export const shortIds = (snapshot: Snapshot, sentence: string): string => sentence.replace(/\/subscriptions\/[^\s,;()]+/g, (id) => shortId(snapshot, id));
