import { type Glob, STAR } from '../aws/glob.ts';

/**
 * A shortest text that fits both patterns, or `undefined` where none does: a walk over the pairs of places in them, each visited once, so that no pair of patterns is slow.
 */
export function meet(a: Glob, b: Glob): string | undefined {
  const width = b.length + 1;
  const before = new Map<number, { readonly from: number; readonly unit: number | undefined }>();
  let edge = [0];
  before.set(0, { from: -1, unit: undefined });
  while (edge.length > 0) {
    const next: number[] = [];
    // Steps that read nothing belong to the same length of text, so they are walked at once.
    for (let at = 0; at < edge.length; at++) {
      const state = edge[at] ?? 0;
      const [i, j] = [Math.floor(state / width), state % width];
      if (i === a.length && j === b.length) return textOf(before, state);
      const visit = (to: number, unit: number | undefined, list: number[]): void => {
        if (before.has(to)) return;
        before.set(to, { from: state, unit });
        list.push(to);
      };
      const [one, other] = [a[i], b[j]];
      if (one === STAR) visit(state + width, undefined, edge);
      if (other === STAR) visit(state + 1, undefined, edge);
      const read = unitOf(one, other);
      if (read !== undefined) visit((one === STAR ? i : i + 1) * width + (other === STAR ? j : j + 1), read, next);
    }
    edge = next;
  }
  return undefined;
}

/** A code unit that both places take; two wildcards take an `x`. */
function unitOf(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return undefined;
  if (one < 0) return other < 0 ? 120 : other;
  return other < 0 || other === one ? one : undefined;
}

function textOf(before: ReadonlyMap<number, { readonly from: number; readonly unit: number | undefined }>, end: number): string {
  const units: number[] = [];
  for (let state = end; state >= 0; ) {
    const step = before.get(state);
    if (step === undefined) break;
    if (step.unit !== undefined) units.push(step.unit);
    state = step.from;
  }
  return String.fromCharCode(...units.reverse());
}
