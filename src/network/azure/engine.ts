import type { Snapshot } from '../../model/record.ts';
import type { FlowQuestion, ReachClass } from '../api.ts';
import type { NetworkPart, OutsideNetwork, Passage } from '../part.ts';
import { apiClasses } from './api-gateways.ts';
import { addressOf } from './app-gateways.ts';
import { ask, entering, type Known, leaving, stands } from './ask.ts';
import { azureFindings } from './audit.ts';
import { buildEstate } from './build.ts';
import { egressClasses, internetClasses, siteClasses } from './classes.ts';
import { Decider } from './decide.ts';
import { forwardingClasses, frontDoorClasses } from './door-classes.ts';
import { type Place, readDoors } from './doors.ts';
import { egressOf } from './egress.ts';
import type { Estate, Site } from './estate.ts';
import { internalClasses } from './internal.ts';
import { jitClasses } from './jit.ts';
import { foreignEndpoints, linkClasses, visibleClasses } from './private-link.ts';
import { publishedClasses, translatedClasses } from './published.ts';
import { serviceClasses } from './service-classes.ts';
import { leadsIn, serviceExposures } from './services.ts';

/** Reachability of the Azure networks of a snapshot. Built once; every answer is a pure function of the snapshot. What is not modelled is said to be missing where a way needs it. */
export function createAzureNetwork(snapshot: Snapshot): NetworkPart {
  const estate = buildEstate(snapshot);
  const doors = readDoors(estate, snapshot);
  const decider = new Decider(estate, egressOf(estate, snapshot, doors.balancers));
  const place: Place = { estate, decider, snapshot, doors };
  const once = <T>(make: () => T): (() => T) => {
    let made: { readonly value: T } | undefined;
    return () => {
      made ??= { value: make() };
      return made.value;
    };
  };
  const fronts = once(() => frontDoorClasses(place));
  const fromElsewhere = once(() => [...visibleClasses(snapshot), ...foreignEndpoints(snapshot)]);
  const exposures = once((): readonly ReachClass[] => {
    const direct = internetClasses(decider, doors.entrances, doors.gateways.listeners);
    const published = publishedClasses(place);
    return [...direct, ...published, ...jitClasses(snapshot, doors.entrances, direct), ...fronts().taken, ...serviceExposures(snapshot), ...fromElsewhere()];
  });
  const forwarded = once((): readonly ReachClass[] => [
    ...forwardingClasses(place),
    ...fronts().sent,
    ...translatedClasses(place),
    ...linkClasses(place),
    ...apiClasses(place),
  ]);
  const walks = (owner: string): boolean => leadsIn(snapshot.find(owner)?.type ?? '');
  const all = once((): readonly ReachClass[] => [
    ...exposures().filter((row) => row.destinations.every(walks)),
    ...internalClasses(estate, decider, walks),
    ...serviceClasses(estate, decider, snapshot, doors, walks),
    ...forwarded(),
    ...egressClasses(estate, decider),
    ...siteClasses(estate, decider),
  ]);
  const sites = sitesOf(estate);
  const known: Known = { ...place, sites, exposures, forwarded };
  return {
    flow: (question) => ask(known, question).via,
    pair: (from, to) => ask(known, { name: `${from} -> ${to}`, from, to, protocol: 'any' }),
    stands: (id) => stands(known, id),
    classes: all,
    exposures,
    findings: () => azureFindings(estate, decider, snapshot, doors, exposures()),
    knows: (id) => (id.startsWith('onprem:') ? sites.has(id.slice('onprem:'.length)) : snapshot.find(id)?.type.startsWith('Microsoft.') === true),
    addresses(id) {
      const record = snapshot.find(id);
      return [...new Set(estate.stations.filter((each) => each.owner === record?.id).map(addressOf))].filter((each) => each !== '').sort();
    },
    outside: () => outsideOf(sites),
    leaving: (question: FlowQuestion): Passage & { readonly outside?: string } => leaving(known, question),
    entering: (outside, question) => entering(known, outside, question),
  };
}

/** Networks beyond gateways and hubs, by their id. */
function sitesOf(estate: Estate): ReadonlyMap<string, Site> {
  const all = [
    ...[...estate.networks.values()].flatMap((each) => each.gateways.flatMap((gateway) => gateway.sites)),
    ...estate.hubs.flatMap((hub) => hub.sites),
  ];
  return new Map(all.map((site) => [site.id, site]));
}

function outsideOf(sites: ReadonlyMap<string, Site>): readonly OutsideNetwork[] {
  return [...sites.values()].map(({ id, set, own, peers }) => ({ id, prefixes: set, own, peers })).sort((a, b) => (a.id < b.id ? -1 : 1));
}
