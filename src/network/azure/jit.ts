import type { ConditionAtom } from '../../model/evidence.ts';
import type { Snapshot } from '../../model/record.ts';
import { addressSet, internetAddresses, intersectSets, isEmptySet, shareOf, toCidrs } from '../algebra/address.ts';
import { portRange, type Traffic, toPortSets, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { child, evidence, number, objects, strings, text } from '../aws/config.ts';
import type { Entrance } from './balancers.ts';

const approved: ConditionAtom = { operator: 'Approved', key: 'azure:JustInTimeRequest', values: ['a just-in-time request was approved'], negated: false };

/**
 * "When a user requests access … Defender for Cloud creates 'allow all inbound traffic' rules … with a higher priority" for the ports and source addresses that the policy names (just-in-time
 * access): a machine with a public address is open to them on request, whatever its groups say today.
 */
export function jitClasses(snapshot: Snapshot, entrances: readonly Entrance[], open: readonly ReachClass[]): readonly ReachClass[] {
  return snapshot.records('Microsoft.Security/locations/jitNetworkAccessPolicies').flatMap((record) =>
    objects(child(record.config, 'properties'), 'virtualMachines').flatMap((machine, index) => {
      const owner = snapshot.find(text(machine, 'id') ?? '')?.id;
      const faced = entrances.some((each) => each.station.owner === owner && each.through === undefined);
      if (owner === undefined || !faced) return [];
      return objects(machine, 'ports').flatMap((row): ReachClass[] => {
        const port = number(row, 'number');
        const texts = [
          ...strings(row, 'allowedSourceAddressPrefixes'),
          ...(text(row, 'allowedSourceAddressPrefix') === undefined ? [] : [text(row, 'allowedSourceAddressPrefix') ?? '']),
        ];
        const set = texts.length === 0 || texts.includes('*') ? internetAddresses : intersectSets(addressSet(texts), internetAddresses);
        if (port === undefined || isEmptySet(set) || already(open, owner, port)) return [];
        const protocol = text(row, 'protocol')?.toLowerCase() ?? '*';
        const numbers = protocol === 'udp' ? [17] : protocol === 'tcp' ? [6] : [6, 17];
        const flows = numbers.reduce<Traffic>((sum, each) => traffic.union(sum, portRange(each, port, port)), traffic.empty);
        return [
          {
            sources: ['internet'],
            destinations: [owner],
            flows: toPortSets(flows),
            from: { cidrs: toCidrs(set), share: shareOf(set, internetAddresses) },
            residual: [{ allOf: [approved] }],
            missing: [],
            evidence: [evidence(record, `/config/properties/virtualMachines/${index}`)],
          },
        ];
      });
    }),
  );
}

/** Whether the port is open to the whole internet without any request. */
const already = (open: readonly ReachClass[], owner: string, port: number): boolean =>
  open.some(
    (row) =>
      row.missing.length === 0 &&
      row.destinations.includes(owner) &&
      (row.from?.share ?? 0) > 0.9 &&
      row.flows.some((flow) => flow.protocol === 'tcp' && flow.ranges.some(([lo, hi]) => lo <= port && port <= hi)),
  );
