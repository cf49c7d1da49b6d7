/** A key's values; `absent` when the request is known not to carry it, `undefined` when that is not known. */
export type KeyValue = readonly string[] | undefined;

/** The request does not carry the key. An empty list is the same: AWS has no key without a value. */
export const absent: readonly string[] = [];

/**
 * What is known of one party of a request (principal, resource, caller). Keys in lower case: "Condition key names are not case-sensitive"
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html).
 */
export interface Facts {
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Families of keys that are known whole, such as `aws:resourcetag/`: a key of theirs without a value is absent. Lower case. */
  readonly closed?: readonly string[];
}

/** Looks keys up in several sets of facts, the first that knows it wins. */
export class Context {
  readonly #facts: readonly Facts[];
  readonly #complete: boolean;

  /** `complete`: a key that no fact tells is absent; otherwise it is unknown. */
  constructor(facts: readonly Facts[], complete: boolean) {
    this.#facts = facts;
    this.#complete = complete;
  }

  /** `key` in lower case. */
  get(key: string): KeyValue {
    for (const facts of this.#facts) {
      const values = facts.values.get(key);
      if (values !== undefined) return values;
    }
    for (const facts of this.#facts) if (facts.closed?.some((prefix) => key.startsWith(prefix)) === true) return absent;
    return this.#complete ? absent : undefined;
  }

  /** What a policy variable stands for: only a key with exactly one value can be used. */
  variable(key: string): string | null | undefined {
    const values = this.get(key);
    return values === undefined ? undefined : values.length === 1 ? (values[0] ?? null) : null;
  }
}

/** Facts from a plain record, keys folded. */
export function factsOf(record: Readonly<Record<string, readonly string[]>>, closed?: readonly string[]): Facts {
  const values = new Map(Object.entries(record).map(([key, list]) => [key.toLowerCase(), list]));
  return closed === undefined ? { values } : { values, closed };
}
