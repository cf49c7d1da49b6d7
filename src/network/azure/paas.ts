import type { Evidence } from '../../model/evidence.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { hasAddress, internetAddresses, isEmptySet, parseAddress } from '../algebra/address.ts';
import { type Traffic, traffic } from '../algebra/traffic.ts';
import { child, evidence, objects, text } from '../aws/config.ts';
import type { Decider } from './decide.ts';
import type { Estate, Station, Subnet } from './estate.ts';
import { excepted } from './exceptions.ts';
import type { Party } from './filters.ts';
import { azureOnly, isOpen } from './gates.ts';
import { settingOf } from './proof.ts';
import { resolvesPrivately } from './residents.ts';
import { type Service, serviceOf } from './services.ts';
import { type Outcome, Trail } from './trail.ts';

/** Who knocks at a service's public end: from a subnet with the service endpoint, by public addresses, or as a member of service tags. */
export interface Caller {
  readonly subnet?: Subnet;
  /** `undefined`: it has some, which are not known. */
  readonly addresses?: readonly string[] | undefined;
  readonly tags?: readonly string[];
  /** What it is, for firewalls with exceptions for resources. */
  readonly resource?: SnapshotRecord | undefined;
}

export interface Answer {
  readonly verdict: 'yes' | 'no' | 'unknown';
  readonly missing?: string;
  /** What decided, where it is not the address. */
  readonly decision?: string;
  readonly evidence: readonly Evidence[];
}

/** Whether a service's own firewall lets a caller from inside Azure in: for what it is, or for where it calls from. */
export function knock(record: SnapshotRecord, snapshot: Snapshot, caller: Caller): Answer {
  const exception = caller.resource === undefined ? undefined : excepted(record, caller.resource);
  if (exception?.kind === 'passes') return { verdict: 'yes', decision: exception.decision, evidence: exception.evidence };
  const answer = byAddress(record, snapshot, caller);
  if (answer.verdict !== 'no' || exception === undefined) return answer;
  return { ...answer, decision: `stopped: firewall, whose ${exception.decision} asks for a managed identity`, evidence: exception.evidence };
}

function byAddress(record: SnapshotRecord, snapshot: Snapshot, caller: Caller): Answer {
  const service = serviceOf(record.type);
  const own = child(record.config, 'properties');
  if (service === undefined) return { verdict: 'unknown', missing: `how ${record.type} is reached`, evidence: [] };
  const inner = caller.subnet;
  if (inner !== undefined && service.subnets !== undefined && endpointIn(service, inner)) {
    const gate = service.subnets(record, own, inner.id, snapshot);
    const proof = [settingOf(record, gate.pointer)];
    if (gate.kind === 'unknown') return { verdict: 'unknown', missing: gate.missing, evidence: proof };
    return { verdict: gate.kind === 'open' ? 'yes' : 'no', evidence: proof };
  }
  const gates = service.gates(record, own, snapshot);
  const proof = gates.map((each) => settingOf(record, each.pointer));
  if (gates.every((each) => isEmptySet(each.set))) return { verdict: 'no', evidence: proof };
  // Every caller of the estate is inside Azure, which "allow Azure services" lets in, of whatever tenant.
  const certain = gates.filter((each) => (each.missing ?? []).length === 0 && (each.conditions === undefined || azureOnly(each)));
  const tagged = gates.some((each) => caller.tags?.some((tag) => each.tags?.includes(tag)));
  if (tagged || certain.some((each) => azureOnly(each) || isOpen(each))) return { verdict: 'yes', evidence: proof };
  const { addresses } = caller;
  const inside = (list: typeof gates): boolean =>
    addresses?.every((each) => {
      const parsed = parseAddress(each);
      return parsed !== undefined && list.some((gate) => hasAddress(gate.set, parsed));
    }) === true;
  if (addresses !== undefined && inside(certain)) return { verdict: 'yes', evidence: proof };
  const doubts = gates.flatMap((each) => each.missing ?? []);
  if (addresses === undefined) return { verdict: 'unknown', missing: doubts[0] ?? `which public address the caller shows to ${record.id}`, evidence: proof };
  const perhaps = addresses.some((each) => {
    const parsed = parseAddress(each);
    return parsed !== undefined && gates.some((gate) => hasAddress(gate.set, parsed));
  });
  return perhaps
    ? { verdict: 'unknown', missing: doubts[0] ?? 'which of its public addresses the caller shows', evidence: proof }
    : { verdict: 'no', evidence: proof };
}

const endpointIn = (service: Service, subnet: Subnet): boolean => {
  const name = service.endpoint?.toLowerCase();
  return name !== undefined && subnet.endpoints.some((each) => each === name || each === `${name}.global`);
};

/** The service's public addresses as rules of groups name them: by its tags, which may be of its region. */
export function publicParty(estate: Estate, record: SnapshotRecord): Party {
  const region = (record.region ?? '').toLowerCase().replaceAll(' ', '');
  const tag = serviceOf(record.type)?.tag?.toLowerCase();
  const names = [...(tag === undefined ? [] : [tag]), 'azurecloud'];
  const tags = [...names.flatMap((each) => (region === '' ? [each] : [each, `${each}.${region}`])), 'internet'];
  const known = tag === undefined ? undefined : (estate.tags.of(`${tag}.${region}`) ?? estate.tags.of(tag));
  return { where: known === undefined ? { v4: internetAddresses.v4, v6: [] } : { v4: known.v4, v6: [] }, memberships: [], tags };
}

/** All ways of a station to a service: by private endpoints, by a service endpoint, by the public end. */
export function toService(estate: Estate, decider: Decider, snapshot: Snapshot, source: Station, record: SnapshotRecord, wanted: Traffic): readonly Outcome[] {
  const endpoints = estate.stations.filter((each) => each.endpoint !== undefined && each.owner === record.id);
  const inner = endpoints.map((each) => {
    const outcome = decider.between(source, each, wanted);
    if (outcome.possible.length === 0) return outcome;
    const named = resolvesPrivately(snapshot, source.subnet.network.id, record.type);
    const decision = named
      ? 'its name resolves to the private endpoint here'
      : 'no private DNS zone of the service is linked to this network: its name resolves to the public end';
    return { ...outcome, hops: [...outcome.hops, { resource: record.id, decision, evidence: [] }] };
  });
  // Without a public end there is nothing to say of it where it is reached otherwise.
  const service = serviceOf(record.type);
  const own = child(record.config, 'properties');
  const shut = service?.gates(record, own, snapshot).length === 0 && (service.subnets?.(record, own, source.subnet.id, snapshot).kind ?? 'shut') === 'shut';
  const otherwise = estate.stations.some((each) => each.owner === record.id);
  const caller = snapshot.find(source.owner);
  const excused = caller !== undefined && excepted(record, caller) !== undefined;
  return shut && otherwise && !excused ? inner : [...inner, publicWay(estate, decider, snapshot, source, record, wanted)];
}

function publicWay(estate: Estate, decider: Decider, snapshot: Snapshot, source: Station, record: SnapshotRecord, wanted: Traffic): Outcome {
  const service = serviceOf(record.type);
  const flows = traffic.intersect(wanted, service?.ports(record) ?? traffic.empty);
  const there = publicParty(estate, record);
  const shut = (resource: string, reason: 'not-listening' | 'firewall', proof: readonly Evidence[]): Outcome => {
    const trail = new Trail(wanted);
    trail.seen(source.owner, 'source', [source.evidence]);
    trail.shut({ resource, reason, evidence: proof });
    return trail.end();
  };
  if (flows.length === 0) return shut(record.id, 'not-listening', []);
  const byEndpoint = service?.subnets !== undefined && endpointIn(service, source.subnet);
  // "Service endpoints: … the traffic always takes the optimal route", over the user's routes, from the private address.
  const outcome = byEndpoint ? outwardOnly(decider, source, there, flows) : decider.leaving(source, there, flows);
  if (outcome.possible.length === 0) return outcome;
  const policy = byEndpoint ? endpointPolicy(snapshot, source.subnet, record) : undefined;
  if (policy !== undefined) return shut(policy.resource, 'firewall', [policy]);
  const resource = snapshot.find(source.owner);
  const caller: Caller = byEndpoint ? { subnet: source.subnet, resource } : { addresses: decider.shows(source, there.where), resource };
  return answered(outcome, record, knock(record, snapshot, caller), byEndpoint ? 'service endpoint' : 'public endpoint');
}

/** A way to a service, as its own firewall ends it. */
export function answered(outcome: Outcome, record: SnapshotRecord, answer: Answer, decision: string): Outcome {
  const hop = { resource: record.id, decision: answer.decision ?? decision, evidence: answer.evidence };
  if (answer.verdict === 'no')
    return {
      ...outcome,
      sure: traffic.empty,
      possible: traffic.empty,
      missing: [],
      hops: [...outcome.hops, { ...hop, decision: answer.decision ?? 'stopped: firewall' }],
      stop: { resource: record.id, reason: 'firewall', evidence: answer.evidence },
    };
  const proof = { evidence: [...outcome.evidence, ...answer.evidence], hops: [...outcome.hops, hop] };
  if (answer.verdict === 'yes') return { ...outcome, ...proof };
  return { ...outcome, ...proof, sure: traffic.empty, missing: [...new Set([...outcome.missing, answer.missing ?? ''])].sort() };
}

function outwardOnly(decider: Decider, source: Station, there: Party, wanted: Traffic): Outcome {
  const trail = new Trail(wanted);
  trail.seen(source.owner, 'source', [source.evidence]);
  decider.outbound(trail, source, there, 50_000);
  return trail.end();
}

/** "Service endpoint policies … allow filtering egress virtual network traffic to specific Azure Storage accounts": where a subnet has any, accounts that none lists are shut. */
function endpointPolicy(snapshot: Snapshot, subnet: Subnet, record: SnapshotRecord): Evidence | undefined {
  if (record.type.toLowerCase() !== 'microsoft.storage/storageaccounts') return undefined;
  const policies = objects(subnet.config, 'serviceEndpointPolicies').flatMap((each) => snapshot.find(text(each, 'id') ?? '') ?? []);
  const [first] = policies;
  if (first === undefined) return undefined;
  const id = record.id.toLowerCase();
  const listed = policies
    .flatMap((policy) => objects(child(policy.config, 'properties'), 'serviceEndpointPolicyDefinitions'))
    .flatMap((row) => {
      const resources = child(row, 'properties')['serviceResources'];
      return Array.isArray(resources) ? resources.map((each) => String(each).toLowerCase()) : [];
    });
  return listed.some((each) => id === each || id.startsWith(`${each}/`)) ? undefined : evidence(first, '/config/properties');
}
