import type { Packet, World, WorldHost } from './world.ts';

export type Subnet = World['subnets'][number];
export type Vpc = World['vpcs'][number];
export type Place = { at: 'host'; host: WorldHost } | { at: 'nat'; id: string } | { at: 'internet'; via: string } | undefined;

export interface Journey {
  place: Place;
  packet: Packet;
  /** The packet's source is a host's own private address, seen unchanged within reach of group references. */
  references: boolean;
  /** NAT gateways that replaced the source: whose address it was before. */
  replaced: { nat: string; source: string }[];
  /** Firewalls on the way, and what each made of the packet. */
  inspected: Inspection[];
  /** Of an answer: what firewalls know of the connection. */
  known?: readonly Inspection[];
  /** Appliances on the way. */
  through: string[];
  /** Of an answer: the appliances that saw the connection begin. */
  met?: readonly string[];
}

/** Whose public address the internet gateway of its network puts in place of the private one. */
export interface Holder {
  readonly pub?: string | undefined;
  readonly ips: readonly string[];
  readonly subnet: string;
}

interface Inspection {
  readonly id: string;
  /** Of the packet, as the firewall saw it: a connection is known by its addresses. */
  readonly source: string;
  readonly destination: string;
  /** Passed by a stateless rule, or handed to the stateful engine. */
  readonly mode: 'pass' | 'forward';
  /** A pass rule took the whole connection. */
  readonly taken: boolean;
}

export const find = <T extends { id: string }>(list: readonly T[], id: string): T => {
  const found = list.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
};
