import { inside, Walker } from './packet.ts';
import type { Doors, Host, Subnet, Translation, World } from './world.ts';

/** Addresses that stand for all of a set that nobody knows one of: each prefix of the rules and routes holds some of them. */
export const anywhere = ['8.8.8.8', '198.51.100.7', '203.0.113.9', '203.0.113.200', '192.0.2.200'];

/** Requests through what stands in front of machines, walked by the book: each door takes a packet and calls with one of its own. */
export class DoorWalker extends Walker {
  readonly #world: World;
  readonly #doors: Doors;

  constructor(world: World, wide: (subnet: Subnet) => boolean) {
    super(world, wide);
    this.#world = world;
    this.#doors = world.doors ?? { gateways: [], fronts: [], apis: [], apps: [], translations: [] };
  }

  /** Something of Azure's in a subnet, by one of its addresses. */
  #resident(subnet: string, ip: string, address?: string): Host {
    return { id: `${subnet}#${ip}`, subnet, ip, nsg: undefined, asgs: [], public: address === undefined ? undefined : { sku: 'Basic', address } };
  }

  #some(subnet: string): string {
    const found = this.#world.subnets.find((each) => `${each.vnet}/${each.id}` === subnet);
    return (found?.cidr ?? '').replace(/\.\d+\/\d+$/, '.5');
  }

  toGateway(source: string, id: string, port: number): boolean {
    const gateway = this.#doors.gateways.find((each) => each.id === id);
    if (gateway?.port !== port) return false;
    return this.fromInternet(source, this.#resident(gateway.subnet, this.#some(gateway.subnet), gateway.address), 'tcp', port);
  }

  fromGateway(id: string, to: Host, port: number): boolean {
    const gateway = this.#doors.gateways.find((each) => each.id === id);
    if (gateway === undefined || gateway.to !== port || !gateway.targets.includes(to.id)) return false;
    return this.betweenHosts(this.#resident(gateway.subnet, this.#some(gateway.subnet)), to, 'tcp', port);
  }

  fromFront(source: string, id: string, to: Host, port: number): boolean {
    const front = this.#doors.fronts.find((each) => each.id === id);
    return front?.origins.some((each) => each.host === to.id && each.port === port) === true && this.fromInternet(source, to, 'tcp', port);
  }

  /** In a subnet it may call whatever is there; from outside only what it has for a backend is told. */
  fromApi(id: string, to: Host, port: number): boolean {
    const api = this.#doors.apis.find((each) => each.id === id);
    if (api === undefined) return false;
    if (api.subnet !== undefined) {
      const self = this.#resident(api.subnet, this.#some(api.subnet));
      return this.betweenHosts(self, to, 'tcp', port) || this.byFirewall(self, to, port);
    }
    return api.backends.some((each) => each.host === to.id && each.port === port) && this.fromInternet(api.address, to, 'tcp', port);
  }

  /** An app answers web requests at its environment's address, where its ingress is external. */
  toApp(from: Host | string, id: string, port: number): boolean {
    const app = this.#doors.apps.find((each) => each.id === id);
    if (app === undefined || !app.external || (port !== 80 && port !== 443)) return false;
    if (typeof from !== 'string') return this.betweenHosts(from, this.#resident(app.subnet, app.address), 'tcp', port);
    return !app.internal && (app.allow.length === 0 || app.allow.some((each) => inside(from, each)));
  }

  /** The first rule that holds the packet translates it, a deny rule may stop it, and the firewall calls from its own subnet. */
  translated(source: string, own: boolean, port: number): { readonly rule: Translation; readonly arrives: boolean } | undefined {
    const { firewall, hosts } = this.#world;
    const rule = this.#doors.translations.find((each) => each.private === own && each.port === port && inside(source, each.source));
    const host = hosts.find((each) => each.id === rule?.host);
    if (firewall === undefined || rule === undefined || host === undefined) return undefined;
    const ruled = [...firewall.rules]
      .sort((a, b) => a.priority - b.priority)
      .find((each) => each.protocol !== 'UDP' && inside(source, each.source) && inside(host.ip, each.destination) && ranged(each.ports, rule.to));
    const arrives = ruled?.access !== 'Deny' && this.betweenHosts(this.#resident(firewall.subnet, this.#some(firewall.subnet)), host, 'tcp', rule.to);
    return { rule, arrives };
  }

  /** From the internet to a machine that a firewall publishes. */
  published(source: string, to: Host, port: number): boolean {
    return this.#doors.translations.some((each) => {
      const found = each.private || each.to !== port || each.host !== to.id ? undefined : this.translated(source, false, each.port);
      return found?.rule === each && found.arrives;
    });
  }

  /** From a machine by the firewall's private address to another. */
  byFirewall(from: Host, to: Host, port: number): boolean {
    const { firewall } = this.#world;
    if (firewall === undefined) return false;
    return this.#doors.translations.some((each) => {
      const found = !each.private || each.to !== port || each.host !== to.id ? undefined : this.translated(from.ip, true, each.port);
      return found?.rule === each && found.arrives && this.betweenHosts(from, this.#resident(firewall.subnet, firewall.address), 'tcp', each.port);
    });
  }
}

function ranged(range: string, port: number): boolean {
  if (range === '*') return true;
  const [lo = 0, hi = lo] = range.split('-').map(Number);
  return port >= lo && port <= hi;
}
