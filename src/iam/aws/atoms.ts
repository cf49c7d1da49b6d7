import type { ConditionAtom, Residual } from '../../model/evidence.ts';
import type { Dnf } from './dnf.ts';

const textOf = (atom: ConditionAtom): string => JSON.stringify([atom.negated, atom.operator, atom.key, atom.values]);
const keyFirst = (atom: ConditionAtom): string => JSON.stringify([atom.key, atom.operator, atom.values, atom.negated]);
// Stryker disable next-line all: no two of the texts that are compared are equal, so that only the order of different ones counts.
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Numbers the atoms of one decision; the same test under another operator has the same number. */
export class Atoms {
  readonly #numbers = new Map<string, number>();
  readonly #spelled = new Map<number, ConditionAtom>();

  /** Literal of an atom as it stands in an Allow (`negated` false) or of its opposite, as in a Deny. */
  literal(residual: { readonly atom: ConditionAtom; readonly canonical: string; readonly sign: boolean }, negated: boolean): number {
    let number = this.#numbers.get(residual.canonical);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(residual.canonical, number);
    }
    const literal = number * 2 + (residual.sign ? 0 : 1);
    this.#spell(literal, residual.atom);
    this.#spell(literal ^ 1, { ...residual.atom, negated: !residual.atom.negated });
    return negated ? literal ^ 1 : literal;
  }

  /** Of several spellings of one literal the plain one, then the first by code unit. */
  #spell(literal: number, atom: ConditionAtom): void {
    const known = this.#spelled.get(literal);
    // Stryker disable next-line EqualityOperator: an equal text is the same spelling.
    if (known === undefined || compareText(textOf(atom), textOf(known)) < 0) this.#spelled.set(literal, atom);
  }

  /** How a literal is written. */
  spelling(literal: number): ConditionAtom | undefined {
    return this.#spelled.get(literal);
  }

  /** Entries and their atoms sorted by text: shortest entry first. */
  residual(formula: Dnf): Residual {
    const entries = formula.map((conjunction) => ({
      allOf: conjunction.flatMap((literal) => this.#spelled.get(literal) ?? []).sort((a, b) => compareText(keyFirst(a), keyFirst(b))),
    }));
    const key = (entry: { allOf: readonly ConditionAtom[] }): string => entry.allOf.map(keyFirst).join();
    return entries.sort((a, b) => a.allOf.length - b.allOf.length || compareText(key(a), key(b)));
  }
}
