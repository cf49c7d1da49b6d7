/**
 * Whether two patterns with `*` and `?` have a text in common. Both are short (ARNs), so the table of positions is small; the bound keeps a hostile pattern from making it large.
 */
export function globsMeet(a: string, b: string): boolean {
  if (a.length * b.length > 1_000_000) return true;
  const seen = new Uint8Array((a.length + 1) * (b.length + 1));
  const open: [number, number][] = [[0, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [i, j] = next;
    const place = i * (b.length + 1) + j;
    if (seen[place] === 1) continue;
    seen[place] = 1;
    if (i === a.length && j === b.length) return true;
    const [x, y] = [a[i], b[j]];
    if (x === '*') open.push([i + 1, j]);
    if (y === '*') open.push([i, j + 1]);
    if (x === undefined || y === undefined) continue;
    if (x === '*' && y !== '*') open.push([i, j + 1]);
    else if (y === '*' && x !== '*') open.push([i + 1, j]);
    else if (x === y || x === '?' || y === '?') open.push([i + 1, j + 1]);
  }
  return false;
}

/** The same for ARNs: a wildcard in one of the first five parts stays in it. */
export function arnsMeet(a: string, b: string): boolean {
  if (/^\*+$/.test(a) || /^\*+$/.test(b)) return true;
  const [left, right] = [partsOf(a), partsOf(b)];
  return left.every((part, index) => globsMeet(part, right[index] ?? '*'));
}

/** Six parts; missing ones are `*`, as AWS completes an ARN. */
function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return [...Array.from({ length: 5 }, (_, index) => parts[index] ?? '*'), parts.length < 6 ? '*' : parts.slice(5).join(':')];
}
