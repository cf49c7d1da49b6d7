import { isSeq, parseDocument } from 'yaml';
import { InputError } from '../model/error.ts';
import { parseSuppressions } from './suppress.ts';

/** What a person accepts: findings of rules, or paths, and of these those that match; why, who answers for it and until when. */
export interface NewSuppression {
  /** Unique in the file. */
  readonly id: string;
  readonly rules?: readonly string[];
  readonly paths?: readonly string[];
  readonly match?: Readonly<Record<string, string>>;
  readonly reason: string;
  readonly owner: string;
  /** ISO date, at most one year ahead. */
  readonly expires: string;
  readonly ticket?: string;
}

/**
 * The text of a suppressions file with one entry more; comments and order of the others stay. The result is read back, so that what is written is never refused later.
 * @param now milliseconds since 1970
 * @throws InputErrors when the entry is not valid: no reason, no owner, a date that is past or too far ahead
 */
export function addSuppression(text: string, file: string, entry: NewSuppression, now: number): string {
  parseSuppressions(text, file, now);
  const { id, rules = [], paths = [], match = {}, reason, owner, expires, ticket = '' } = entry;
  // An entry that was read may have expired since; a new one that is past already is a slip of the pen.
  if (Date.parse(expires) + 86_400_000 <= now) throw new InputError(`\`${expires}\` is past`, { help: 'the last day on which it is accepted' });
  const parsed = parseDocument(text);
  // A file of comments alone has no list yet; the comments stay.
  const document = parsed.contents === null ? parseDocument(`${text.trimEnd()}\n[]\n`) : parsed;
  const inner = document.get('suppressions');
  const list = isSeq(document.contents) ? document.contents : isSeq(inner) ? inner : undefined;
  if (list === undefined) throw new Error('a suppressions file that was read is no list');
  list.flow = false;
  list.add(
    document.createNode({
      id,
      ...(rules.length === 0 ? {} : { rules }),
      ...(paths.length === 0 ? {} : { paths }),
      ...(Object.keys(match).length === 0 ? {} : { match }),
      reason,
      owner,
      expires,
      ...(ticket === '' ? {} : { ticket }),
    }),
  );
  const written = document.toString({ lineWidth: 0 });
  parseSuppressions(written, file, now);
  return written;
}
