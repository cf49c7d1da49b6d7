import type { Reference, TypeTable } from '../model/collector.ts';
import { textAt } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import type { EdgeKind } from '../model/vocabulary.ts';
import type { GraphBuilder } from './builder.ts';
import { namesOf, ReferenceIndex } from './reference-index.ts';
import { addReferences, nodeOf, type Structure, valuesOf } from './structure.ts';

/** The structure before a change. */
export interface StructureBefore {
  readonly snapshot: Snapshot;
  readonly builder: GraphBuilder;
  readonly structure: Structure;
  readonly touched: readonly string[];
}

export interface StructureAgain extends Structure {
  /** Kinds of which some edge is another. */
  readonly kinds: ReadonlySet<EdgeKind>;
}

/**
 * The structure of a snapshot in which some records are others, in a builder that was made after the builder before: what the others name is taken over. `undefined`, and nothing is added:
 * a record came or went, or is found by another name, so that the references of others may lead elsewhere. INVARIANT: equal to `addStructure`, edge after edge.
 */
export function addStructureAgain(builder: GraphBuilder, snapshot: Snapshot, types: TypeTable, before: StructureBefore): StructureAgain | undefined {
  const touched = new Map<string, SnapshotRecord>();
  for (const id of before.touched) {
    const [old, now] = [before.snapshot.find(id), snapshot.find(id)];
    if (old?.id !== id || now?.id !== id || !keepsItsNames(old, now, types)) return undefined;
    touched.set(id, now);
  }
  const { nodes: nodesBefore, head, ends: endsBefore } = before.structure;
  const nodes = nodesBefore.map((spec) => {
    const record = touched.get(spec.id);
    const type = record === undefined ? undefined : types.get(record.type);
    return record === undefined || type === undefined ? spec : nodeOf(record, type);
  });
  for (const spec of nodes) builder.node(spec);
  const all = (): boolean => true;
  builder.takeOver(0, head, all);
  const index = new ReferenceIndex(snapshot, types, builder);
  const kinds = new Set<EdgeKind>();
  const ends: number[] = [];
  let shift = 0;
  let taken = head;
  let position = 0;
  for (const { id } of before.snapshot.all()) {
    const record = touched.get(id);
    const [start, end] = [position === 0 ? head : (endsBefore[position - 1] ?? 0), endsBefore[position] ?? 0];
    position++;
    if (record !== undefined) {
      builder.takeOver(taken, start, all);
      taken = end;
      const begun = builder.edgeCount;
      addReferences(builder, index, types, record);
      shift += builder.edgeCount - begun - (end - start);
      for (const kind of changedKinds(before.builder, [start, end], builder, [begun, builder.edgeCount])) kinds.add(kind);
    }
    ends.push(end + shift);
  }
  builder.takeOver(taken, endsBefore.at(-1) ?? head, all);
  return { nodes, head, ends, kinds };
}

/** Whether whoever names the record finds it as before, and it names the same things that the snapshot lacks. */
function keepsItsNames(old: SnapshotRecord, now: SnapshotRecord, types: TypeTable): boolean {
  // What a record proves by standing where it stands is cited with the call that listed it.
  if (old.type !== now.type || old.account !== now.account || old.region !== now.region || old.calls[0] !== now.calls[0]) return false;
  const spec = types.get(now.type);
  const same = (match: string | undefined): boolean => [...namesOf(old, spec, match)].join('\n') === [...namesOf(now, spec, match)].join('\n');
  const matches = new Set(
    [...types.values()].flatMap((type) => (type.references ?? []).flatMap(({ to, match }) => (to?.includes(now.type) === true ? [match] : []))),
  );
  if (![undefined, ...matches].every(same)) return false;
  const standIns = (references: readonly Reference[], record: SnapshotRecord): string =>
    JSON.stringify(
      references.flatMap((reference) => {
        const { placeholder } = reference;
        if (placeholder === undefined) return [];
        const kind = placeholder.by === undefined ? '' : (textAt(record.config, placeholder.by.path) ?? '');
        return [placeholder.type, kind, valuesOf(record, reference).map(({ value }) => value)];
      }),
    );
  const references = spec?.references ?? [];
  return standIns(references, old) === standIns(references, now);
}

/** Kinds of structure that differ between two ranges of edges. */
export function changedKinds(
  before: GraphBuilder,
  [from, to]: readonly [number, number],
  after: GraphBuilder,
  [begin, end]: readonly [number, number],
): ReadonlySet<EdgeKind> {
  const told = (builder: GraphBuilder, first: number, last: number): ReadonlyMap<EdgeKind, string> => {
    const texts = new Map<EdgeKind, string>();
    for (const edge of builder.structureEdges(first, last)) texts.set(edge.kind, `${texts.get(edge.kind) ?? ''}${JSON.stringify(edge)}\n`);
    return texts;
  };
  const [old, now] = [told(before, from, to), told(after, begin, end)];
  return new Set([...old.keys(), ...now.keys()].filter((kind) => old.get(kind) !== now.get(kind)));
}
