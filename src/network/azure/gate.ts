import { type Traffic, traffic } from '../algebra/traffic.ts';
import type { FlowHop } from '../api.ts';
import { adminApplies } from './admin.ts';
import type { Estate, Subnet } from './estate.ts';
import { type Filtered, filtered, groupReading, type Party, type Reading, type Setting } from './filters.ts';
import type { AzureFirewall } from './firewall-rules.ts';
import { tableKey, virtualNetworkTag } from './routes.ts';
import type { Filter, Rule } from './rules.ts';
import type { Blurred } from './tags.ts';
import type { Passed } from './trail.ts';

const always: Reading = { good: (rule) => rule.access === 'always', otherwise: false };
const passing: Reading = { good: (rule) => rule.access !== 'deny', otherwise: true };
const nowhere: Blurred = { sure: { v4: [], v6: [] }, possible: { v4: [], v6: [] }, missing: [] };

/** Reads filters in their setting. A connection's answer needs no rule of its own: groups and firewalls keep state. */
export class Gates {
  readonly #estate: Estate;
  readonly #settings = new Map<Subnet, Setting>();
  readonly #byTable = new Map<string, Setting>();
  readonly #plain: Setting;

  constructor(estate: Estate) {
    this.#estate = estate;
    this.#plain = { virtual: nowhere, tags: estate.tags };
  }

  setting(subnet: Subnet): Setting {
    const known = this.#settings.get(subnet);
    if (known !== undefined) return known;
    const table = this.#estate.virtuals.has(subnet.id) ? subnet.id : tableKey(subnet);
    const made = this.#byTable.get(table) ?? { virtual: virtualNetworkTag(this.#estate, subnet), tags: this.#estate.tags };
    this.#byTable.set(table, made);
    this.#settings.set(subnet, made);
    return made;
  }

  /** Setting of rules of firewalls, where the tags of a network mean nothing. */
  get plain(): Setting {
    return this.#plain;
  }

  /** A network manager's rules and then the groups, in the order given: "an Always Allow rule … delivers"; what it allows no group can deny. */
  groups(subnet: Subnet, filters: readonly (Filter | undefined)[], inbound: boolean, source: Party, destination: Party, wanted: Traffic, port: number): Passed {
    const setting = this.setting(subnet);
    const { record, admin: rules } = subnet.network;
    const admin = adminApplies(subnet.id) ? rules : [];
    if (admin === undefined) {
      const missing = `security admin rules of ${record.id}`;
      return {
        sure: traffic.empty,
        possible: wanted,
        missing: [missing],
        hops: [{ resource: record.id, decision: `unknown: ${missing}`, evidence: [] }],
        stop: undefined,
      };
    }
    if (admin.length === 0) return chain(setting, filters, inbound, source, destination, wanted, port);
    const read = (reading: Reading): Filtered => filtered(admin, inbound, source, destination, wanted, setting, port, reading);
    const [delivered, passed] = [read(always), read(passing)];
    const proof = [...delivered.allowed, ...passed.allowed];
    const rest = chain(setting, filters, inbound, source, destination, passed.possible, port);
    const hop: FlowHop = { resource: record.id, decision: `passed ${inbound ? 'in' : 'out'} by security admin rules`, evidence: proof };
    const shut = passed.possible.length === 0 && delivered.possible.length === 0;
    return {
      sure: traffic.union(delivered.sure, traffic.intersect(rest.sure, passed.sure)),
      possible: traffic.union(delivered.possible, rest.possible),
      missing: [...delivered.missing, ...passed.missing, ...rest.missing],
      hops: shut ? [] : [...(proof.length > 0 ? [hop] : []), ...rest.hops],
      stop: shut ? { resource: record.id, reason: 'security-group', evidence: passed.denied } : rest.stop,
    };
  }

  firewall(firewall: AzureFirewall, source: Party, destination: Party, wanted: Traffic): Passed {
    if (firewall.rules === undefined)
      return {
        sure: traffic.empty,
        possible: wanted,
        missing: [firewall.missing],
        hops: [{ resource: firewall.record.id, decision: `unknown: ${firewall.missing}`, evidence: [] }],
        stop: undefined,
      };
    const result = filtered(firewall.rules, true, source, destination, wanted, this.#plain, 50_000, groupReading);
    return {
      ...result,
      hops: result.possible.length === 0 ? [] : [{ resource: firewall.record.id, decision: 'passed by the firewall', evidence: result.allowed }],
      stop: { resource: firewall.record.id, reason: 'firewall', evidence: result.denied },
    };
  }

  /** All rules that stand between a subnet and its outside, for telling source ports apart. */
  rulesOf(subnet: Subnet, own: Filter | undefined): readonly Rule[] {
    return [...(subnet.network.admin ?? []), ...(subnet.filter?.rules ?? []), ...(own?.rules ?? [])];
  }
}

function chain(
  setting: Setting,
  filters: readonly (Filter | undefined)[],
  inbound: boolean,
  source: Party,
  destination: Party,
  wanted: Traffic,
  port: number,
): Passed {
  let [sure, possible] = [wanted, wanted];
  const missing: string[] = [];
  const hops: FlowHop[] = [];
  for (const filter of filters) {
    if (filter === undefined || possible.length === 0) continue;
    if (filter.rules === undefined) {
      const lacking = `rules of the network security group ${filter.id}`;
      missing.push(lacking);
      hops.push({ resource: filter.id, decision: `unknown: ${lacking}`, evidence: [] });
      sure = traffic.empty;
      continue;
    }
    const result = filtered(filter.rules, inbound, source, destination, possible, setting, port);
    possible = traffic.intersect(possible, result.possible);
    if (possible.length === 0)
      return { sure: traffic.empty, possible, missing, hops, stop: { resource: filter.id, reason: filter.stop ?? 'security-group', evidence: result.denied } };
    sure = traffic.intersect(sure, result.sure);
    if (!traffic.covers(result.sure, result.possible)) missing.push(...result.missing);
    hops.push({ resource: filter.id, decision: inbound ? 'allowed in' : 'allowed out', evidence: result.allowed });
  }
  return { sure, possible, missing, hops, stop: undefined };
}
