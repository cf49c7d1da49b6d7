import type { ConditionAtom } from '../../model/evidence.ts';
import { type Perimeter, perimetersOf } from '../../model/perimeters.ts';
import { internetAddresses } from '../algebra/address.ts';
import { text } from '../aws/config.ts';
import { doubtful, type Gate, type ReadGates, type ReadSubnet, ranges } from './gates.ts';

const pointer = '/config/properties';

/** The rules of a perimeter stand in place of a service's own, or beside them while it learns. */
export const withPerimeter =
  (gates: ReadGates): ReadGates =>
  (record, own, snapshot) => {
    const perimeter = perimetersOf(snapshot).get(record.id.toLowerCase());
    if (perimeter === undefined) return gates(record, own, snapshot);
    const enabled = !['disabled', 'securedbyperimeter'].includes(text(own, 'publicNetworkAccess')?.toLowerCase() ?? '');
    return [...inbound(perimeter), ...(perimeter.mode === 'learning' && enabled ? gates(record, own, snapshot) : [])];
  };

function inbound({ inbound: rules, profile }: Perimeter): readonly Gate[] {
  if (rules === undefined) return [doubtful(pointer, `access rules of ${profile}`)];
  const from: ConditionAtom = { operator: 'From', key: 'azure:subscription', values: rules.subscriptions, negated: false };
  return [
    ...(rules.prefixes.length === 0 ? [] : [{ set: ranges(rules.prefixes), pointer }]),
    ...(rules.subscriptions.length === 0 ? [] : [{ set: internetAddresses, pointer, conditions: [from] }]),
  ];
}

/** No page says what a perimeter makes of service endpoints. */
export const subnetsWithPerimeter =
  (subnets: ReadSubnet): ReadSubnet =>
  (record, own, subnet, snapshot) =>
    perimetersOf(snapshot).has(record.id.toLowerCase())
      ? { kind: 'unknown', pointer, missing: `whether the perimeter of ${record.id} lets the subnet in` }
      : subnets(record, own, subnet, snapshot);
