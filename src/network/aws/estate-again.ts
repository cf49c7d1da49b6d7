import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { text } from './config.ts';
import type { Estate, Group } from './estate.ts';
import { prefixLists, securityGroup } from './filters.ts';

/**
 * The estate after a change of nothing but security groups: the same but for these. `undefined`: something else was touched, or a group came, went or belongs elsewhere now.
 * INVARIANT: equal to building it from the snapshot.
 */
export function estateAgain(
  before: { readonly snapshot: Snapshot; readonly estate: Estate },
  snapshot: Snapshot,
  touched: readonly string[],
): { readonly estate: Estate; readonly groups: readonly string[] } | undefined {
  const groups: Group[] = [];
  for (const id of touched) {
    const [then, now] = [before.snapshot, snapshot].map((each) => groupRecord(each, id));
    if (then === undefined || now === undefined || then.account !== now.account || then.region !== now.region) return undefined;
    const group = securityGroup(now, prefixLists(snapshot));
    const old = group === undefined ? undefined : before.estate.groups.get(group.id);
    // Of two records of one group the last one counts.
    if (group === undefined || old?.record !== then || old.vpc !== group.vpc) return undefined;
    groups.push(group);
  }
  return { estate: { ...before.estate, groups: before.estate.groups.with(groups.map((group) => [group.id, group])) }, groups: groups.map(({ id }) => id) };
}

function groupRecord(snapshot: Snapshot, id: string): SnapshotRecord | undefined {
  const record = snapshot.byId(id);
  return record?.type === 'AWS::EC2::SecurityGroup' && text(record.config, 'GroupId') !== undefined ? record : undefined;
}
