import type { ConditionAtom } from '../../model/evidence.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { addressSet, isEmptySet } from '../algebra/address.ts';
import { everything, type Traffic, toPortSets, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { child, evidence, objects, strings, text } from '../aws/config.ts';
import { atFront, type Balancer, type Forward } from './balancers.ts';
import { unique } from './classes.ts';
import type { Place } from './doors.ts';
import type { Estate, Station, Subnet } from './estate.ts';
import { rowsOf } from './internal.ts';
import { linkFronts, linkPorts, linkService } from './link-service.ts';
import { serviceOf } from './services.ts';

/** Rules of the load balancers that a service stands behind. */
const forwardsOf = (record: SnapshotRecord, balancers: readonly Balancer[]): readonly (Forward & { readonly balancer: string })[] => {
  const fronts = linkFronts(record);
  return balancers.flatMap((balancer) =>
    balancer.forwards.filter((each) => fronts.has(each.front.id)).map((each) => ({ ...each, balancer: balancer.record.id })),
  );
};

/**
 * What private link services lead to: "all consumer traffic will appear to originate from this pool of private IP addresses", the service's own in the provider's network, and "will reach the
 * frontend of the SLB", whose rules send it to its backends (Private Link service).
 */
export function linkClasses(place: Place): readonly ReachClass[] {
  const { decider, doors, estate, snapshot } = place;
  return unique(
    snapshot.records(linkService).flatMap((record): readonly ReachClass[] => {
      const callers = callersOf(record, estate);
      const own = child(record.config, 'properties');
      const proof = [evidence(record, '/config/properties')];
      const single = text(own, 'destinationIPAddress');
      const direct = single === undefined ? [] : doors.members.at(single, callers[0]?.subnet.network.id);
      const there = callers.flatMap((caller) =>
        direct.map((target) => ({ target, balancer: undefined, outcome: decider.between(caller, target, everything) })),
      );
      const balanced = callers.flatMap((caller) =>
        forwardsOf(record, doors.balancers).flatMap(({ members, called, flowing, floating, front, balancer, evidence: rule }) =>
          members.map((member) => {
            const target = floating ? atFront(member, front.private?.address) : member;
            const outcome = decider.between(caller, target, flowing);
            return { target, balancer: { id: balancer, called }, outcome: { ...outcome, evidence: [rule, ...outcome.evidence] } };
          }),
        ),
      );
      return [...there, ...balanced].flatMap(({ target, balancer, outcome }) => {
        const found = { ...outcome, evidence: [...proof, ...outcome.evidence] };
        const as = (flows: Traffic): Traffic => (flows.length === 0 ? flows : (balancer?.called ?? flows));
        return [
          ...rowsOf([record.id], [target.owner], found),
          ...(balancer === undefined ? [] : rowsOf([record.id], [balancer.id], { ...found, sure: as(found.sure), possible: as(found.possible) })),
        ];
      });
    }),
  );
}

/** The service's addresses in the provider's network. No group filters them there: its subnet's "network policies" are off, which a service asks for. */
function callersOf(record: SnapshotRecord, estate: Estate): readonly Station[] {
  return objects(child(record.config, 'properties'), 'ipConfigurations').flatMap((row, index): Station[] => {
    const config = child(row, 'properties');
    const home: Subnet | undefined = estate.subnets.get(text(child(config, 'subnet'), 'id')?.toLowerCase() ?? '');
    if (home === undefined) return [];
    const own = addressSet([text(config, 'privateIPAddress') ?? '']);
    return [
      {
        id: `${record.id.toLowerCase()}#${index}`,
        nic: record.id,
        owner: record.id,
        subnet: { ...home, filter: undefined },
        where: isEmptySet(own) ? home.set : own,
        filter: undefined,
        memberships: [],
        public: undefined,
        pools: [],
        forwards: false,
        listens: traffic.empty,
        calls: true,
        evidence: evidence(record, `/config/properties/ipConfigurations/${index}`),
      },
    ];
  });
}

const knows: ConditionAtom = { operator: 'Knows', key: 'azure:PrivateLinkAlias', values: ['somebody knows the alias of the service'], negated: false };
const approves: ConditionAtom = { operator: 'Approved', key: 'azure:PrivateLinkConnection', values: ['the provider approves the connection'], negated: false };

/**
 * Who may ask for a connection to a private link service from elsewhere: with the visibility "anyone with your alias" everybody. "Auto-approval is a subset of the visibility array": whom it names
 * needs nobody's consent, the others "the service provider has to manually approve".
 */
export function visibleClasses(snapshot: Snapshot): readonly ReachClass[] {
  const collected = subscriptionsOf(snapshot);
  return snapshot.records(linkService).flatMap((record) => {
    const own = child(record.config, 'properties');
    const approved = new Set(strings(child(own, 'autoApproval'), 'subscriptions').map((each) => each.toLowerCase()));
    const flows = linkPorts(record, snapshot);
    if (flows.length === 0) return [];
    return strings(child(own, 'visibility'), 'subscriptions').flatMap((each): readonly ReachClass[] => {
      const subscription = each.toLowerCase();
      if (collected.has(subscription)) return [];
      const anybody = subscription === '*';
      const consent = approved.has('*') || approved.has(subscription) ? [] : [approves];
      return [
        {
          sources: [anybody ? 'azure:any-tenant' : `/subscriptions/${subscription}`],
          destinations: [record.id],
          flows: toPortSets(flows),
          residual: [{ allOf: anybody ? [knows, ...consent] : consent }],
          missing: [],
          evidence: [evidence(record, '/config/properties/visibility'), ...(consent.length > 0 ? [] : [evidence(record, '/config/properties/autoApproval')])],
        },
      ];
    });
  });
}

/** Private endpoints of subscriptions that the snapshot does not hold, which somebody approved: their networks reach the service whatever its firewall says of public addresses. */
export function foreignEndpoints(snapshot: Snapshot): readonly ReachClass[] {
  const collected = subscriptionsOf(snapshot);
  return snapshot.types().flatMap((type) => {
    const service = serviceOf(type);
    if (service === undefined && type !== linkService) return [];
    return snapshot.records(type).flatMap((record) =>
      objects(child(record.config, 'properties'), 'privateEndpointConnections').flatMap((row: JsonObject, index): readonly ReachClass[] => {
        const own = child(row, 'properties');
        const status = text(child(own, 'privateLinkServiceConnectionState'), 'status')?.toLowerCase();
        const id = text(child(own, 'privateEndpoint'), 'id') ?? '';
        const subscription = /^\/subscriptions\/([^/]+)\//i.exec(id)?.[1]?.toLowerCase();
        if (status !== 'approved' || subscription === undefined || collected.has(subscription)) return [];
        const flows = service?.ports(record) ?? linkPorts(record, snapshot);
        if (flows.length === 0) return [];
        const proof = [evidence(record, `/config/properties/privateEndpointConnections/${index}`)];
        return [{ sources: [id.toLowerCase()], destinations: [record.id], flows: toPortSets(flows), residual: [{ allOf: [] }], missing: [], evidence: proof }];
      }),
    );
  });
}

/** Subscriptions that something of the snapshot is in. */
const subscriptionsOf = (snapshot: Snapshot): ReadonlySet<string> =>
  new Set(snapshot.types().flatMap((type) => (type.startsWith('Microsoft.') ? snapshot.records(type).map((each) => each.account.toLowerCase()) : [])));
