import type { Snapshot } from '../../model/record.ts';
import { isEmptySet } from '../algebra/address.ts';
import { type Traffic, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { evidence, flag, number, objects, text } from './config.ts';
import { admittedClients, doorRow, found } from './door-rows.ts';
import type { Estate } from './estate.ts';
import { acceleratorPorts } from './services.ts';

/**
 * From accelerators to their endpoints, internal load balancers and instances without a public address included: "Global Accelerator can route traffic to endpoints in private subnets". Where the
 * client's address is kept, the endpoint's groups see it; they are asked here, as no route leads there.
 */
export function acceleratorClasses(estate: Estate, snapshot: Snapshot): readonly ReachClass[] {
  const out: ReachClass[] = [];
  const listeners = new Map(snapshot.records('AWS::GlobalAccelerator::Listener').map((record) => [record.id, record]));
  for (const group of snapshot.records('AWS::GlobalAccelerator::EndpointGroup')) {
    const listener = listeners.get(group.id.replace(/\/endpoint-group\/.*$/, ''));
    const accelerator = found(snapshot, listener?.id.replace(/\/listener\/.*$/, ''));
    if (listener === undefined || accelerator === undefined || flag(accelerator.config, 'Enabled') === false) continue;
    const overrides = objects(group.config, 'PortOverrides');
    const door = acceleratorPorts(listener);
    for (const [index, item] of objects(group.config, 'EndpointDescriptions').entries()) {
      const named = text(item, 'EndpointId') ?? '';
      const target = named.startsWith('eipalloc-') ? holderOf(estate, snapshot, named) : snapshot.find(named);
      if (target === undefined) continue;
      const ports = overridden(door, overrides);
      const listened = estate.listening.get(target.id);
      const wanted = listened === undefined ? ports : traffic.intersect(ports, listened.possible);
      const fronts = estate.byOwner.get(target.id) ?? [];
      const keeps = flag(item, 'ClientIPPreservationEnabled') !== false;
      const clients = fronts.map((front) => admittedClients(estate, front, wanted, 'v4')).find((set) => !isEmptySet(set));
      if (wanted.length === 0 || (fronts.length > 0 && clients === undefined)) continue;
      const proof = [evidence(group, `/config/EndpointDescriptions/${index}`), evidence(listener, '/config/PortRanges')];
      out.push(doorRow(accelerator.id, target.id, wanted, proof, keeps && clients !== undefined ? { clients } : {}));
    }
  }
  return out;
}

/** "Port overrides: the endpoint port for a listener port" */
function overridden(ports: Traffic, overrides: ReturnType<typeof objects>): Traffic {
  let out = ports;
  for (const item of overrides) {
    const from = number(item, 'ListenerPort') ?? -1;
    const to = number(item, 'EndpointPort') ?? -1;
    for (const protocol of [6, 17]) {
      if (!traffic.has(ports, protocol * 65_536 + from)) continue;
      out = traffic.subtract(out, [protocol * 65_536 + from, protocol * 65_536 + from]);
      out = traffic.union(out, [protocol * 65_536 + to, protocol * 65_536 + to]);
    }
  }
  return out;
}

function holderOf(estate: Estate, snapshot: Snapshot, allocation: string) {
  const address = snapshot.records('AWS::EC2::EIP').find((record) => text(record.config, 'AllocationId') === allocation);
  const interfaceId = text(address?.config, 'NetworkInterfaceId');
  return estate.interfaces.find((each) => each.id === interfaceId)?.owner;
}
