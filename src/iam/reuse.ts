import { createHash } from 'node:crypto';
import type { Administration, BulkGrant, BulkQuestion, IamEngine } from './api.ts';
import { lowerBound } from './bulk/block.ts';
import { trustActions } from './estate/resource-policies.ts';
import { recordIds } from './estate/resources.ts';
import type { IamReach } from './reach.ts';
import { spliced } from './splice.ts';

/** An engine that remembers its bulk answers, for a later snapshot that differs in little. */
export interface RememberingIam extends IamEngine {
  forget(): void;
  /** The answer to an equal question, if it was asked. */
  recall(question: BulkQuestion): readonly BulkGrant[] | undefined;
  /** The list that was asked about before, where an equal one was: tables hang on the object. */
  known(list: readonly string[]): readonly string[];
}

const digests = new WeakMap<readonly string[], string>();

function digest(list: readonly string[]): string {
  const known = digests.get(list);
  if (known !== undefined) return known;
  const made = list.length < 4 ? list.join('\n') : createHash('sha256').update(list.join('\n')).digest('base64');
  digests.set(list, made);
  return made;
}

const keyOf = ({ action, candidates, context, every, through, principals }: BulkQuestion): string =>
  `${action}\n${JSON.stringify(context ?? {})}\n${every === true} ${through === true}\n${principals === undefined ? '' : digest(principals)}\n${candidates.length} ${digest(candidates)}`;

export function remembering(engine: IamEngine): RememberingIam {
  const answers = new Map<string, readonly BulkGrant[]>();
  const lists = new Map<string, readonly string[]>();
  return {
    ...delegate(engine),
    get problems() {
      return engine.problems;
    },
    bulk(question) {
      if (question.principals === undefined && question.candidates.length > 1) lists.set(digest(question.candidates), question.candidates);
      const key = keyOf(question);
      const known = answers.get(key);
      if (known !== undefined) return known;
      const answer = engine.bulk(question);
      answers.set(key, answer);
      return answer;
    },
    forget() {
      answers.clear();
      lists.clear();
      engine.forget?.();
    },
    recall: (question) => answers.get(keyOf(question)),
    known: (list) => lists.get(digest(list)) ?? list,
  };
}

const delegate = (engine: IamEngine): Omit<IamEngine, 'problems'> => ({
  principals: engine.principals,
  principal: (arn) => engine.principal(arn),
  can: (principal, action, resource, options) => engine.can(principal, action, resource, options),
  bulk: (question) => engine.bulk(question),
  strangers: (question) => engine.strangers?.(question) ?? [],
  trust: (role) => engine.trust(role),
  admin: (arn) => engine.admin(arn),
  uncapped: (arn) => engine.uncapped(arn),
  powerful: (holder) => engine.powerful(holder),
  principalsFor: (action) => engine.principalsFor(action),
  administrations: (only) => engine.administrations(only),
  realm: (arn) => engine.realm(arn),
  inside: (arn, id) => engine.inside(arn, id),
  home: (arn) => engine.home(arn),
  questions: (arn) => engine.questions(arn),
});

/**
 * The engine of a changed snapshot that answers from the engine of the old one wherever the change cannot matter. Its answers are those of `fresh`: principals whose side changed are
 * asked anew about everything, and everybody about the candidates whose side changed.
 */
export function reusing(old: RememberingIam, fresh: IamEngine, reach: IamReach): IamEngine {
  const { principals, resources, trust } = reach;
  let placed: ReadonlyMap<string, number> | undefined;
  /** Where each principal stands in answers. */
  const places = (): ReadonlyMap<string, number> => {
    placed ??= new Map(fresh.principals.map((principal, index) => [principal.arn, index]));
    return placed;
  };
  return {
    ...delegate(fresh),
    get problems() {
      return fresh.problems;
    },
    bulk(given) {
      const question = { ...given, candidates: old.known(given.candidates) };
      const known = old.recall(question);
      if (known === undefined) return fresh.bulk(question);
      const changed = changedPositions(question, reach);
      if (changed.length * 4 > question.candidates.length || strangersMoved(question, changed, old, fresh)) return fresh.bulk(question);
      const asked = [...principals].filter((arn) => question.principals?.includes(arn) ?? true);
      const again = asked.length === 0 ? [] : fresh.bulk({ ...question, principals: asked });
      const answer = interleaved(known, again, principals, places());
      if (changed.length === 0) return answer;
      const strangers = question.principals === undefined ? (old.strangers?.(question) ?? []) : [];
      return spliced(answer, question, changed, fresh, places(), strangers);
    },
    trust: (role) => (trust.has(role) || resources.has(role) ? fresh : old).trust(role),
    admin: (arn) => (principals.has(arn) ? fresh : old).admin(arn),
    uncapped: (arn) => (principals.has(arn) ? fresh : old).uncapped(arn),
    realm: (arn) => (principals.has(arn) ? fresh : old).realm(arn),
    administrations: () =>
      principals.size === 0
        ? old.administrations()
        : sorted(
            [
              ...old.administrations().filter((each) => !principals.has(each.principal)),
              ...fresh.administrations(principals).filter((each) => principals.has(each.principal)),
            ],
            places(),
          ),
  };
}

/** Whether a change may have an account outside named for the first time, or no more: it is asked about every candidate, or about none. */
function strangersMoved(question: BulkQuestion, changed: readonly number[], old: IamEngine, fresh: IamEngine): boolean {
  if (changed.length === 0 || question.principals !== undefined) return false;
  const candidates = changed.map((position) => question.candidates[position] ?? '');
  const [before, after] = [old, fresh].map((engine) => engine.strangers?.({ ...question, candidates }).join(' '));
  return before !== after;
}

/** Where the candidates of a question stand whose side a change may have made different. */
export function changedPositions({ action, candidates }: BulkQuestion, { resources, trust }: IamReach): readonly number[] {
  const ids = trust.size > 0 && trustActions.has(action.toLowerCase()) ? [...resources, ...trust] : [...resources];
  const found = new Set<number>();
  for (const id of ids)
    for (let at = lowerBound(candidates, id, 0, candidates.length); candidates[at]?.startsWith(id) === true; at++)
      if (recordIds(candidates[at] ?? '').includes(id)) found.add(at);
  return [...found].sort((one, other) => one - other);
}

/** In the order that a whole answer has: principals as the engine lists them, then those outside. Both lists have it. */
function interleaved(
  known: readonly BulkGrant[],
  again: readonly BulkGrant[],
  changed: ReadonlySet<string>,
  places: ReadonlyMap<string, number>,
): readonly BulkGrant[] {
  if (changed.size === 0) return known;
  const placeOf = (grant: BulkGrant | undefined): number => (grant === undefined ? Number.POSITIVE_INFINITY : (places.get(grant.principal) ?? places.size));
  const made: BulkGrant[] = [];
  let at = 0;
  let next = placeOf(again[0]);
  // Grants of one principal stand together: what holds of the first holds of the others.
  let principal: string | undefined;
  let stays = false;
  for (const grant of known) {
    if (grant.principal !== principal) {
      principal = grant.principal;
      stays = !changed.has(principal);
      const place = stays && next < Number.POSITIVE_INFINITY ? placeOf(grant) : 0;
      while (next < place) {
        const mine = again[at++];
        if (mine !== undefined) made.push(mine);
        next = placeOf(again[at]);
      }
    }
    if (stays) made.push(grant);
  }
  for (const grant of again.slice(at)) made.push(grant);
  return made;
}

/** In the order of principals. */
const sorted = (list: readonly Administration[], places: ReadonlyMap<string, number>): readonly Administration[] =>
  [...list].sort((a, b) => (places.get(a.principal) ?? 0) - (places.get(b.principal) ?? 0));
