import { addressSet, internetAddresses, toCidrs } from '../algebra/address.ts';
import { everything } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { evidence } from '../aws/config.ts';
import { fromPieces, span, unique } from './classes.ts';
import { type Place, vague } from './doors.ts';
import type { Station } from './estate.ts';
import { matches, type Party } from './filters.ts';
import { translatesPrivately } from './firewall-rules.ts';
import { rowsOf } from './internal.ts';
import { callersOf } from './service-classes.ts';
import { inTurn, type Outcome } from './trail.ts';
import { handedOn, partsFor, type Turn, takenBy, translated, turned, turnsOf } from './translation.ts';

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
      // Rules for its private address publish nothing to the internet.
      const rules = firewall.translations.filter((each) => each.destinations.length === 0 || each.destinations.some((address) => address !== firewall.address));
      return turnsOf(firewall, rules).flatMap((each) => published(place, each));
    }),
  );
}

function published(place: Place, turn: Turn): readonly ReachClass[] {
  const { firewall, rule } = turn;
  const { plain } = place.decider.gates;
  const behind = handedOn(place, turn);
  const pieces = partsFor(turn, internetAddresses, plain).map((set) => {
    const from: Party = { where: set, memberships: [] };
    return { set, outcome: translated(turn, from, plain), called: takenBy(turn, from, plain).possible };
  });
  const open = pieces.filter((each) => each.outcome.possible.length > 0);
  if (open.length === 0) return [];
  const called = open.flatMap(({ set, outcome, called: flows }) =>
    fromPieces([{ set, outcome }], firewall.record.id, (own) => (own.length === 0 ? own : flows)),
  );
  if (typeof behind === 'string') return [...joinedUp(called), vague(firewall.record.id, 'internet', turned(rule.traffic, rule), behind, [rule.rule.evidence])];
  const arriving = behind.flatMap(({ id, outcome }) =>
    fromPieces(
      open.map((each) => ({ set: each.set, outcome: inTurn(each.outcome, outcome) })),
      id,
    ),
  );
  return [...joinedUp(called), ...arriving];
}

/** Rows of several parts of the internet that say the same are one. */
function joinedUp(rows: readonly ReachClass[]): readonly ReachClass[] {
  const out = new Map<string, ReachClass>();
  for (const row of rows) {
    const key = JSON.stringify({ ...row, from: undefined });
    const known = out.get(key);
    const cidrs = [...(known?.from?.cidrs ?? []), ...(row.from?.cidrs ?? [])];
    out.set(key, known === undefined ? row : { ...row, from: span(addressSet(cidrs)) });
  }
  return [...out.values()];
}

/** What machines, and networks beyond gateways, reach by the private addresses of firewalls that translate. */
export function translatedClasses(place: Place): readonly ReachClass[] {
  const { estate, decider } = place;
  const { plain } = decider.gates;
  const faces = new Map(estate.stations.filter((each) => each.id.endsWith('#translated')).map((each) => [each.owner, each]));
  if (faces.size === 0) return [];
  const groups = callersOf(estate);
  const sites = [...[...estate.networks.values()].flatMap((each) => each.gateways), ...estate.hubs].flatMap((each) => each.sites);
  return unique(
    estate.firewalls.flatMap((firewall) => {
      const face = faces.get(firewall.record.id);
      if (face === undefined) return [];
      return turnsOf(firewall, translatesPrivately(firewall)).flatMap((turn): readonly ReachClass[] => {
        const { rule } = turn;
        const behind = handedOn(place, turn);
        if (typeof behind === 'string') return [vague(firewall.record.id, 'internet', turned(rule.traffic, rule), behind, [rule.rule.evidence])];
        const only: Station = { ...face, listens: rule.traffic };
        /** The way to the firewall's address, and what becomes of it there. */
        const onward = (there: Outcome, from: Party): Outcome =>
          inTurn({ ...there, sure: turned(there.sure, rule), possible: turned(there.possible, rule) }, translated(turn, from, plain));
        const inner = groups.flatMap((group) =>
          alike(group, turn, place).flatMap((stations) => {
            const [example] = stations;
            if (example === undefined) return [];
            const owners = [...new Set(stations.map((each) => each.owner))].sort();
            const here = onward(decider.between(example, only, rule.traffic), example);
            const others = (id: string): readonly string[] => owners.filter((each) => each !== id);
            return behind.flatMap(({ id, outcome }) => (others(id).length === 0 ? [] : rowsOf(others(id), [id], inTurn(here, outcome))));
          }),
        );
        const outer = sites.flatMap((site) =>
          partsFor(turn, site.set, plain).flatMap((part) =>
            decider.fromSite(site, only, part, rule.traffic).flatMap(({ set, outcome }) => {
              const here = onward(outcome, { where: set, memberships: [] });
              return behind.flatMap((each) => rowsOf([`onprem:${site.id}`], [each.id], inTurn(here, each.outcome), { from: span(set, site.set) }));
            }),
          ),
        );
        return [...inner, ...outer].filter((row) => row.flows.length > 0);
      });
    }),
  );
}

/** Stations of a group that the rules' sources treat alike. */
function alike(stations: readonly Station[], { firewall, rule, earlier }: Turn, { decider }: Place): readonly (readonly Station[])[] {
  const sides = [rule, ...earlier, ...(firewall.rules ?? []).slice(0, firewall.networkRules)].map((each) => each.source);
  const out = new Map<string, Station[]>();
  for (const station of stations) {
    const key = sides
      .map((side) => matches(side, station, decider.gates.plain))
      .map((each) => `${Number(each.surely)}${Number(each.maybe)}`)
      .join('');
    const known = out.get(key);
    if (known === undefined) out.set(key, [station]);
    else known.push(station);
  }
  return [...out.values()];
}
