interface ListKind<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): T;
  new (memory: SharedArrayBuffer): T;
}

/** A list shorter than this is collected soon, and memory that can be shared costs more to get. */
const longBytes = 1 << 16;

/** So many bytes are taken without the collector's knowledge. Whoever makes networks again and again must not fill the machine with lists that nobody has noticed to be garbage. */
let uncounted = 512 << 20;

/**
 * A typed array of zeros that may be as long as an estate has edges or nodes. A long one stands on memory that could be shared between threads, though it is not: V8 adds up the bytes of every other
 * typed array and marks the whole heap again each time 64 MB of them have come, whatever there is to be freed. At 200,000 resources each time costs a second, and nearly nothing is.
 */
export function longList<T>(kind: ListKind<T>, length: number): T {
  const bytes = length * kind.BYTES_PER_ELEMENT;
  // A page of a browser has such memory only if it is cut off from the pages of others.
  if (bytes < longBytes || bytes > uncounted || typeof SharedArrayBuffer === 'undefined') return new kind(length);
  uncounted -= bytes;
  return new kind(new SharedArrayBuffer(bytes));
}
