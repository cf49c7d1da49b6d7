import type { DetailCall, ListCall, TypeTable } from '../../model/collector.ts';
import { textAt } from '../../model/json.ts';
import type { CallStatus, SnapshotRecord } from '../../model/record.ts';

/** In every region of the account. */
const everywhere = '*';

interface Asked {
  readonly call: string;
  readonly permission: string | undefined;
  readonly without?: string | undefined;
}

/**
 * The calls of the collectors that the input holds no answer of, for each account that it tells something of: an import is as complete as what was given. A listing that was answered in some
 * regions of the account is missing in its others. What is asked below something that is not there is left out. What is asked in the organization's management account
 * is one question for all accounts: without an answer nobody knows what its policies deny.
 */
export function unaskedCalls(records: readonly SnapshotRecord[], answered: readonly CallStatus[], types: TypeTable): readonly CallStatus[] {
  const held = new Map<string, SnapshotRecord[]>();
  const regions = new Map<string, Set<string>>();
  for (const record of records) {
    const key = `${record.account} ${record.type}`;
    const known = held.get(key);
    if (known === undefined) held.set(key, [record]);
    else known.push(record);
    if (!/^\d{12}$/.test(record.account)) continue;
    const own = regions.get(record.account) ?? new Set();
    if (record.region !== 'global' && record.region !== '') own.add(record.region);
    regions.set(record.account, own);
  }
  const places = new Map<string, Set<string>>();
  for (const { call, account, region } of answered) places.set(`${account} ${call}`, (places.get(`${account} ${call}`) ?? new Set()).add(region));
  const missing = new Map<string, CallStatus>();
  const organizationWide = [...types].filter(([, { collector }]) => collector.provider === 'aws' && collector.managementOnly === true);
  const add = ({ call, permission, without }: Asked, account: string, region: string): void => {
    const told = { ...(permission === undefined ? {} : { permission }), ...(without === undefined ? {} : { message: without }) };
    missing.set(`${call} ${account} ${region}`, { call, account, region, state: 'unasked', requests: 0, ...told });
  };
  const given = new Set(records.map(({ type }) => type));
  for (const [account, own] of [...regions].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const [name, spec] of organizationWide) for (const list of given.has(name) ? [] : (spec.list ?? [])) add(asked(list), account, 'global');
    for (const [name, spec] of types) {
      const { collector } = spec;
      if (collector.provider !== 'aws' || collector.managementOnly === true) continue;
      const here = held.get(`${account} ${name}`) ?? [];
      const lists = (spec.list ?? []).filter(({ per }) => per === undefined || held.has(`${account} ${per.type}`));
      // Of several calls that list a type (images of one's own, images that are shared) each tells a part.
      for (const list of lists) {
        const where = places.get(`${account} ${list.call}`);
        if (where === undefined) add(asked(list), account, collector.scope === 'global' ? 'global' : everywhere);
        else if (collector.scope === 'regional' && list.per === undefined) for (const region of own) if (!where.has(region)) add(asked(list), account, region);
      }
      for (const detail of spec.details ?? []) {
        if (detail.option !== undefined || detail.report !== undefined || places.has(`${account} ${detail.call}`)) continue;
        if (here.some((record) => wanted(detail, record))) add(asked(detail), account, collector.scope === 'global' ? 'global' : everywhere);
      }
    }
  }
  return [...missing.values()];
}

const asked = (spec: ListCall | DetailCall): Asked => ({
  call: spec.call,
  permission: spec.permission ?? (spec.call.startsWith('kubectl:') ? undefined : spec.call),
  without: 'without' in spec ? spec.without : undefined,
});

/** Whether the follow-up would be asked for a record. */
function wanted({ when }: DetailCall, record: SnapshotRecord): boolean {
  if (when === undefined) return true;
  const value = textAt(record.config, when.path);
  return when.equals === undefined ? value !== undefined : value === when.equals;
}
