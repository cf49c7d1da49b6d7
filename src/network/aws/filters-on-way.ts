import type { Evidence } from '../../model/evidence.ts';
import { type Address, addressText, hasAddress } from '../algebra/address.ts';
import { type Traffic, traffic } from '../algebra/traffic.ts';
import { groupsAllow, rulesFor, subnetAllows } from './allowed.ts';
import { evidence } from './config.ts';
import type { Estate, Interface, Subnet } from './estate.ts';
import { firewallAllows, firewallEvidence } from './firewall-verdict.ts';
import { halt, mark, narrow, type Progress } from './progress.ts';
import type { Trace, TraceEvent } from './trace-model.ts';

/** The filters that a trace names, applied to the traffic that is left. */
export interface FiltersOnWay {
  /** An interface's security groups; `peer`: the interface at the other end, where references to its groups can match. */
  group(p: Progress, own: Interface, egress: boolean, address: Address, peer: Interface | undefined, explain: boolean): void;
  /** Everything on the way, in order, and how it ends. */
  walk(p: Progress, trace: Trace, explain: boolean): void;
}

export function filtersOnWay(estate: Estate): FiltersOnWay {
  const acl = (p: Progress, subnet: Subnet, egress: boolean, address: Address, explain: boolean): void => {
    const before = p.possible;
    const deciding = (wanted: Traffic): readonly Evidence[] => {
      if (subnet.acl === undefined) return [];
      const entry = (egress ? subnet.acl.egress : subnet.acl.ingress).find(
        (each) => hasAddress(each.set, address) && traffic.intersect(each.traffic, wanted).length > 0,
      );
      return [entry?.evidence ?? evidence(subnet.acl.record, '/config/Entries')];
    };
    narrow(p, subnetAllows(estate, subnet, egress, address), subnet.acl?.id ?? subnet.id, 'network-acl', () => deciding(before));
    if (!explain) return;
    const name = subnet.acl?.id ?? subnet.id;
    mark(p, 1);
    p.hops.push({
      resource: name,
      decision: `${p.stop === null ? 'allowed' : 'denied'} ${egress ? 'out of' : 'into'} ${subnet.id}`,
      evidence: deciding(p.stop === null ? p.possible : before),
    });
  };
  const group = (p: Progress, own: Interface, egress: boolean, address: Address, peer: Interface | undefined, explain: boolean): void => {
    const before = p.possible;
    const denied = (): readonly Evidence[] =>
      own.groups.flatMap((id) => {
        const record = estate.groups.get(id)?.record;
        return record === undefined ? [] : [evidence(record, egress ? '/config/IpPermissionsEgress' : '/config/IpPermissions')];
      });
    narrow(p, groupsAllow(estate, own, egress, address, peer), own.groups[0] ?? own.id, 'security-group', denied);
    if (own.unfiltered) return;
    const rules = p.stop === null ? rulesFor(estate, own, egress, address, peer, p.possible) : denied();
    p.proof.push(...rules);
    if (explain) mark(p, 1);
    if (explain)
      p.hops.push({
        resource: own.groups.join('+'),
        decision: `${p.stop === null ? 'allowed' : 'denied'} by security group ${egress ? 'out to' : 'in from'} ${addressText(address)}`,
        evidence: p.stop === null ? rules : before.length > 0 ? denied() : [],
      });
  };

  const firewall = (p: Progress, event: Extract<TraceEvent, { kind: 'firewall' }>, explain: boolean): void => {
    const { policy, id, name } = event.endpoint;
    const before = p.possible;
    const answer = firewallAllows({ policy, source: event.source, destination: event.destination });
    const proof = (): readonly Evidence[] => firewallEvidence(policy, event.source, event.destination, before);
    narrow(
      p,
      { sure: answer.conditional, possible: answer.possible, ...(policy.missing[0] === undefined ? {} : { missing: policy.missing.join(', ') }) },
      id,
      'firewall',
      proof,
    );
    p.firm = traffic.intersect(p.firm, answer.sure);
    if (p.stop === null && !traffic.covers(answer.sure, traffic.intersect(p.possible, answer.conditional)))
      p.conditions.push({ operator: 'AllowedBy', key: 'firewall', values: [name], negated: false });
    const rules = proof();
    p.proof.push(...rules);
    if (!explain) return;
    mark(p, 1);
    p.hops.push({ resource: id, decision: `${p.stop === null ? 'allowed' : 'denied'} by the firewall ${name}`, evidence: rules });
  };

  function walk(p: Progress, trace: Trace, explain: boolean): void {
    for (const event of trace.events) {
      if (p.stop !== null) return;
      switch (event.kind) {
        case 'hop':
          p.hops.push({ resource: event.resource, decision: event.decision, evidence: event.evidence });
          p.proof.push(...event.evidence);
          break;
        case 'acl':
          acl(p, event.subnet, event.egress, event.address, explain);
          break;
        case 'limit':
          narrow(p, { sure: event.traffic, possible: event.traffic }, event.resource, event.reason, () => event.evidence);
          break;
        case 'through':
          group(p, event.interface, false, event.source, undefined, explain);
          group(p, event.interface, true, event.destination, undefined, explain);
          break;
        case 'firewall':
          firewall(p, event, explain);
          break;
        case 'condition':
          p.conditions.push(event.atom);
          p.firm = traffic.empty;
          break;
        case 'missing':
          p.missing.add(event.what);
          p.sure = traffic.empty;
          break;
        case 'route':
          p.proof.push(event.evidence);
          break;
        case 'no-references':
          break;
      }
    }
    ending(p, trace);
  }

  function ending(p: Progress, trace: Trace): void {
    if (p.stop !== null || trace.end.kind !== 'stop') return;
    if (trace.end.missing !== undefined) {
      p.missing.add(trace.end.missing);
      p.sure = traffic.empty;
      p.stop = { resource: trace.end.resource, reason: trace.end.reason, evidence: trace.end.evidence };
    } else halt(p, trace.end.resource, trace.end.reason, trace.end.evidence);
  }

  return { group, walk };
}
