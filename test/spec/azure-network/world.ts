/** An Azure estate in the few words that the twin needs; addresses and prefixes are texts. */
export interface World {
  readonly vnets: readonly Vnet[];
  readonly subnets: readonly Subnet[];
  readonly nsgs: Readonly<Record<string, readonly Rule[]>>;
  readonly tables: Readonly<Record<string, Table>>;
  readonly hosts: readonly Host[];
  readonly firewall: Firewall | undefined;
  readonly site: Site | undefined;
  readonly doors?: Doors;
}
/** What takes requests in one place and sends them on in another. Sources and destinations that are hosts are named by their ids. */
export interface Doors {
  readonly gateways: readonly {
    readonly id: string;
    readonly subnet: string;
    readonly address: string;
    readonly port: number;
    readonly targets: readonly string[];
    readonly to: number;
  }[];
  readonly fronts: readonly { readonly id: string; readonly origins: readonly { readonly host: string; readonly port: number }[] }[];
  /** `subnet` is where it stands; without one it calls by its public address. */
  readonly apis: readonly {
    readonly id: string;
    readonly subnet?: string;
    readonly address: string;
    readonly backends: readonly { readonly host: string; readonly port: number }[];
  }[];
  readonly apps: readonly {
    readonly id: string;
    readonly subnet: string;
    readonly address: string;
    readonly external: boolean;
    readonly internal: boolean;
    readonly allow: readonly string[];
  }[];
  /** In order; `private` is at the firewall's private address, otherwise at its public one. */
  readonly translations: readonly Translation[];
}
export interface Translation {
  readonly private: boolean;
  readonly source: string;
  readonly port: number;
  readonly host: string;
  readonly to: number;
}
export interface Vnet {
  readonly id: string;
  readonly cidrs: readonly string[];
  readonly peers: readonly Peer[];
  readonly admin: readonly AdminRule[];
}
export interface Peer {
  readonly to: string;
  readonly state: 'Connected' | 'Disconnected';
  readonly access: boolean;
  readonly forwarded: boolean;
  readonly borrows: boolean;
  readonly lends: boolean;
}
export interface Subnet {
  readonly id: string;
  readonly vnet: string;
  readonly cidr: string;
  readonly nsg: string | undefined;
  readonly table: string | undefined;
  readonly outbound: boolean;
}
/** Sides are prefixes, tags, `*` or, alone, `asg:NAME`. */
export interface Rule {
  readonly priority: number;
  readonly direction: 'Inbound' | 'Outbound';
  readonly access: 'Allow' | 'Deny';
  readonly protocol: 'Tcp' | 'Udp' | 'Icmp' | '*';
  readonly source: readonly string[];
  readonly destination: readonly string[];
  readonly sourcePorts: string;
  readonly ports: string;
}
export interface AdminRule extends Omit<Rule, 'access'> {
  readonly access: 'Allow' | 'Deny' | 'AlwaysAllow';
}
export interface Table {
  readonly propagates: boolean;
  readonly routes: readonly { readonly prefix: string; readonly hop: 'None' | 'Internet' | 'VnetLocal' | 'VirtualAppliance'; readonly ip?: string }[];
}
export interface Host {
  readonly id: string;
  readonly subnet: string;
  readonly ip: string;
  readonly nsg: string | undefined;
  readonly asgs: readonly string[];
  readonly public: { readonly sku: 'Standard' | 'Basic'; readonly address: string } | undefined;
}
export interface Firewall {
  readonly subnet: string;
  readonly address: string;
  readonly rules: readonly {
    readonly priority: number;
    readonly access: 'Allow' | 'Deny';
    readonly protocol: 'TCP' | 'UDP' | 'Any';
    readonly source: string;
    readonly destination: string;
    readonly ports: string;
  }[];
}
/** A default route among the prefixes is forced tunneling. */
export interface Site {
  readonly vnet: string;
  readonly prefixes: readonly string[];
  /** The gateway learned them (BGP), and an interface of its network shows them; else they were written down. */
  readonly learned: boolean;
}
export interface Packet {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly port: number;
}
