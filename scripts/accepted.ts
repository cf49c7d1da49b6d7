import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

interface Row {
  readonly lab: string;
  readonly permission: string;
  readonly taken: readonly string[];
  readonly reason: string;
  readonly page: string;
}

const file = path.join(import.meta.dirname, '..', 'test', 'cases', 'conformance', 'accepted.yaml');

/** Differences from the labs that were gone through one by one: test/cases/conformance/accepted.yaml. Each must still be there. */
export class Accepted {
  readonly #open = new Map<string, Row>();
  #met = 0;

  constructor() {
    const { variants } = parse(readFileSync(file, 'utf8')) as { variants: readonly Row[] };
    for (const row of variants) for (const taken of row.taken) this.#open.set(`${row.lab} ${row.permission} ${taken}`, row);
  }

  /** Whether a path that a variant left open is accepted; prints it with the reason when it is. */
  variant(lab: string, permission: string, taken: string): boolean {
    const key = `${lab} ${permission} ${taken}`;
    const row = this.#open.get(key);
    if (row === undefined) return false;
    this.#open.delete(key);
    this.#met++;
    console.log(`ACCEPTED ${lab}: ${taken} ${permission}: ${row.reason} (${row.page})`);
    return true;
  }

  /** How many were met, and which no longer differ. */
  finish(): { readonly met: number; readonly stale: readonly string[] } {
    return { met: this.#met, stale: [...this.#open.keys()].sort() };
  }
}
