import type { Json } from '../model/json.ts';
import type { SnapshotRecord } from '../model/record.ts';
import { aclSide } from './aws/filters.ts';
import { groupAdmits } from './azure/first-match.ts';
import { type AdmittedPorts, admittedFromInternet } from './first-match.ts';

const admits: Readonly<Record<string, (record: SnapshotRecord) => readonly AdmittedPorts[] | undefined>> = {
  'AWS::EC2::NetworkAcl': (record) =>
    Array.isArray(record.config['Entries'])
      ? admittedFromInternet(aclSide(record, false).map(({ allow, set, traffic, evidence }) => ({ allow, source: set, traffic, pointer: evidence.pointer })))
      : undefined,
  'Microsoft.Network/networkSecurityGroups': groupAdmits,
};

/** Types of filters whose rules are asked in order, so that one rule alone says nothing. */
export const isOrderedFilter = (type: string): boolean => Object.hasOwn(admits, type);

/**
 * What a rule reads of such a filter under `effective`: `internet`, the ports that it admits from the whole internet after every earlier denial, each with the `pointer` of the rule that
 * does. `undefined`: the snapshot lacks its rules.
 */
export function effectiveOf(record: SnapshotRecord): Json | undefined {
  const found = admits[record.type]?.(record);
  return found === undefined ? undefined : { internet: found.map((each) => ({ ...each })) };
}
