import type { Finding } from '../model/assessment.ts';
import type { TypeTable } from '../model/collector.ts';
import type { Snapshot } from '../model/record.ts';
import { findingOf, type Subject } from './finding.ts';
import type { Rule } from './rule.ts';

/** Where a type was not collected, and why. */
interface Gap {
  readonly place: Subject;
  readonly message: string;
  readonly missing: readonly string[];
}

/**
 * What is not known of the types that rules need. A listing that failed gives `unknown` for its account and region, one that nobody asked for gives it for each account: nothing found
 * there is no pass.
 */
export class Uncollected {
  readonly #snapshot: Snapshot;
  readonly #types: TypeTable;
  /** By type: hundreds of rules ask about a few dozen, and a manifest has every call of every account and region. */
  readonly #known = new Map<string, readonly Gap[]>();

  constructor(snapshot: Snapshot, types: TypeTable) {
    this.#snapshot = snapshot;
    this.#types = types;
  }

  findings(rule: Rule, type: string): readonly Finding[] {
    const gaps = this.#known.get(type) ?? this.#gaps(type);
    this.#known.set(type, gaps);
    return gaps.map(({ place, message, missing }) => findingOf(rule, place, 'unknown', message, [], missing));
  }

  #gaps(name: string): readonly Gap[] {
    const { manifest } = this.#snapshot;
    const type = this.#types.get(name);
    const lists = [...(type?.list ?? []), ...(type?.batch === undefined ? [] : [type.batch])];
    const calls = new Map(lists.map((list) => [list.call, list.permission ?? list.call]));
    for (const call of type?.collector.assembles ?? []) if (lists.length === 0) calls.set(call, call);
    const gap = (id: string, account: string, region: string, why: string, missing: readonly string[]): Gap => ({
      place: { id, type: name, account, region },
      message: `${name} was not collected: ${why}`,
      missing,
    });
    const asked = manifest.calls.some((status) => calls.has(status.call) && status.state !== 'unasked');
    if (!asked && calls.size > 0 && this.#snapshot.records(name).length === 0) {
      const missing = [...new Set(calls.values())].sort();
      const aws = type?.collector.provider === 'aws';
      const accounts = manifest.scope.accounts.filter((account) => /^\d{12}$/.test(account) === aws);
      return accounts.map((account) => gap(`${account}/${name}`, account, 'global', 'nobody asked for it', missing));
    }
    return this.#snapshot
      .gaps()
      .filter(({ call }) => calls.has(call))
      .map(({ call, account, region, state, permission }) =>
        gap(`${account}/${region}`, account, region, state === 'unasked' ? `nobody asked for ${call}` : `${call} ${state}`, [
          permission ?? calls.get(call) ?? call,
        ]),
      );
  }
}
