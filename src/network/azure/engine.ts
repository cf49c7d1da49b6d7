import type { Snapshot } from '../../model/record.ts';
import type { FlowQuestion, ReachClass } from '../api.ts';
import type { NetworkPart, Passage } from '../part.ts';
import { ask, type Known } from './ask.ts';
import { buildEstate } from './build.ts';
import { egressClasses, forwardingClasses, internalClasses, internetClasses } from './classes.ts';
import { Decider } from './decide.ts';
import { addressOf, entrancesOf, gatewaysOf } from './entrances.ts';
import { leadsIn, serviceExposures } from './services.ts';

/**
 * Reachability of the Azure networks of a snapshot. Built once; every answer is a pure function of the snapshot. Not modelled, and said to be missing where a way needs them: appliances and
 * Azure Firewall, VPN and ExpressRoute, hubs, security admin rules, private endpoints, addresses of service tags.
 */
export function createAzureNetwork(snapshot: Snapshot): NetworkPart {
  const estate = buildEstate(snapshot);
  const decider = new Decider(estate);
  const entrances = entrancesOf(estate, snapshot);
  const gateways = gatewaysOf(estate, snapshot);
  let exposed: readonly ReachClass[] | undefined;
  let all: readonly ReachClass[] | undefined;
  const exposures = (): readonly ReachClass[] => {
    exposed ??= [...internetClasses(decider, entrances, gateways.listeners), ...serviceExposures(snapshot)];
    return exposed;
  };
  const forwarded = (): readonly ReachClass[] => forwardingClasses(decider, gateways.forwardings);
  const known: Known = { estate, decider, snapshot, entrances, exposures: () => [...exposures(), ...forwarded()] };
  const unjoined = (question: FlowQuestion): Passage => {
    const message = 'gateways from Azure to other networks are not modelled';
    const stoppedBy = { resource: question.from, reason: 'unknown-neighbour', evidence: [] } as const;
    return { flows: [], verdict: 'unknown', via: { name: question.name, verdict: 'unknown', hops: [], stoppedBy, message } };
  };
  return {
    flow: (question) => ask(known, question).via,
    pair: (from, to) => ask(known, { name: `${from} -> ${to}`, from, to, protocol: 'any' }),
    classes() {
      const walked = exposures().filter((row) => row.destinations.every((id) => leadsIn(snapshot.find(id)?.type ?? '')));
      all ??= [...walked, ...internalClasses(estate, decider), ...forwarded(), ...egressClasses(estate, decider)];
      return all;
    },
    exposures,
    knows: (id) => snapshot.find(id)?.type.startsWith('Microsoft.') === true,
    addresses(id) {
      const record = snapshot.find(id);
      return [...new Set(estate.stations.filter((each) => each.owner === record?.id).map(addressOf))].filter((each) => each !== '').sort();
    },
    outside: () => [],
    leaving: unjoined,
    entering: (_, question) => unjoined(question),
  };
}
