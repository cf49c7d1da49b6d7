import type { GraphBuilder } from '../graph/builder.ts';
import { changedKinds } from '../graph/structure-again.ts';
import type { EdgeKind, StructureKind } from '../model/vocabulary.ts';
import type { StructureEdge } from './estate-facts.ts';

export type StructureByKind = ReadonlyMap<StructureKind, readonly StructureEdge[]>;

/** Structure by kind, and where that which no reference names stands in the builder. */
export interface StructureLists {
  readonly lists: StructureByKind;
  readonly links: readonly [number, number];
}

export function structureLists(builder: GraphBuilder, links: readonly [number, number], only?: ReadonlySet<EdgeKind>): StructureLists {
  const lists = new Map<StructureKind, StructureEdge[]>();
  for (const edge of builder.structureEdges(0, builder.edgeCount, only)) {
    const list = lists.get(edge.kind);
    if (list === undefined) lists.set(edge.kind, [edge]);
    else list.push(edge);
  }
  return { lists, links };
}

export interface ListsBefore {
  readonly builder: GraphBuilder;
  readonly structure: StructureLists;
  /** Kinds of which a reference is another, where the references of all other records were taken over. */
  readonly kinds: ReadonlySet<EdgeKind> | undefined;
}

/** The lists after a change: those that are equal to those before are the same objects. And the kinds that are not. */
export function structureAgain(
  builder: GraphBuilder,
  links: readonly [number, number],
  { builder: old, structure, kinds: other }: ListsBefore,
): { readonly structure: StructureLists; readonly kinds: ReadonlySet<EdgeKind> } {
  if (other !== undefined) {
    const kinds = new Set([...other, ...changedKinds(old, structure.links, builder, links)]);
    const lists = new Map(structure.lists);
    for (const kind of kinds) lists.delete(kind as StructureKind);
    for (const [kind, list] of kinds.size === 0 ? [] : structureLists(builder, links, kinds).lists) lists.set(kind, list);
    return { structure: { lists, links }, kinds };
  }
  const made = structureLists(builder, links);
  const lists = new Map(made.lists);
  const kinds = new Set<EdgeKind>();
  for (const kind of new Set([...structure.lists.keys(), ...lists.keys()])) {
    const [before = [], now = []] = [structure.lists.get(kind), lists.get(kind)];
    if (before.length === now.length && before.every((edge, index) => sameEdge(edge, now[index]))) lists.set(kind, before);
    else kinds.add(kind);
  }
  return { structure: { lists, links }, kinds };
}

const sameEdge = (a: StructureEdge, b: StructureEdge | undefined): boolean =>
  b !== undefined && a.from === b.from && a.to === b.to && (a.evidence === b.evidence || JSON.stringify(a.evidence) === JSON.stringify(b.evidence));
