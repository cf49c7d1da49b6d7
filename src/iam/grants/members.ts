/** Ascending positions in one or the other. */
export function union(a: Uint32Array, b: Uint32Array): Uint32Array {
  if (a.length === 0 || a === b) return b;
  if (b.length === 0) return a;
  const made = new Uint32Array(a.length + b.length);
  let size = 0;
  for (let i = 0, j = 0; i < a.length || j < b.length; size++) {
    const [x = Number.POSITIVE_INFINITY, y = Number.POSITIVE_INFINITY] = [a[i], b[j]];
    made[size] = Math.min(x, y);
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return size === a.length ? a : size === b.length ? b : made.slice(0, size);
}

/** Ascending positions in any of the lists, of so many candidates. */
export function unionOf(lists: readonly Uint32Array[], size: number): Uint32Array {
  const distinct = [...new Set(lists)];
  const [first = new Uint32Array(), second] = distinct;
  if (second === undefined) return first;
  if (distinct.length === 2) return union(first, second);
  const whole = distinct.find((list) => list.length === size);
  if (whole !== undefined) return whole;
  const marked = new Uint8Array(size);
  for (const list of distinct) for (const position of list) marked[position] = 1;
  const made: number[] = [];
  for (let position = 0; position < size; position++) if (marked[position] === 1) made.push(position);
  return Uint32Array.from(made);
}

/** Ascending positions in the first and not in the second. */
export function without(a: Uint32Array, b: Uint32Array): Uint32Array {
  if (a.length === 0 || b.length === 0) return a;
  const taken = new Set(b);
  const left = a.filter((member) => !taken.has(member));
  return left.length === a.length ? a : left;
}

/** Position of the first id that is not before a text, in a sorted list. */
export function lowerBound(ids: readonly string[], text: string): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
