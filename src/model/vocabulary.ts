/**
 * The one vocabulary. Node kinds and edge kinds are closed; resource types are open and declared by collectors. Constraints, the viewer's legend, the JSON Schemas of
 * rule files and every list anyone needs are generated from these tables or are a filter over them.
 */

interface NodeKindSpec {
  readonly label: string;
  /** The plural, where it is no regular one. */
  readonly many?: string;
  readonly means: string;
  /** Where an intruder can start without holding anything of the estate. */
  readonly entry?: true;
  /** Stands for a class of nodes in the graph and never in a report: a biclique of steps goes through one hub. */
  readonly virtual?: true;
  /** Can hold what a business values. */
  readonly jewel?: true;
  /** Holds permissions or can come to hold them. */
  readonly identity?: true;
  /** The family whose shape a drawing gives it. */
  readonly draws: NodeFamily;
  /** A drawing frames what is in it. */
  readonly frames?: true;
}

/** Families that a drawing tells apart by shape, so that kinds are never told by colour alone. */
export type NodeFamily = 'outside' | 'scope' | 'identity' | 'compute' | 'network' | 'data';
/** Families that a drawing tells apart by the head of the arrow. */
export type StepFamily = 'network' | 'code' | 'identity' | 'data';

export const nodeKinds = {
  Internet: { label: 'Internet', draws: 'outside', means: 'any address on the public internet', entry: true },
  Outsider: { label: 'Outsider', draws: 'outside', means: 'somebody else’s account or tenant: any, or one by its id', entry: true },
  Federated: {
    label: 'Federated subject',
    draws: 'outside',
    means: 'a subject of an outside identity provider: a repository, a workload, a SAML user',
    entry: true,
  },
  Phished: { label: 'Phished user', draws: 'outside', means: 'a person who gave away a password or session', entry: true },
  OnPremises: {
    label: 'On-premises network',
    draws: 'outside',
    means: 'a network behind VPN, Direct Connect, ExpressRoute or a sync agent, OT included',
    entry: true,
  },
  Organization: { label: 'Organization', draws: 'scope', means: 'an AWS organization, an Entra tenant: the root of accounts', jewel: true },
  Folder: { label: 'Organizational unit', draws: 'scope', means: 'an organizational unit, management group or resource group' },
  Account: { label: 'Account', draws: 'scope', frames: true, means: 'an AWS account or Azure subscription; reaching it means administering it', jewel: true },
  Principal: { label: 'Principal', draws: 'identity', means: 'a user, role, service principal or managed identity', identity: true },
  Group: { label: 'Group', draws: 'identity', means: 'a group of principals', identity: true },
  Credential: { label: 'Credential', draws: 'identity', means: 'an access key, password, certificate or federated credential' },
  Policy: { label: 'Policy', draws: 'identity', means: 'a managed policy, permission set or role definition' },
  Compute: {
    label: 'Compute',
    many: 'compute nodes',
    draws: 'compute',
    means: 'something that runs code: instance, function, container, notebook, cluster',
    jewel: true,
  },
  Pipeline: { label: 'Pipeline', draws: 'compute', means: 'something that builds, deploys or orchestrates: project, stack, state machine, document' },
  Network: { label: 'Network', draws: 'network', frames: true, means: 'a virtual network, subnet or route table' },
  Interface: { label: 'Network interface', draws: 'network', means: 'a network interface or public address' },
  Filter: { label: 'Network filter', draws: 'network', means: 'a security group, network ACL or firewall' },
  Gateway: { label: 'Gateway', draws: 'network', means: 'a gateway, peering, endpoint or load balancer' },
  DataStore: { label: 'Data store', draws: 'data', means: 'a bucket, table, database, file system, queue, stream or a copy of one', jewel: true },
  Secret: { label: 'Secret', draws: 'data', means: 'a secret or parameter', jewel: true },
  Key: { label: 'Key', draws: 'data', means: 'an encryption key', jewel: true },
  Artifact: { label: 'Artifact', draws: 'data', means: 'an image, layer or repository that something runs' },
  Monitor: { label: 'Monitor', draws: 'data', means: 'logging, detection and audit' },
  Hub: { label: 'Hub', draws: 'scope', means: 'a class of nodes that share their steps', virtual: true },
} as const satisfies Record<string, NodeKindSpec>;

export type NodeKind = keyof typeof nodeKinds;

interface EdgeKindSpec {
  /** `structure`: how things hang together. `step`: what an attacker in control of the source can do to the target. */
  readonly role: 'structure' | 'step';
  readonly label: string;
  readonly means: string;
  /** After the step the attacker acts as or in the target, so that the path goes on from there. */
  readonly controls?: true;
  /** The target lies inside the source. */
  readonly nests?: true;
  /** Of a step: the family whose arrow a drawing gives it. */
  readonly draws?: StepFamily;
}

export const edgeKinds = {
  Contains: { role: 'structure', nests: true, label: 'contains', means: 'the target belongs to the source: account to resource, network to subnet' },
  MemberOf: { role: 'structure', label: 'member of', means: 'a principal is in a group' },
  AttachedTo: { role: 'structure', label: 'attached to', means: 'an interface, volume, policy or gateway is attached to the target' },
  Guards: { role: 'structure', label: 'guards', means: 'a network filter applies to the target' },
  RoutesTo: { role: 'structure', label: 'routes to', means: 'a route table, listener or event source sends to the target' },
  UsesIdentity: { role: 'structure', label: 'uses identity', means: 'the source is configured to run as the target principal' },
  UsesArtifact: { role: 'structure', label: 'uses artifact', means: 'the source runs or restores code or data from the target' },
  UsesSecret: { role: 'structure', label: 'uses secret', means: 'the source is configured with the target secret or key' },
  RefersTo: { role: 'structure', label: 'refers to', means: 'the configuration of the source names the target' },
  Reaches: {
    role: 'step',
    draws: 'network',
    label: 'reaches',
    means: 'packets from the source arrive at the target and may exploit what listens',
    controls: true,
  },
  CanBecome: { role: 'step', draws: 'identity', label: 'can become', means: 'the source obtains the permissions of the target principal', controls: true },
  CanExecuteOn: { role: 'step', draws: 'code', label: 'can run code on', means: 'the source runs its own code on the target', controls: true },
  RunsAs: { role: 'step', draws: 'identity', label: 'runs as', means: 'code on the source obtains the credentials of the target principal', controls: true },
  Holds: { role: 'step', draws: 'identity', label: 'holds', means: 'the source contains a working credential of the target', controls: true },
  CanGrant: { role: 'step', draws: 'identity', label: 'can grant itself', means: 'the source gives itself the administration of the target', controls: true },
  Administers: { role: 'step', draws: 'identity', label: 'administers', means: 'the source may do everything in the target account already', controls: true },
  CanRead: { role: 'step', draws: 'data', label: 'can read', means: 'the source reads the contents of the target', controls: true },
  CanWrite: { role: 'step', draws: 'data', label: 'can write', means: 'the source changes the contents of the target', controls: true },
  CanDestroy: { role: 'step', draws: 'data', label: 'can destroy', means: 'the source deletes the target, or makes it useless to everybody' },
  CanEncrypt: {
    role: 'step',
    draws: 'data',
    label: 'can encrypt for ransom',
    means: 'the source puts the target under a key that only it commands, and can give it back',
  },
} as const satisfies Record<string, EdgeKindSpec>;

export type EdgeKind = keyof typeof edgeKinds;
export type StepKind = { [K in EdgeKind]: (typeof edgeKinds)[K]['role'] extends 'step' ? K : never }[EdgeKind];
export type StructureKind = Exclude<EdgeKind, StepKind>;

const names = <T extends object>(table: T): readonly (keyof T & string)[] => Object.keys(table) as (keyof T & string)[];

export const nodeKindNames: readonly NodeKind[] = names(nodeKinds);
export const edgeKindNames: readonly EdgeKind[] = names(edgeKinds);
/** Byte codes for the typed-array graph: position in the table. */
export const nodeKindCode = Object.fromEntries(nodeKindNames.map((name, code) => [name, code])) as Record<NodeKind, number>;
export const edgeKindCode = Object.fromEntries(edgeKindNames.map((name, code) => [name, code])) as Record<EdgeKind, number>;

export const nodeKindSpec = (kind: NodeKind): NodeKindSpec => nodeKinds[kind];
export const edgeKindSpec = (kind: EdgeKind): EdgeKindSpec => edgeKinds[kind];
export const isStep = (kind: EdgeKind): kind is StepKind => edgeKinds[kind].role === 'step';
