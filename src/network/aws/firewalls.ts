import type { Json } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, addressSet, subtractSets } from '../algebra/address.ts';
import type { Intervals } from '../algebra/intervals.ts';
import { child, evidence, number, objects, strings, text } from './config.ts';
import type { Vpc } from './estate.ts';
import type { FirewallEndpoint, FirewallPolicy, FirewallRule } from './firewall-model.ts';
import { managedRules, statefulRules, statelessAction, statelessRules, unknownRules } from './firewall-rules.ts';
import { anyAddress, portExpression, portLine, type Variables } from './suricata.ts';

/** The endpoints of every firewall, by the id that routes name. */
export function firewallEndpoints(
  snapshot: Snapshot,
  vpcs: ReadonlyMap<string, Vpc>,
  lists: ReadonlyMap<string, AddressSet>,
): ReadonlyMap<string, FirewallEndpoint> {
  const out = new Map<string, FirewallEndpoint>();
  for (const firewall of snapshot.records('AWS::NetworkFirewall::Firewall')) {
    const answer = child(firewall.config, 'DescribeFirewall');
    const described = child(answer, 'Firewall');
    const home = vpcs.get(text(described, 'VpcId') ?? '')?.cidrs ?? anyAddress;
    const policy = policyOf(snapshot, firewall, text(described, 'FirewallPolicyArn') ?? '', home, lists);
    const name = text(firewall.config, 'FirewallName') ?? firewall.id;
    for (const state of Object.values(child(child(answer, 'FirewallStatus'), 'SyncStates'))) {
      const attachment = child(state, 'Attachment');
      const id = text(attachment, 'EndpointId');
      if (id !== undefined) out.set(id, { id, firewall, name, subnet: text(attachment, 'SubnetId') ?? '', policy });
    }
  }
  return out;
}

const cache = new WeakMap<Snapshot, Map<string, FirewallPolicy>>();

function policyOf(snapshot: Snapshot, firewall: SnapshotRecord, arn: string, home: AddressSet, lists: ReadonlyMap<string, AddressSet>): FirewallPolicy {
  const known = cache.get(snapshot) ?? new Map<string, FirewallPolicy>();
  cache.set(snapshot, known);
  const key = `${arn} ${JSON.stringify(home, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = readPolicy(snapshot, firewall, arn, home, lists);
  known.set(key, made);
  return made;
}

function readPolicy(snapshot: Snapshot, firewall: SnapshotRecord, arn: string, home: AddressSet, lists: ReadonlyMap<string, AddressSet>): FirewallPolicy {
  const record = snapshot.find(arn);
  const place = `${firewall.account}/${firewall.region}`;
  const policy = child(child(record?.config, 'DescribeFirewallPolicy'), 'FirewallPolicy');
  if (record === undefined || Object.keys(policy).length === 0) {
    const unseen = unknownRules(evidence(firewall, '/config/DescribeFirewall/Firewall/FirewallPolicyArn'));
    return {
      stateless: [],
      statelessDefault: 'forward',
      stateful: unseen,
      statefulDefault: 'drop',
      missing: [`network-firewall:DescribeFirewallPolicy ${place}`],
    };
  }
  const missing = new Set<string>();
  const at = '/config/DescribeFirewallPolicy/FirewallPolicy';
  const stated = strings(child(child(child(policy, 'PolicyVariables'), 'RuleVariables'), 'HOME_NET'), 'Definition');
  const own = stated.length > 0 ? addressSet(stated) : home;
  const groups = <T>(
    name: string,
    read: (group: SnapshotRecord, reference: Json) => readonly T[],
    unseen: (proof: FirewallRule['evidence'], id: string) => readonly T[],
  ): readonly T[] =>
    objects(policy, name)
      .map((reference, index) => ({ reference, index, priority: number(reference, 'Priority') ?? index }))
      .sort((a, b) => a.priority - b.priority || a.index - b.index)
      .flatMap(({ reference, index }) => {
        const id = text(reference, 'ResourceArn') ?? '';
        const group = snapshot.find(id);
        if (group !== undefined && Object.keys(child(group.config, 'DescribeRuleGroup')).length > 0) return read(group, reference);
        return unseen(evidence(record, `${at}/${name}/${index}`), id);
      });
  const notSeen = (proof: FirewallRule['evidence'], id: string): readonly FirewallRule[] => {
    if (id.includes(':aws-managed:')) return managedRules(proof);
    missing.add(`network-firewall:DescribeRuleGroup ${place}`);
    return unknownRules(proof);
  };
  const stateful = groups(
    'StatefulRuleGroupReferences',
    (group, reference) => {
      const rules = statefulRules(group, variablesOf(group, own, lists));
      // "DROP_TO_ALERT" turns what a group drops into alerts.
      return text(child(reference, 'Override'), 'Action') === 'DROP_TO_ALERT' ? rules.filter((rule) => rule.action !== 'drop') : rules;
    },
    notSeen,
  );
  const stateless = groups('StatelessRuleGroupReferences', statelessRules, notSeen);
  const strict = text(child(policy, 'StatefulEngineOptions'), 'RuleOrder') === 'STRICT_ORDER';
  const defaults = strings(policy, 'StatefulDefaultActions');
  return {
    stateless,
    statelessDefault: statelessAction(strings(policy, 'StatelessDefaultActions')) ?? 'forward',
    // Action order: "Actions are processed in the following order: pass, drop, reject, alert" (Network Firewall guide, evaluation order for Suricata compatible rules).
    stateful: strict ? stateful : [...stateful.filter((rule) => rule.action === 'pass'), ...stateful.filter((rule) => rule.action !== 'pass')],
    statefulDefault: strict && defaults.some((action) => action.startsWith('aws:drop')) ? 'drop' : 'pass',
    missing: [...missing].sort(),
  };
}

/** `HOME_NET` is "the CIDR range of the VPC where Network Firewall is deployed", `EXTERNAL_NET` everything else, unless the policy or the group says otherwise. */
function variablesOf(group: SnapshotRecord, home: AddressSet, lists: ReadonlyMap<string, AddressSet>): Variables {
  const body = child(child(group.config, 'DescribeRuleGroup'), 'RuleGroup');
  const variables = child(body, 'RuleVariables');
  const addresses = new Map<string, AddressSet>([
    ['HOME_NET', home],
    ['EXTERNAL_NET', subtractSets(anyAddress, home)],
  ]);
  const sets = child(variables, 'IPSets');
  for (const name of Object.keys(sets)) addresses.set(name, addressSet(strings(child(sets, name), 'Definition')));
  if ('HOME_NET' in sets && !('EXTERNAL_NET' in sets)) addresses.set('EXTERNAL_NET', subtractSets(anyAddress, addresses.get('HOME_NET') ?? home));
  const references = child(child(body, 'ReferenceSets'), 'IPSetReferences');
  for (const name of Object.keys(references)) {
    const set = lists.get((text(child(references, name), 'ReferenceArn') ?? '').split('/').at(-1) ?? '');
    if (set !== undefined) addresses.set(name, set);
  }
  const ports = new Map<string, Intervals<number>>();
  const named = child(variables, 'PortSets');
  const empty: Variables = { addresses, ports };
  for (const name of Object.keys(named))
    ports.set(
      name,
      strings(child(named, name), 'Definition').reduce<Intervals<number>>((sum, each) => portLine.union(sum, portExpression(each, empty) ?? []), []),
    );
  return { addresses, ports };
}
