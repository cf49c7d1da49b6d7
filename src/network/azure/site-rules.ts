import type { JsonObject } from '../../model/json.ts';
import { type AddressSet, addressSet, internetAddresses, intersectSets, isEmptySet, noAddresses, subtractSets, unionSets } from '../algebra/address.ts';
import { child, number, objects, text } from '../aws/config.ts';

export interface Admitted {
  readonly set: AddressSet;
  readonly key: string;
  readonly missing?: readonly string[];
  /** Service tags, in lower case, whose members are let in for certain although their addresses may not be known. */
  readonly tags?: readonly string[];
}

/**
 * Whom the access restrictions of an app let in. "Rules are evaluated in priority order"; with rules "there's an implicit deny all at the end of the list", unless the unmatched rule's
 * action says otherwise (App Service access restrictions). Rules for subnets do not speak of the internet.
 */
export function restricted(config: JsonObject, key: 'ipSecurityRestrictions' | 'scmIpSecurityRestrictions'): readonly Admitted[] {
  const rules = [...objects(config, key)].sort((a, b) => (number(a, 'priority') ?? 0) - (number(b, 'priority') ?? 0));
  let sure: AddressSet = noAddresses;
  let possible: AddressSet = noAddresses;
  let [leftSure, leftPossible] = [internetAddresses, internetAddresses];
  const missing = new Set<string>();
  const tags: string[] = [];
  for (const rule of rules) {
    if (text(rule, 'vnetSubnetResourceId') !== undefined) continue;
    const { set, doubt } = named(rule);
    if (doubt !== undefined) missing.add(doubt);
    if (doubt !== undefined && text(rule, 'tag')?.toLowerCase() === 'servicetag' && text(rule, 'action')?.toLowerCase() !== 'deny')
      tags.push((text(rule, 'ipAddress') ?? '').toLowerCase());
    const allow = text(rule, 'action')?.toLowerCase() !== 'deny';
    if (allow) {
      possible = unionSets(possible, intersectSets(leftPossible, set));
      leftPossible = subtractSets(leftPossible, set);
      if (doubt !== undefined) continue;
      sure = unionSets(sure, intersectSets(leftSure, set));
      leftSure = subtractSets(leftSure, set);
    } else {
      leftSure = subtractSets(leftSure, set);
      if (doubt === undefined) leftPossible = subtractSets(leftPossible, set);
    }
  }
  const otherwise = text(config, `${key}DefaultAction`)?.toLowerCase() ?? (rules.length === 0 ? 'allow' : 'deny');
  if (otherwise === 'allow') [sure, possible] = [unionSets(sure, leftSure), unionSets(possible, leftPossible)];
  const rest = subtractSets(possible, sure);
  return [
    ...(isEmptySet(sure) ? [] : [{ set: sure, key }]),
    ...(isEmptySet(rest) ? [] : [{ set: rest, key, missing: [...missing].sort(), ...(tags.length === 0 ? {} : { tags }) }]),
  ];
}

function named(rule: JsonObject): { readonly set: AddressSet; readonly doubt?: string } {
  const address = text(rule, 'ipAddress') ?? 'Any';
  if (text(rule, 'tag')?.toLowerCase() === 'servicetag') return { set: internetAddresses, doubt: `addresses of the service tag ${address}` };
  const set = address.toLowerCase() === 'any' ? internetAddresses : addressSet(address.split(',').map((each) => each.trim()));
  return Object.keys(child(rule, 'headers')).length === 0 ? { set } : { set, doubt: 'whether the request has the headers that the rule wants' };
}

/** The same for a caller whose subnet has the service endpoint: it comes with a private address, which only rules for its subnet and for everybody match. */
export function admitsSubnet(config: JsonObject, key: 'ipSecurityRestrictions' | 'scmIpSecurityRestrictions', subnet: string): boolean {
  const rules = [...objects(config, key)].sort((a, b) => (number(a, 'priority') ?? 0) - (number(b, 'priority') ?? 0));
  for (const rule of rules) {
    const named = text(rule, 'vnetSubnetResourceId')?.toLowerCase();
    const anybody = named === undefined && (text(rule, 'ipAddress') ?? 'Any').toLowerCase() === 'any' && text(rule, 'tag')?.toLowerCase() !== 'servicetag';
    if (named === subnet || anybody) return text(rule, 'action')?.toLowerCase() !== 'deny';
  }
  return (text(config, `${key}DefaultAction`)?.toLowerCase() ?? (rules.length === 0 ? 'allow' : 'deny')) === 'allow';
}
