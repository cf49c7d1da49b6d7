import { displayName } from '../graph/structure.ts';
import type { TypeTable } from '../model/collector.ts';
import { InputError, nearest } from '../model/error.ts';
import { append } from '../model/multimap.ts';
import type { Snapshot } from '../model/record.ts';
import { addressSet, isEmptySet } from '../network/algebra/address.ts';
import type { NetworkEngine } from '../network/api.ts';
import { severalNamed } from './named-resource.ts';

/** What is no name: an ARN, a path from the root, `onprem:ID`. */
const spelledOut = /[:*]|^\/|^internet$/i;
/** A provider's short id. Networks know interfaces that no record is of, and say it where they do not know one. */
const shortId = /^[a-z]+(-[a-z]+)*-[0-9a-f]{8,17}$/;

/**
 * The end of a connection that a user of the command line means: what the networks know by an id, or what has the name, which for a machine of AWS is its tag `Name`. What stands in no
 * network (a security group, an instance that is gone) does not take the name from what does.
 *
 * @returns the id; it throws InputError where nothing has the name, or several have it
 */
export function placeNames(snapshot: Snapshot, types: TypeTable, engine: NetworkEngine): (text: string) => string {
  let names: Map<string, string[]> | undefined;
  return (text) => {
    if (spelledOut.test(text) || !isEmptySet(addressSet([text]))) return text;
    names ??= idsByName(snapshot, types);
    const found = snapshot.find(text);
    const called = [...new Set([...(found === undefined ? [] : [found.id]), ...(names.get(text.toLowerCase()) ?? [])])];
    const standing = called.filter((id) => engine.stands(id));
    const [only, ...others] = standing.length > 0 ? standing : called;
    if (only !== undefined && others.length > 0) throw severalNamed(text, [only, ...others]);
    if (only !== undefined) return only;
    if (shortId.test(text)) return text;
    const near = nearest(text, names.keys());
    throw new InputError(`\`${text}\` is not in the snapshot`, {
      help: near === undefined ? 'internet, an address, a CIDR, a name, an id or onprem:ID' : `did you mean ${near}?`,
    });
  };
}

/** By the names that people see and by the last part of the id, in lower case. */
function idsByName(snapshot: Snapshot, types: TypeTable): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const record of snapshot.all()) {
    const type = types.get(record.type);
    const last = record.id.split(/[/:]/).at(-1) ?? '';
    const names = type === undefined ? [last] : [last, displayName(record, type)];
    for (const name of new Set(names.map((each) => each.toLowerCase()))) append(ids, name, record.id);
  }
  return ids;
}
