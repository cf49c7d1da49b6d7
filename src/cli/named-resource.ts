import { InputError, nearest } from '../model/error.ts';
import type { Snapshot } from '../model/record.ts';

/** What no record needs to hold to be asked about: an ARN, a path from the root, a pattern, an object of a directory. */
const spelledOut = /[:*]|^\/|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The resource that a user of the command line means: an id, or a name that one record of the snapshot has, or one of those that the action's service has. What stands below
 * a resource is named after it: `reports/2026.csv` is an object of the bucket `reports`, unless something has that name itself (`payments/card-processor`).
 *
 * @throws InputError where nothing has the name, or several have it
 */
export function namedResource(snapshot: Snapshot, text: string, action: string): string {
  const found = snapshot.find(text)?.id;
  if (found !== undefined) return found;
  if (spelledOut.test(text)) return text;
  const ids = [...snapshot.all()].map((record) => record.id);
  const slash = text.indexOf('/');
  const named = ids.filter((id) => ends(id.toLowerCase(), text.toLowerCase()));
  if (named.length === 0 && slash > 0) return `${namedResource(snapshot, text.slice(0, slash), action)}${text.slice(slash)}`;
  const service = action.split(':')[0]?.toLowerCase();
  const ofService = named.filter((id) => id.split(':')[2] === service);
  const [only, ...others] = ofService.length > 0 ? ofService : named;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) throw severalNamed(text, [only, ...others]);
  const near = nearest(
    text,
    ids.map((id) => id.split(/[/:]/).at(-1) ?? ''),
  );
  throw new InputError(`\`${text}\` is not in the snapshot`, {
    help: near === undefined ? 'a name, an ARN, an id or *' : `did you mean ${near}? An ARN is taken as it is`,
  });
}

/** A name that several resources have means none of them. */
export function severalNamed(text: string, ids: readonly string[]): InputError {
  return new InputError(`\`${text}\` is the name of several resources`, { help: `give one of them: ${[...ids].sort().slice(0, 5).join(', ')}` });
}

/** Whether an id ends with a name; the six characters that Secrets Manager puts after a secret's are none of it. */
const ends = (id: string, name: string): boolean => {
  const bare = id.includes(':secret:') ? id.replace(/-[a-z0-9]{6}$/, '') : id;
  return id === name || [id, bare].some((each) => each.endsWith(`/${name}`) || each.endsWith(`:${name}`));
};
