import type { CallStatus, Snapshot, SnapshotRecord } from '../../../model/record.ts';
import type { Draft } from './drafts.ts';

interface Open {
  readonly call: string;
  readonly account: string;
  readonly region: string;
  readonly resources: Set<string>;
  readonly what: Set<string>;
}

const placeOf = (call: string, account: string, region: string): string => `${call}\n${account}\n${region}`;

/** What a plan leaves open until it is applied, by the calls that would have answered it. */
export class Unanswered {
  readonly #open = new Map<string, Open>();

  note({ id, account, region }: Draft, call: string, what: string): void {
    const key = placeOf(call, account, region);
    const entry = this.#open.get(key) ?? { call, account, region, resources: new Set<string>(), what: new Set<string>() };
    entry.resources.add(id);
    entry.what.add(what);
    this.#open.set(key, entry);
  }

  /** The base's states, with the calls that the plan leaves open, and those of new records where the base asked for none of their kind. */
  calls(records: readonly SnapshotRecord[], base: Snapshot | undefined): readonly CallStatus[] {
    const calls = new Map<string, CallStatus>();
    for (const status of base?.manifest.calls ?? []) calls.set(placeOf(status.call, status.account, status.region), status);
    if (base === undefined)
      for (const { account, region, calls: own } of records)
        for (const call of own) calls.set(placeOf(call, account, region), { call, account, region, state: 'ok', requests: 0 });
    for (const [at, { call, account, region, resources, what }] of this.#open)
      calls.set(at, {
        call,
        account,
        region,
        state: 'failed',
        requests: 0,
        message: `known after apply: ${[...what].sort().join(', ')}`,
        resources: [...resources].sort(),
      });
    return [...calls.values()];
  }
}
