import { InputError, nearest } from '../model/error.ts';
import type { Snapshot } from '../model/record.ts';

/** What no record needs to hold to be asked about: an ARN or another path, a pattern, an object of a directory. */
const spelledOut = /[:/*]|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The resource that a user of the command line means: an id, or a name that one record of the snapshot has, or one of those that the action's service has.
 *
 * @throws InputError where nothing has the name, or several have it
 */
export function namedResource(snapshot: Snapshot, text: string, action: string): string {
  const found = snapshot.find(text)?.id;
  if (found !== undefined) return found;
  if (spelledOut.test(text)) return text;
  const lastOf = (id: string): string => id.split(/[/:]/).at(-1) ?? '';
  const ids = [...snapshot.all()].map((record) => record.id);
  const named = ids.filter((id) => lastOf(id).toLowerCase() === text.toLowerCase());
  const service = action.split(':')[0]?.toLowerCase();
  const ofService = named.filter((id) => id.split(':')[2] === service);
  const [only, ...others] = ofService.length > 0 ? ofService : named;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined)
    throw new InputError(`\`${text}\` is the name of several resources`, { help: `give one of them: ${[only, ...others].sort().slice(0, 5).join(', ')}` });
  const near = nearest(text, ids.map(lastOf));
  throw new InputError(`\`${text}\` is not in the snapshot`, {
    help: near === undefined ? 'a name, an ARN, an id or *' : `did you mean ${near}? An ARN is taken as it is`,
  });
}
