import { gunzipSync, gzipSync } from 'node:zlib';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import type { Part } from '../graph/join.ts';
import type { EdgeIndex, NodeIndex, StepSpec } from '../graph/types.ts';
import { resourcePolicySpecs } from '../iam/estate/resource-policies.ts';
import type { TypeTable } from '../model/collector.ts';
import { InputError } from '../model/error.ts';
import { type Json, walkPath } from '../model/json.ts';
import type { CallStatus, Snapshot, SnapshotRecord } from '../model/record.ts';
import { nodeKindSpec } from '../model/vocabulary.ts';
import { noSettings } from '../paths/settings.ts';
import { joinSnapshots } from '../snapshot/join.ts';
import { memorySnapshot } from '../snapshot/memory.ts';
import { analyseSnapshot } from './analysis.ts';

/** Who asks, and what binds him wherever he asks; with an organization's policies and the switch of an account that closes its buckets. */
const always = [
  'AWS::IAM::User',
  'AWS::IAM::Role',
  'AWS::IAM::Group',
  'AWS::IAM::ManagedPolicy',
  'AWS::Organizations::Organization',
  'AWS::S3::AccountPublicAccessBlock',
];

/** Bytes that the policies of a scope may unpack to: whoever writes to the database must not fill the memory of those who read it. */
const largest = 512_000_000;

interface Shared {
  readonly records: readonly SnapshotRecord[];
  readonly calls: readonly CallStatus[];
}

/**
 * What of a snapshot decides who steps from one account into another: identities with their policies, and resources whose own policies speak of somebody elsewhere. It goes beside the
 * graph, so that graphs that were derived apart are joined as exactly as snapshots are. Packed into one text.
 */
export function sharedText(snapshot: Snapshot): string {
  const open = Object.entries(resourcePolicySpecs)
    .filter(([type]) => !always.includes(type))
    .flatMap(([type, { path, call }]) =>
      snapshot.records(type).filter(
        (record) =>
          // A policy that was not read may let anybody in.
          (call !== '' && !record.calls.includes(call)) || walkPath(record.config, path).some(({ value }) => speaksOfOthers(value, record.account)),
      ),
    );
  const shared: Shared = { records: [...always.flatMap((type) => snapshot.records(type)), ...open], calls: snapshot.manifest.calls };
  return gzipSync(JSON.stringify(shared)).toString('base64');
}

/** Whether a policy names everybody or another account; more is kept rather than less. */
function speaksOfOthers(policy: Json, account: string): boolean {
  const text = typeof policy === 'string' ? decoded(policy) : JSON.stringify(policy);
  return /"\*"|NotPrincipal/.test(text) || (text.match(/\b\d{12}\b/g) ?? []).some((id) => id !== account);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function unpack(name: string, text: string): Snapshot {
  try {
    const shared = JSON.parse(gunzipSync(Buffer.from(text, 'base64'), { maxOutputLength: largest }).toString()) as Shared;
    return memorySnapshot(shared.records, { calls: shared.calls });
  } catch (error) {
    throw new InputError(`the policies of the scope \`${name}\` are damaged`, { cause: error, help: 'repeat postern neo4j push' });
  }
}

export interface SharedPart extends Part {
  /** What `sharedText` gave; empty where the push was made without. */
  readonly shared: string;
}

/** What scopes share, derived together: the steps between their accounts are among its edges. */
export interface Together {
  readonly graph: Graph;
  /** Number of the scope that holds a record, by the record's id. */
  readonly owner: ReadonlyMap<string, number>;
  /** Of the scopes, by their numbers. */
  readonly names: readonly string[];
}

/**
 * Derives what scopes share, by the same engine and techniques as everything else; a technique that needs more than identities and the resource it ends at is not found this way.
 * `notes`: what was left out.
 */
export async function derivedTogether(
  scopes: readonly Pick<SharedPart, 'name' | 'shared'>[],
  types: TypeTable,
): Promise<{ readonly together: Together | undefined; readonly notes: readonly string[] }> {
  const notes = scopes
    .filter(({ shared }) => shared === '')
    .map(
      ({ name }) =>
        `the scope ${name} was pushed without its policies: steps between its accounts and others are shown from administrators only; push it again`,
    );
  const told = scopes.filter(({ shared }) => shared !== '').map(({ name, shared }) => ({ name, snapshot: unpack(name, shared) }));
  if (told.length < 2) return { together: undefined, notes };
  const owner = new Map<string, number>();
  for (const [number, { snapshot }] of told.entries()) for (const record of snapshot.all()) owner.set(record.id, number);
  try {
    const { records, head } = joinSnapshots(told, '');
    const { graph } = await analyseSnapshot(memorySnapshot(records, { types, calls: head.calls }), types, noSettings);
    return { together: { graph, owner, names: told.map(({ name }) => name) }, notes };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { together: undefined, notes: [...notes, `steps between accounts are shown from administrators only: ${error.message}`] };
  }
}

/** The steps from an account of one part into an account of another, as a part of their own. */
export async function across(parts: readonly SharedPart[], types: TypeTable): Promise<{ readonly part: Part | undefined; readonly notes: readonly string[] }> {
  const { together, notes } = await derivedTogether(parts, types);
  return { part: together === undefined ? undefined : partBetween(together, parts), notes };
}

/** The steps between the scopes over the nodes of their graphs. */
export function partBetween({ graph, owner, names }: Together, parts: readonly Part[]): Part {
  const byName = new Map(parts.map((part) => [part.name, part]));
  return {
    name: 'between scopes',
    graph: between(
      graph,
      names.flatMap((name) => byName.get(name) ?? []),
      owner,
    ),
  };
}

/** Who of another scope comes in one step to one of these nodes, or is come to from one, by scope. `held`: ids of nodes, by scope. */
export function acrossFrom({ graph, owner, names }: Together, held: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const scopeOf = (node: NodeIndex): string | undefined => names[owner.get(graph.id(node)) ?? -1];
  const has = (node: NodeIndex): boolean => held.get(scopeOf(node) ?? '')?.has(graph.id(node)) === true;
  const add = (node: NodeIndex): void => {
    const scope = scopeOf(node);
    if (scope === undefined || has(node)) return;
    const known = found.get(scope);
    if (known === undefined) found.set(scope, new Set([graph.id(node)]));
    else known.add(graph.id(node));
  };
  for (const from of graph.nodesOfKind('Principal')) {
    const own = scopeOf(from);
    if (own === undefined) continue;
    for (const edge of graph.out(from)) {
      const end = graph.targets[edge] ?? 0;
      if (graph.likelihoods[edge] === 0) continue;
      const ends = nodeKindSpec(graph.kind(end)).virtual === true ? [...graph.out(end)].map((each) => graph.targets[each] ?? 0) : [end];
      const others = ends.filter((node) => scopeOf(node) !== undefined && scopeOf(node) !== own);
      if (has(from)) for (const node of others) add(node);
      else if (others.some(has)) add(from);
    }
  }
  return found;
}

/** The part of a graph whose steps lead from a node of one owner to one of another. Of a class, each owner's sources get one with what is not theirs. */
function between(graph: Graph, parts: readonly Part[], owner: ReadonlyMap<string, number>): Graph {
  const builder = new GraphBuilder();
  const ownerOf = (node: NodeIndex): number | undefined => owner.get(graph.id(node));
  /** Adds a node as its part has it; false where only a neighbourhood without it was pulled. */
  const real = (node: NodeIndex): boolean => {
    const id = graph.id(node);
    const part = parts[ownerOf(node) ?? -1]?.graph;
    const index = part?.indexOf(id) ?? -1;
    if (part === undefined || index < 0) return false;
    if (!builder.has(id)) builder.node(part.node(index));
    return true;
  };
  const step = (edge: EdgeIndex, from: string, to: string): void => {
    const { kind, technique, factors, residual, missing, label, ports } = graph.step(edge);
    const ofTarget: StepSpec['evidence'] = (target) => graph.evidence(edge, graph.indexOf(target) < 0 ? undefined : graph.indexOf(target));
    builder.step({ from, to, kind, technique, factors, residual, missing, label, ports, evidence: ofTarget });
  };
  const classes = new Map<string, boolean>();
  /** The class for sources of one owner; undefined if all behind it is theirs. */
  const classFor = (hub: NodeIndex, own: number): string | undefined => {
    const id = `${graph.id(hub)} of ${own}`;
    const known = classes.get(id);
    if (known !== undefined) return known ? id : undefined;
    const out = [...graph.out(hub)].filter((edge) => ownerOf(graph.targets[edge] ?? 0) !== own && real(graph.targets[edge] ?? 0));
    classes.set(id, out.length > 0);
    if (out.length === 0) return undefined;
    builder.node({ ...graph.node(hub), id });
    for (const edge of out) step(edge, id, graph.id(graph.targets[edge] ?? 0));
    return id;
  };
  for (const from of graph.nodesOfKind('Principal')) {
    const own = ownerOf(from);
    if (own === undefined) continue;
    for (const edge of graph.out(from)) {
      const to = graph.targets[edge] ?? 0;
      if (graph.likelihoods[edge] === 0) continue;
      const virtual = nodeKindSpec(graph.kind(to)).virtual === true;
      if (!virtual && (ownerOf(to) === undefined || ownerOf(to) === own)) continue;
      const end = virtual ? classFor(to, own) : real(to) ? graph.id(to) : undefined;
      if (end !== undefined && real(from)) step(edge, graph.id(from), end);
    }
  }
  return builder.freeze();
}
