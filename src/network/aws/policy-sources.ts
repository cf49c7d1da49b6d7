import type { ConditionAtom } from '../../model/evidence.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, addressSet, internetAddresses, intersectSets, noAddresses, subtractSets, unionSets } from '../algebra/address.ts';

/** Which addresses on the internet a resource policy admits, and what it asks of them besides. */
export interface Admitted {
  readonly set: AddressSet;
  readonly atoms: readonly ConditionAtom[];
}

const signed = (what: string): ConditionAtom => ({ operator: 'StringEquals', key: 'aws:PrincipalArn', values: [what], negated: false });

/**
 * Reads of a resource policy only what is said about where a request comes from: `aws:SourceIp`, and `aws:SourceVpce` or `aws:SourceVpc`, which no request from the internet has. Whoever is
 * named as a principal must sign. Conditions on anything else are kept as conditions.
 */
export function admittedSources(policy: Json | undefined): Admitted {
  const statements = statementsOf(policy);
  let open: AddressSet = noAddresses;
  let named: AddressSet = noAddresses;
  let shut: AddressSet = noAddresses;
  const atoms = new Map<string, ConditionAtom>();
  for (const statement of statements) {
    const where = sourcesOf(statement['Condition']);
    if (statement['Effect'] === 'Deny') {
      if (where.other.length === 0) shut = unionSets(shut, where.set);
      continue;
    }
    const anybody = everybody(statement['Principal']);
    if (anybody && where.other.length === 0) open = unionSets(open, where.set);
    else {
      named = unionSets(named, where.set);
      for (const atom of anybody ? where.other : [signed(principalText(statement['Principal']))]) atoms.set(JSON.stringify(atom), atom);
    }
  }
  open = subtractSets(open, shut);
  if (open.v4.length > 0 || open.v6.length > 0) return { set: open, atoms: [] };
  return { set: subtractSets(named, shut), atoms: [...atoms.values()] };
}

/** The interface endpoints that a policy speaks of, or `undefined` where it speaks of none. */
export function namedEndpoints(policy: Json | undefined): readonly string[] | undefined {
  const found = JSON.stringify(statementsOf(policy)).match(/vpce-[0-9a-z-]+/g);
  return found === null ? undefined : [...new Set(found)].sort();
}

function statementsOf(policy: Json | undefined): readonly JsonObject[] {
  let document = policy;
  // API Gateway answers its policy with the quotes escaped once more.
  for (let n = 0; n < 2 && typeof document === 'string'; n++) {
    try {
      document = JSON.parse(n === 0 && document.includes('\\"') ? document.replaceAll('\\"', '"') : document) as Json;
    } catch {
      return [];
    }
  }
  const statements = isObject(document) ? document['Statement'] : undefined;
  return (isArray(statements) ? statements : isObject(statements) ? [statements] : []).filter(isObject);
}

function everybody(principal: Json | undefined): boolean {
  if (principal === '*') return true;
  const inner = isObject(principal) ? principal['AWS'] : undefined;
  return inner === '*' || (isArray(inner) && inner.includes('*'));
}

const principalText = (principal: Json | undefined): string => {
  const inner = isObject(principal) ? principal['AWS'] : principal;
  return isArray(inner) ? inner.map(String).join(', ') : String(inner ?? '');
};

function sourcesOf(condition: Json | undefined): { readonly set: AddressSet; readonly other: readonly ConditionAtom[] } {
  let set: AddressSet = internetAddresses;
  const other: ConditionAtom[] = [];
  for (const [operator, keys] of Object.entries(isObject(condition) ? condition : {})) {
    for (const [key, value] of Object.entries(isObject(keys) ? keys : {})) {
      const values = (isArray(value) ? value : [value]).map(String);
      const name = key.toLowerCase();
      const negative = /^(ForA\w+:)?(Not|StringNot|ArnNot)/.test(operator);
      if (name === 'aws:sourceip') set = negative ? subtractSets(set, addressSet(values)) : intersectSets(set, addressSet(values));
      // A request from the internet has no endpoint: "not this endpoint" holds for it, "this endpoint" does not.
      else if (/^aws:(sourcevpce|sourcevpc|vpcsourceip)$/.test(name)) set = negative || (operator === 'Null' && values[0] === 'true') ? set : noAddresses;
      else other.push({ operator, key, values, negated: negative });
    }
  }
  return { set, other };
}

/** The endpoint's policy is the default one: everybody, everything. */
export function allowsAll(record: SnapshotRecord): boolean {
  const raw = record.config['PolicyDocument'];
  if (raw === undefined) return true;
  const flat = (typeof raw === 'string' ? raw : JSON.stringify(raw)).replaceAll(/\s/g, '');
  return (
    /"Effect":"Allow"/.test(flat) &&
    !/"Effect":"Deny"|"Condition"/.test(flat) &&
    /"Action":(\["\*"\]|"\*")/.test(flat) &&
    /"Resource":(\["\*"\]|"\*")/.test(flat) &&
    /"Principal":("\*"|\{"AWS":"\*"\})/.test(flat)
  );
}
