import type { Evidence } from '../../model/evidence.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, addressSet, noAddresses, unionSets } from '../algebra/address.ts';
import { child, evidence, list, number, objects, strings, text } from './config.ts';
import type { FirewallMatch, FirewallRule } from './firewall-model.ts';
import {
  addressExpression,
  anyAddress,
  optionsOf,
  portExpression,
  portLine,
  protocolsOf,
  type SuricataRule,
  suricataRules,
  type Variables,
} from './suricata.ts';

const everyPacket: FirewallMatch = {
  protocols: undefined,
  source: anyAddress,
  sourcePorts: portLine.all,
  destination: anyAddress,
  destinationPorts: portLine.all,
};

/** Everything may be passed and everything dropped by rules that nobody read. */
export const unknownRules = (proof: Evidence): readonly FirewallRule[] =>
  (['pass', 'drop'] as const).map((action) => ({ action, looks: 'unknown', matches: [everyPacket], opener: 'any', evidence: proof }));

/** Threat signatures of AWS, whose rules are not shown: they may drop anything that looks bad. */
export const managedRules = (proof: Evidence): readonly FirewallRule[] => [
  { action: 'drop', looks: 'content', matches: [everyPacket], opener: 'any', evidence: proof },
];

/** The stateful rules of a group in the order in which they stand. */
export function statefulRules(group: SnapshotRecord, variables: Variables): readonly FirewallRule[] {
  const at = '/config/DescribeRuleGroup/RuleGroup/RulesSource';
  const source = child(child(child(group.config, 'DescribeRuleGroup'), 'RuleGroup'), 'RulesSource');
  const out: FirewallRule[] = [];
  for (const [index, rule] of objects(source, 'StatefulRules').entries())
    out.push(...fromHeader(rule, variables, evidence(group, `${at}/StatefulRules/${index}`)));
  const written = text(source, 'RulesString');
  if (written !== undefined) {
    const proof = evidence(group, `${at}/RulesString`);
    const { rules, unread } = suricataRules(written);
    for (const rule of rules) out.push(...fromSuricata(rule, variables, proof));
    if (unread > 0) out.push(...unknownRules(proof));
  }
  const domains = child(source, 'RulesSourceList');
  if (list(domains, 'Targets').length > 0) out.push(...fromDomains(domains, variables, evidence(group, `${at}/RulesSourceList`)));
  return out;
}

function fromHeader(rule: JsonObject, variables: Variables, proof: Evidence): readonly FirewallRule[] {
  const header = child(rule, 'Header');
  return fromSuricata(
    {
      action: text(rule, 'Action') ?? '',
      protocol: text(header, 'Protocol') ?? 'ip',
      source: text(header, 'Source') ?? 'any',
      sourcePort: text(header, 'SourcePort') ?? 'any',
      direction: text(header, 'Direction') === 'ANY' ? '<>' : '->',
      destination: text(header, 'Destination') ?? 'any',
      destinationPort: text(header, 'DestinationPort') ?? 'any',
      options: objects(rule, 'RuleOptions').map((option) => ({ keyword: text(option, 'Keyword') ?? '', values: strings(option, 'Settings') })),
    },
    variables,
    proof,
  );
}

function fromSuricata(rule: SuricataRule, variables: Variables, proof: Evidence): readonly FirewallRule[] {
  const action = /^pass$/i.test(rule.action) ? 'pass' : /^(drop|reject\w*)$/i.test(rule.action) ? 'drop' : undefined;
  if (action === undefined) return [];
  const { protocols, looks } = protocolsOf(rule.protocol);
  const source = addressExpression(rule.source, variables);
  const destination = addressExpression(rule.destination, variables);
  const sourcePorts = portExpression(rule.sourcePort, variables);
  const destinationPorts = portExpression(rule.destinationPort, variables);
  if (source === undefined || destination === undefined || sourcePorts === undefined || destinationPorts === undefined)
    return [{ action, looks: 'unknown', matches: [everyPacket], opener: 'any', evidence: proof }];
  const forward: FirewallMatch = { protocols, source, sourcePorts, destination, destinationPorts };
  const back: FirewallMatch = { protocols, source: destination, sourcePorts: destinationPorts, destination: source, destinationPorts: sourcePorts };
  const own = optionsOf(rule.options);
  return [
    {
      action,
      looks: looks === 'content' ? 'content' : own.looks,
      opener: own.opener,
      matches: rule.direction === '<>' ? [forward, back] : [forward],
      evidence: proof,
    },
  ];
}

/**
 * A list of domains: "For an allow list, [it] drops traffic that doesn't match"; only HTTP and TLS from `HOME_NET` are looked at, whatever the port
 * (Network Firewall guide, stateful domain list rule groups).
 */
function fromDomains(domains: JsonObject, variables: Variables, proof: Evidence): readonly FirewallRule[] {
  const match: FirewallMatch = { ...everyPacket, protocols: [6], source: variables.addresses.get('HOME_NET') ?? anyAddress };
  const rule = (action: 'pass' | 'drop'): FirewallRule => ({ action, looks: 'content', matches: [match], opener: 'only', evidence: proof });
  switch (text(domains, 'GeneratedRulesType')) {
    case 'ALLOWLIST':
      return [rule('pass'), rule('drop')];
    case 'DENYLIST':
    case 'REJECTLIST':
      return [rule('drop')];
    default:
      return [];
  }
}

/** The stateless rules of a group, lowest priority number first. A rule on TCP flags looks at some packets of a connection only. */
export function statelessRules(group: SnapshotRecord): readonly FirewallRule[] {
  const source = child(child(child(group.config, 'DescribeRuleGroup'), 'RuleGroup'), 'RulesSource');
  return objects(child(source, 'StatelessRulesAndCustomActions'), 'StatelessRules')
    .map((rule, index) => ({ rule, index, priority: number(rule, 'Priority') ?? 0 }))
    .sort((a, b) => a.priority - b.priority)
    .map(({ rule, index }) => {
      const definition = child(rule, 'RuleDefinition');
      const attributes = child(definition, 'MatchAttributes');
      const protocols = list(attributes, 'Protocols').map(Number);
      return {
        action: statelessAction(strings(definition, 'Actions')) ?? 'forward',
        looks: list(attributes, 'TCPFlags').length > 0 ? 'content' : 'headers',
        opener: 'any',
        matches: [
          {
            protocols: protocols.length === 0 ? undefined : protocols,
            source: addresses(attributes, 'Sources'),
            sourcePorts: ports(attributes, 'SourcePorts'),
            destination: addresses(attributes, 'Destinations'),
            destinationPorts: ports(attributes, 'DestinationPorts'),
          },
        ],
        evidence: evidence(group, `/config/DescribeRuleGroup/RuleGroup/RulesSource/StatelessRulesAndCustomActions/StatelessRules/${index}`),
      };
    });
}

/** `aws:pass`, `aws:drop`, `aws:forward_to_sfe`, among custom actions. */
export function statelessAction(actions: readonly string[]): FirewallRule['action'] | undefined {
  if (actions.includes('aws:pass')) return 'pass';
  if (actions.includes('aws:drop')) return 'drop';
  return actions.includes('aws:forward_to_sfe') ? 'forward' : undefined;
}

function addresses(attributes: Json, key: string): AddressSet {
  const own = objects(attributes, key).map((item) => text(item, 'AddressDefinition') ?? '');
  return own.length === 0
    ? anyAddress
    : own.reduce<AddressSet>((sum, each) => unionSets(sum, /^any$/i.test(each) ? anyAddress : addressSet([each])), noAddresses);
}

function ports(attributes: Json, key: string): readonly number[] {
  const own = objects(attributes, key).map((item) => [number(item, 'FromPort') ?? 0, number(item, 'ToPort') ?? 65_535] as const);
  return own.length === 0 ? portLine.all : portLine.of(own);
}
