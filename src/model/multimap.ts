/** Puts a value behind the others that a key has. In place: a list that is made anew for each value costs the square of its length. */
export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** Puts values behind the others of a list. Not by spreading them into a call: more than about 100,000 are more arguments than the stack holds. */
export function appendAll<T>(list: T[], values: Iterable<T>): void {
  for (const value of values) list.push(value);
}
