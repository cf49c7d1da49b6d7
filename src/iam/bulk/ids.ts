const ids = new WeakMap<object, number>();
let next = 0;

/** A small number for an object: equal parts of policies are one object, so that keys are made of their numbers. */
export function idOf(object: object): number {
  const known = ids.get(object);
  if (known !== undefined) return known;
  ids.set(object, next);
  return next++;
}

/** Small numbers for texts, from 1. */
export class Numbers {
  readonly #known = new Map<string, number>();

  of(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    this.#known.set(text, this.#known.size + 1);
    return this.#known.size;
  }
}
