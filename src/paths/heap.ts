/** Binary min-heap of integers by a float key; equal keys leave in the order of the integers, so that results do not depend on insertion. */
export class MinHeap {
  #keys = new Float64Array(64);
  #items = new Uint32Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
  }

  /** Key of the least item; Infinity when empty. */
  get least(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#keys[0] ?? 0);
  }

  push(key: number, item: number): void {
    if (this.#size === this.#keys.length) this.#grow();
    const keys = this.#keys;
    const items = this.#items;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentKey = keys[parent] ?? 0;
      if (parentKey < key || (parentKey === key && (items[parent] ?? 0) <= item)) break;
      keys[at] = parentKey;
      items[at] = items[parent] ?? 0;
      at = parent;
    }
    keys[at] = key;
    items[at] = item;
  }

  /** Removes and returns the least item. The caller reads `least` first if it needs the key. */
  pop(): number {
    const keys = this.#keys;
    const items = this.#items;
    const top = items[0] ?? 0;
    const size = --this.#size;
    const key = keys[size] ?? 0;
    const item = items[size] ?? 0;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && this.#before(right, child)) child = right;
      const childKey = keys[child] ?? 0;
      if (key < childKey || (key === childKey && item <= (items[child] ?? 0))) break;
      keys[at] = childKey;
      items[at] = items[child] ?? 0;
      at = child;
    }
    keys[at] = key;
    items[at] = item;
    return top;
  }

  #before(a: number, b: number): boolean {
    const ka = this.#keys[a] ?? 0;
    const kb = this.#keys[b] ?? 0;
    return ka < kb || (ka === kb && (this.#items[a] ?? 0) < (this.#items[b] ?? 0));
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2);
    keys.set(this.#keys);
    this.#keys = keys;
    const items = new Uint32Array(this.#items.length * 2);
    items.set(this.#items);
    this.#items = items;
  }
}
