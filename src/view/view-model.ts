import type { Assessment } from '../model/assessment.ts';
import type { Json } from '../model/json.ts';
import type { LetterTable } from '../report/pdf/letter-table.ts';
import type { Undecided } from '../report/unseen.ts';
import type { Look, PlacedGroup } from './lanes.ts';

/** A card of a drawing: one node, or several that the drawing shows as one. Names are looked up when it is drawn, so that they can be hidden. */
export interface DiagramNode {
  readonly key: string;
  /** Of a class of many only the first. */
  readonly members: readonly string[];
  readonly size: number;
  /** The rest of a sort of which some have cards of their own. */
  readonly rest?: boolean;
  readonly mark: 'start' | 'goal' | '';
  /** The centre, in pixels. */
  readonly x: number;
  readonly y: number;
}

export interface DiagramEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly label: string;
  readonly verdict: 'proven' | 'conditional' | 'unknown';
  /** Position of the hop in its path; absent in maps. */
  readonly hop?: number;
  /** How many steps it stands for. */
  readonly count: number;
  readonly change?: 'added' | 'removed';
}

/** `id` of a group is the id of the node that contains, or `cloud:NAME`. */
export interface Diagram {
  readonly look: Look;
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
  readonly groups: readonly PlacedGroup[];
  readonly width: number;
  readonly height: number;
}

/** A story with its drawing: instances as one card each position, and every instance by itself where that can be read. */
export interface StoryDiagram {
  readonly story: string;
  readonly folded: Diagram;
  readonly unfolded?: Diagram;
}

/**
 * How finely a map tells nodes apart. Nodes of one class have the very `same` steps, or steps that are `alike` (from and to the same kinds in the same places, on the same ports), or are only
 * stepped on from the same kinds of `starts`; and they are within the same subnet, network or account.
 */
export interface Grain {
  readonly steps: 'same' | 'alike' | 'starts';
  readonly within: 'subnet' | 'network' | 'account';
}

export interface ClassMap {
  readonly grain: Grain;
  readonly diagram: Diagram;
  /** Key of a card -> what its members do to one another. */
  readonly inside: Readonly<Record<string, string>>;
  /** Classes and nodes that are not drawn because nothing valuable comes of them, or because there are too many. */
  readonly omitted: { readonly classes: number; readonly nodes: number };
}

/** What stands where evidence points, with what surrounds it. `marked` are pointers relative to `value`. */
export interface Excerpt {
  readonly value: Json;
  /** Pointer of `value` in the record. */
  readonly at: string;
  readonly marked: readonly string[];
}

/** What a change would take away: the steps that need this statement, rule or setting. Numbers are positions in the estate's list of steps. */
export interface Removal {
  readonly key: string;
  readonly steps: readonly number[];
}

/** One snapshot of the estate, for the timeline. */
export interface TimelinePoint {
  readonly name: string;
  readonly hash: string;
  readonly end: string;
  readonly records: number;
  readonly paths: Assessment['paths']['paths'];
  readonly risk: number;
  readonly findings: number;
  /** Paths of the newest snapshot that are not in this one, and the reverse; each with the hop that came or went. */
  readonly added: readonly PathChange[];
  readonly removed: readonly PathChange[];
}

export interface PathChange {
  readonly path: string;
  /** Hops that the other snapshot does not have. Empty: all hops are there, the path only ranks lower. */
  readonly hops: readonly number[];
}

/** The fewest changes that take a share of the risk away, proved by deriving the changed snapshot anew. */
export interface PlanView {
  readonly state: 'proved' | 'impossible' | 'unproved';
  readonly fewest: 'proved' | 'bounded';
  readonly share: number;
  readonly risk: { readonly before: number; readonly after: number };
  readonly steps: readonly {
    readonly title: string;
    readonly effort: string;
    readonly removes: number;
    readonly cli: string;
    readonly terraform: string;
    readonly inUse: string;
  }[];
}

/** Everything that the page needs to open. What only some views need is in `EstateData`, which comes later. */
export interface ViewModel {
  readonly schema: 'view/v5';
  /** Where it was read from, as it stands in the commands that the page prints. */
  readonly source: { readonly kind: 'snapshot' | 'neo4j'; readonly name: string };
  readonly assessment: Assessment;
  /** Findings that passed are counted, not listed; of a rule's others so many are listed as a reader opens. */
  readonly passed: number;
  /** Rule -> result -> how many there are, listed or not. */
  readonly findingCounts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Of all findings, listed or not. */
  readonly undecided: Undecided;
  readonly diagrams: readonly StoryDiagram[];
  readonly maps: { readonly network: ClassMap; readonly identity: ClassMap };
  /** Evidence key -> what stands there in the snapshot (secrets were replaced when it was collected). */
  readonly records: Readonly<Record<string, Excerpt>>;
  /** Configuration of the nodes on the listed paths. */
  readonly configs: Readonly<Record<string, Json>>;
  /** Actions that a technique asks for, to mark them in the statements. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
  readonly legend: { readonly nodes: Readonly<Record<string, NodeLegend>>; readonly edges: Readonly<Record<string, EdgeLegend>> };
  /** Names of containers that drawings mention. */
  readonly names: Readonly<Record<string, { readonly name: string; readonly kind: string }>>;
  readonly removals: readonly Removal[];
  /** There if it was asked for; a server works it out when a reader asks. */
  readonly plan?: PlanView;
  /** Outlines of the letters that names have beyond the standard fonts of a PDF; absent where there are none. */
  readonly letters?: LetterTable;
  /** Older snapshots, oldest first. */
  readonly timeline: readonly TimelinePoint[];
}

export interface NodeLegend {
  readonly label: string;
  /** The plural, where it is no regular one. */
  readonly many?: string;
  readonly means: string;
  readonly draws: string;
}
export type EdgeLegend = NodeLegend;

/** One priced way of stepping; many steps share one. */
export interface StepClass {
  readonly technique: string;
  readonly kind: string;
  readonly label: string;
  readonly ports: string;
  readonly verdict: 'proven' | 'conditional' | 'unknown';
  readonly cost: number;
}

/** All nodes and steps in columns: for search, neighbours, permissions and what-if. */
export interface EstateData {
  readonly schema: 'estate/v1';
  readonly ids: readonly string[];
  readonly names: readonly string[];
  /** Positions in `kindTable`, `typeTable`, `accountTable`. */
  readonly kinds: readonly number[];
  readonly types: readonly number[];
  readonly accounts: readonly number[];
  readonly kindTable: readonly string[];
  readonly typeTable: readonly string[];
  readonly accountTable: readonly string[];
  /** 1: stands for a class of nodes and is no node of its own. */
  readonly hubs: readonly number[];
  /** Node -> its tags as `key=value`. */
  readonly tags: Readonly<Record<number, string>>;
  /** Steps by source, then target. `outs[n]` steps leave node n. */
  readonly outs: readonly number[];
  readonly targets: readonly number[];
  readonly classes: readonly number[];
  readonly classTable: readonly StepClass[];
  /** [node, cost in nats] */
  readonly entries: readonly (readonly [number, number])[];
  /** [node, value 0–100, reason, account that it is a part of or ''] */
  readonly jewels: readonly (readonly [number, number, string, string])[];
  /** [account, node that stands for its administration] */
  readonly governors: readonly (readonly [string, number])[];
  readonly findings: Readonly<Record<number, readonly number[]>>;
}

export const evidenceKey = (evidence: { readonly resource: string; readonly pointer: string }): string => `${evidence.resource}#${evidence.pointer}`;
