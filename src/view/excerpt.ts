import type { Evidence } from '../model/evidence.ts';
import { isObject, type Json, resolvePointer } from '../model/json.ts';
import type { SnapshotRecord } from '../model/record.ts';
import type { Excerpt } from './view-model.ts';

/** A value shorter than this is shown inside what surrounds it: `"0.0.0.0/0"` alone tells nobody which rule it is of. */
const small = 160;
/** Longest text of an excerpt; of a longer value only its beginning is shown. */
const large = 2400;

/** What stands where the evidence points, with so much around it that a reader knows what it is. */
export function excerpt(record: SnapshotRecord, evidence: Evidence): Excerpt | undefined {
  const document: Json = { type: record.type, id: record.id, config: record.config };
  const tokens = evidence.pointer.split('/').slice(1);
  const value = resolvePointer(document, evidence.pointer);
  if (value === undefined) return undefined;
  let at = tokens.length;
  // Up while it is small, but never to the whole record: that is what the node's own page is for.
  while (at > 2 && !tells(resolvePointer(document, join(tokens.slice(0, at))) ?? null)) {
    if (size(resolvePointer(document, join(tokens.slice(0, at - 1))) ?? null) > large) break;
    at--;
  }
  const base = join(tokens.slice(0, at));
  const shown = resolvePointer(document, base) ?? null;
  const inside = join(tokens.slice(at));
  return { value: size(shown) > large ? `${JSON.stringify(shown, null, 1).slice(0, large)}…` : shown, at: base, marked: inside === '' ? [] : [inside] };
}

/** Whether a value says by itself what it is: a statement does, an address range does not. */
const tells = (value: Json): boolean => size(value) >= small || (isObject(value) && Object.keys(value).length > 2);

/** Configuration as it is shown for a node; a long one is cut value by value. */
export function configOf(record: SnapshotRecord): Json {
  return size(record.config) <= 6000 ? record.config : trimmed(record.config, 0);
}

function trimmed(value: Json, depth: number): Json {
  if (Array.isArray(value))
    return value.length > 8
      ? [...value.slice(0, 8).map((each: Json) => trimmed(each, depth + 1)), `… ${value.length - 8} more`]
      : value.map((each: Json) => trimmed(each, depth + 1));
  if (typeof value === 'object' && value !== null) {
    if (depth >= 5) return '…';
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, trimmed(inner ?? null, depth + 1)]));
  }
  return typeof value === 'string' && value.length > 300 ? `${value.slice(0, 300)}…` : value;
}

const size = (value: Json): number => JSON.stringify(value).length;
const join = (tokens: readonly string[]): string => tokens.map((token) => `/${token}`).join('');
