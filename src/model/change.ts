import type { Json } from './json.ts';
import type { SnapshotRecord } from './record.ts';

/**
 * One edit of a snapshot, as a change file lists them. INVARIANT: pointers speak of the snapshot as it was before any of the changes, so that the order of changes never matters:
 * removing `/Statement/0` and `/Statement/1` removes the first two statements.
 */
export type Change =
  /** Takes away a key or an element. */
  | { readonly op: 'remove'; readonly resource: string; readonly pointer: string }
  /** Puts a value in place of what stands there; objects on the way that are missing are made. */
  | { readonly op: 'set'; readonly resource: string; readonly pointer: string; readonly value: Json }
  /** Adds an element at the end of an array, which is made if it is missing. */
  | { readonly op: 'append'; readonly resource: string; readonly pointer: string; readonly value: Json }
  /** Takes a whole record away. */
  | { readonly op: 'delete'; readonly resource: string }
  /** Adds a record, or puts it in place of the one with its id. */
  | { readonly op: 'create'; readonly record: SnapshotRecord }
  /** Takes the step between two nodes out of the graph, whatever proves it: a question, not a configuration. */
  | { readonly op: 'cut'; readonly from: string; readonly to: string };

export const changeOps = ['remove', 'set', 'append', 'delete', 'create', 'cut'] as const satisfies readonly Change['op'][];
