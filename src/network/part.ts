import type { AddressSet } from './algebra/address.ts';
import type { FlowQuestion, FlowResult, NetworkEngine, PortSet } from './api.ts';

/** Networks before some records were touched. */
export interface NetworkBefore {
  readonly network: NetworkPart;
  /** Ids of the records that are different. */
  readonly touched: readonly string[];
}

/** A network beyond a gateway of the estate: what a VPN or a private line leads to. Entries are called `onprem:<id>`. */
export interface OutsideNetwork {
  readonly id: string;
  /** What routes send there. */
  readonly prefixes: AddressSet;
  /** Public addresses of the tunnels' ends on this side, and of the devices that they end at: by these two clouds find that they are each other's outside. */
  readonly own: readonly string[];
  readonly peers: readonly string[];
}

export interface Passage {
  readonly flows: readonly PortSet[];
  readonly verdict: FlowResult['verdict'];
  readonly via: FlowResult;
}

/**
 * The networks of one provider: an engine of its own, which can also say what leaves it and what comes in from beyond its gateways, so that several are joined. Another provider is another
 * part in the table of `engine.ts`.
 */
export interface NetworkPart extends NetworkEngine {
  /** Whether an id in a question names a resource (or an outside network) of this part. */
  knows(id: string): boolean;
  /** Addresses of a resource, as its own network sees them. */
  addresses(id: string): readonly string[];
  outside(): readonly OutsideNetwork[];
  /** From a resource to an address, and which outside network it leaves to, if it does. */
  leaving(question: FlowQuestion): Passage & { readonly outside?: string };
  /** From an address beyond a gateway to a resource. */
  entering(outside: string, question: FlowQuestion): Passage;
}
