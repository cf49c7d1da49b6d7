import { type AddressSet, addressSet, internetAddresses, intersectSets, isEmptySet, subtractSets, toCidrs } from '../algebra/address.ts';
import { everything, portRange, type Traffic, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { evidence } from '../aws/config.ts';
import { byAddress, byName, callerOf } from './app-gateways.ts';
import { fromPieces, span, unique } from './classes.ts';
import type { Piece } from './decide.ts';
import { type Place, type Reached, toTarget, vague } from './doors.ts';
import type { Station } from './estate.ts';
import { homeOf } from './faces.ts';
import { filtered, meaning, type Party, type Reading, sideSets } from './filters.ts';
import { type AzureFirewall, type Translation, translatesPrivately } from './firewall-rules.ts';
import { rowsOf } from './internal.ts';
import { callersOf } from './service-classes.ts';
import { inTurn, type Outcome, Trail } from './trail.ts';

/** What firewalls publish: "both the source and destination IP addresses will be translated", so that what is behind sees an address of the firewall's own subnet (Azure Firewall NAT behaviors). */
export function publishedClasses(place: Place): readonly ReachClass[] {
  return unique(
    place.estate.firewalls.flatMap((firewall): readonly ReachClass[] => {
      if (firewall.publics.length === 0) return [];
      if (firewall.rules === undefined)
        return [
          {
            ...vague('internet', firewall.record.id, everything, firewall.missing, [evidence(firewall.record, '/config')]),
            from: { cidrs: toCidrs(internetAddresses), share: 1 },
          },
        ];
      return firewall.translations.flatMap((each, index) => published(place, firewall, each, firewall.translations.slice(0, index)));
    }),
  );
}

function published(place: Place, firewall: AzureFirewall, rule: Translation, earlier: readonly Translation[]): readonly ReachClass[] {
  // Rules for its private address publish nothing to the internet.
  if (rule.destinations.length > 0 && rule.destinations.every((each) => each === firewall.address)) return [];
  const { plain } = place.decider.gates;
  const named = meaning(rule.source, plain);
  const set = earlier
    .filter((each) => traffic.covers(each.traffic, rule.traffic) && rule.destinations.every((address) => each.destinations.includes(address)))
    .reduce<AddressSet>((rest, each) => subtractSets(rest, meaning(each.source, plain).sure), intersectSets(named.possible, internetAddresses));
  if (isEmptySet(set)) return [];
  const behind = handedOn(place, firewall, rule);
  const parts = partsOf(firewall, set, place);
  const pieces = parts.map((part): Piece & { readonly let: Outcome } => {
    const outcome = overridden(place, firewall, rule, { where: part, memberships: [] }, named.missing);
    return { set: part, outcome, let: outcome };
  });
  const called = fromPieces(pieces, firewall.record.id, (flows) => (flows.length === 0 ? flows : rule.traffic));
  if (typeof behind === 'string') return [...called, vague(firewall.record.id, 'internet', flowingOf(rule), behind, [rule.rule.evidence])];
  return [
    ...called,
    ...behind.flatMap(({ id, outcome }) =>
      fromPieces(
        pieces.map((each) => ({ set: each.set, outcome: inTurn(each.let, outcome) })),
        id,
      ),
    ),
  ];
}

/** What machines, and networks beyond gateways, reach by the private addresses of firewalls that translate. */
export function translatedClasses(place: Place): readonly ReachClass[] {
  const { estate, decider } = place;
  const faces = new Map(estate.stations.filter((each) => each.id.endsWith('#translated')).map((each) => [each.owner, each]));
  if (faces.size === 0) return [];
  const groups = callersOf(estate);
  const sites = [...[...estate.networks.values()].flatMap((each) => each.gateways), ...estate.hubs].flatMap((each) => each.sites);
  return unique(
    estate.firewalls.flatMap((firewall) => {
      const face = faces.get(firewall.record.id);
      if (face === undefined) return [];
      return translatesPrivately(firewall).flatMap((rule): readonly ReachClass[] => {
        const behind = handedOn(place, firewall, rule);
        if (typeof behind === 'string') return [vague(firewall.record.id, 'internet', flowingOf(rule), behind, [rule.rule.evidence])];
        const only = { ...face, listens: rule.traffic };
        const taken = (outcome: Outcome, party: Party): Outcome =>
          outcome.possible.length === 0 ? outcome : inTurn(shifted(outcome, rule), overridden(place, firewall, rule, party, []));
        const inner = groups.flatMap((stations) => {
          const [example] = stations;
          if (example === undefined) return [];
          const owners = [...new Set(stations.map((each) => each.owner))].sort();
          const here = taken(decider.between(example, only, rule.traffic), example);
          return behind.flatMap(({ id, outcome }) =>
            rowsOf(
              owners.filter((each) => each !== id),
              [id],
              inTurn(here, outcome),
            ),
          );
        });
        const outer = sites.flatMap((site) =>
          decider.fromSite(site, only, site.set, rule.traffic).flatMap(({ set, outcome }) => {
            const here = taken(outcome, { where: set, memberships: [] });
            return behind.flatMap((each) => rowsOf([`onprem:${site.id}`], [each.id], inTurn(here, each.outcome), { from: span(set, site.set) }));
          }),
        );
        return [...inner, ...outer].filter((row) => row.sources.length > 0);
      });
    }),
  );
}

/** From the firewall on: who has the address that a rule translates to; a text says why that is not known. */
function handedOn(place: Place, firewall: AzureFirewall, rule: Translation): readonly Reached[] | string {
  const { estate, snapshot, doors } = place;
  const home = homeOf(estate, firewall);
  if (home === undefined) return `the way from the hub of ${firewall.record.id}`;
  const named = /^[\d.]+$/.test(rule.to) ? byAddress(estate, snapshot, doors.members, rule.to) : byName(estate, snapshot, doors.members, doors.hosts, rule.to);
  const caller: Station = callerOf(firewall.record, home);
  const out: Reached[] = [];
  for (const target of named) {
    const found = toTarget(place, caller, target, flowingOf(rule));
    if (typeof found === 'string') return found;
    out.push(...found);
  }
  return out;
}

const overriding: Reading = { good: (rule) => rule.access !== 'deny', otherwise: true };

/**
 * "NAT rules implicitly add a corresponding network rule to allow the translated traffic. You can override this behavior by explicitly adding a network rule collection with deny rules that match
 * the translated traffic" (Azure Firewall FAQ).
 */
function overridden(place: Place, firewall: AzureFirewall, rule: Translation, from: Party, missing: readonly string[]): Outcome {
  const trail = new Trail(flowingOf(rule));
  trail.seen(firewall.record.id, `translated to ${rule.to}${rule.port === undefined ? '' : `:${rule.port}`}`, [rule.rule.evidence]);
  const to: Party = { where: addressSet([rule.to]), memberships: [] };
  const rules = (firewall.rules ?? []).slice(0, firewall.networkRules);
  const passed = filtered(rules, true, from, to, trail.possible, place.decider.gates.plain, 50_000, overriding);
  const doubt = missing.length > 0 ? { sure: traffic.empty, missing: [...passed.missing, ...missing] } : {};
  trail.apply({ ...passed, ...doubt, hops: [], stop: { resource: firewall.record.id, reason: 'firewall', evidence: passed.denied } });
  return trail.end();
}

/** Parts of a set that each of the network rules holds in whole or not at all. */
function partsOf(firewall: AzureFirewall, set: AddressSet, place: Place): readonly AddressSet[] {
  const cuts = (firewall.rules ?? []).slice(0, firewall.networkRules).flatMap((rule) => sideSets(rule.source, place.decider.gates.plain));
  return cuts.reduce<readonly AddressSet[]>(
    (parts, cut) => parts.flatMap((part) => [intersectSets(part, cut), subtractSets(part, cut)].filter((each) => !isEmptySet(each))),
    [set],
  );
}

const flowingOf = (rule: Translation): Traffic => {
  const { port } = rule;
  if (port === undefined) return rule.traffic;
  return [6, 17].reduce<Traffic>(
    (sum, each) => (traffic.intersect(rule.traffic, portRange(each, 0, 65_535)).length === 0 ? sum : traffic.union(sum, portRange(each, port, port))),
    traffic.empty,
  );
};

/** An outcome about the port that is called, as one about the port that it arrives at. */
function shifted(outcome: Outcome, rule: Translation): Outcome {
  const as = (flows: Traffic): Traffic => (flows.length === 0 || rule.port === undefined ? flows : flowingOf(rule));
  return { ...outcome, sure: as(outcome.sure), possible: as(outcome.possible) };
}
