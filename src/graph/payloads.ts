import type { Factor, Residual } from '../model/evidence.ts';
import { canonicalJson, type Json } from '../model/json.ts';

/** What many steps share: everything but their ends and what proves them. */
export interface Payload {
  readonly technique: string;
  readonly factors: readonly Factor[];
  readonly residual: Residual;
  readonly missing: readonly string[];
  readonly label: string;
  readonly ports: string;
}

/** Numbers of values: equal values have one number. Objects seen before are known without looking into them. */
class Numbering {
  readonly #byObject = new WeakMap<object, number>();
  readonly #byText = new Map<string, number>([['[]', 0]]);

  of(value: readonly unknown[]): number {
    if (value.length === 0) return 0;
    let number = this.#byObject.get(value);
    if (number !== undefined) return number;
    const text = canonicalJson(value as Json);
    number = this.#byText.get(text) ?? this.#byText.size;
    this.#byText.set(text, number);
    this.#byObject.set(value, number);
    return number;
  }
}

/** Payloads by number: equal ones have one number. Only ever added to, so tables of one estate before and after a change share it. */
export class Payloads {
  readonly list: Payload[] = [];
  readonly #texts: string[] = [];
  readonly #byKey = new Map<string, number>();
  readonly #numbers = new Numbering();
  #last: Payload | undefined;
  #lastNumber = 0;

  of(payload: Payload): number {
    // The steps of a technique come one after the other, most of them alike.
    if (this.#last !== undefined && alike(this.#last, payload)) return this.#lastNumber;
    this.#last = payload;
    this.#lastNumber = this.#of(payload);
    return this.#lastNumber;
  }

  #of(payload: Payload): number {
    const { technique, label, ports, factors, residual, missing } = payload;
    const key = `${technique}\n${label}\n${ports}\n${this.#numbers.of(factors)} ${this.#numbers.of(residual)} ${this.#numbers.of(missing)}`;
    let number = this.#byKey.get(key);
    if (number === undefined) {
      number = this.list.push(payload) - 1;
      this.#byKey.set(key, number);
    }
    return number;
  }

  /** What orders payloads. */
  text(number: number): string {
    let text = this.#texts[number];
    if (text === undefined) {
      text = canonicalJson(this.list[number] as unknown as Json);
      this.#texts[number] = text;
    }
    return text;
  }
}

/** Whether two payloads are seen to be equal without looking into what they hold. */
const alike = (a: Payload, b: Payload): boolean =>
  a === b ||
  (a.technique === b.technique &&
    a.label === b.label &&
    a.ports === b.ports &&
    sameList(a.factors, b.factors) &&
    sameList(a.residual, b.residual) &&
    sameList(a.missing, b.missing));

/** Whether two lists are seen to be equal without looking into what they hold. */
export const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean => a === b || (a.length === 0 && b.length === 0);
