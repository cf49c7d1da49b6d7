import { compileMatcher, type Matcher } from '../match/match.ts';
import type { AcceptedBy, ExposurePath, Finding } from '../model/assessment.ts';
import { type InputError, InputErrors } from '../model/error.ts';
import { isArray, isObject, type Json } from '../model/json.ts';
import { firstId } from '../model/technique-ids.ts';
import { parseYaml, unknownKeys } from '../model/yaml-source.ts';

export interface Suppression {
  readonly id: string;
  /** Rule ids; `*` at the end stands for any. Empty: all rules. */
  readonly rules: readonly string[];
  /** Ids of exposure paths, `*` for all that match. An entry with it is about paths, one without about findings. */
  readonly paths?: readonly string[];
  readonly matcher: Matcher;
  readonly reason: string;
  readonly owner: string;
  /** ISO date, the last day it holds. At most one year after the file is read. */
  readonly expires: string;
  readonly ticket: string;
  /** Fields compared as they stand whose value has a star in it: meant as a pattern, most likely, which `|like` is. */
  readonly starred: readonly string[];
}

export interface SuppressionOutcome<T> {
  readonly marked: readonly T[];
  /** Entries whose date has passed: what they accepted counts again. */
  readonly expired: readonly Suppression[];
  /** Entries that nothing fits. */
  readonly unused: readonly Suppression[];
}

const keys = ['id', 'rules', 'paths', 'match', 'reason', 'owner', 'expires', 'ticket'];
const day = 86_400_000;

/**
 * Reads a suppressions file: a list of entries, each with a reason, an owner and an expiry.
 * @param now milliseconds since 1970, from the caller: an expiry date is about the day of the run
 */
export function parseSuppressions(text: string, file: string, now: number): readonly Suppression[] {
  const [source] = parseYaml(text, file);
  if (source === undefined || source.value === null) return [];
  const errors: InputError[] = [];
  const root = source.value;
  const list = isObject(root) && isArray(root['suppressions']) ? root['suppressions'] : isArray(root) ? root : undefined;
  if (list === undefined)
    throw new InputErrors([
      source.error([], 'no list of suppressions', { help: '- {id: …, rules: […], match: {…}, reason: …, owner: …, expires: 2027-01-31}' }),
    ]);
  const base: (string | number)[] = isArray(root) ? [] : ['suppressions'];
  const ids = new Set<string>();
  const found = list.flatMap((entry, index): Suppression[] => {
    const at = [...base, index];
    if (!isObject(entry)) {
      errors.push(source.error(at, 'a suppression is a map'));
      return [];
    }
    errors.push(...unknownKeys(source, at, entry, keys, 'a suppression'));
    const text = (key: string, required: boolean): string => {
      const value = entry[key];
      if (typeof value === 'string' && value.trim() !== '') return value;
      if (required || value !== undefined)
        errors.push(source.error([...at, key], `no \`${key}\``, { help: 'every suppression has an id, a reason, an owner and an expiry' }));
      return '';
    };
    const [id, reason, owner, expires] = [text('id', true), text('reason', true), text('owner', true), text('expires', true)];
    const end = Date.parse(expires);
    if (expires !== '' && !(/^\d{4}-\d{2}-\d{2}$/.test(expires) && Number.isFinite(end)))
      errors.push(source.error([...at, 'expires'], `\`${expires}\` is no date`, { help: 'a date such as 2027-01-31' }));
    else if (end > now + 366 * day)
      errors.push(source.error([...at, 'expires'], `\`${expires}\` is more than a year ahead`, { help: 'review it within a year' }));
    if (ids.has(id)) errors.push(source.error([...at, 'id'], `the id \`${id}\` stands twice`));
    ids.add(id);
    const rules = entry['rules'];
    const ruleList = rules === undefined ? [] : isArray(rules) ? rules.map(String) : [String(rules)];
    const matcher = compileMatcher(entry['match'] ?? {}, { now });
    if (!('test' in matcher)) {
      errors.push(
        ...matcher.map((problem) => source.error([...at, 'match', ...problem.path], problem.message, problem.help === undefined ? {} : { help: problem.help })),
      );
      return [];
    }
    const paths = entry['paths'];
    const pathList = paths === undefined ? undefined : isArray(paths) ? paths.map(String) : [String(paths)];
    if (pathList !== undefined && ruleList.length > 0)
      errors.push(source.error(at, 'an entry is about rules or about paths', { help: 'make two entries of it' }));
    if (matcher.paths.length === 0 && ruleList.length === 0 && (pathList === undefined || pathList.includes('*')))
      errors.push(source.error(at, 'it would suppress everything', { help: 'name rules, paths, or what must match' }));
    return [
      {
        id,
        rules: ruleList,
        ...(pathList === undefined ? {} : { paths: pathList }),
        matcher,
        reason,
        owner,
        expires,
        ticket: text('ticket', false),
        starred: starredFields(entry['match']),
      },
    ];
  });
  if (errors.length > 0) throw new InputErrors(errors);
  return found;
}

/** Fields of a match without a modifier whose value has a star in it. */
export const starredFields = (match: Json | undefined): readonly string[] =>
  isObject(match)
    ? Object.entries(match).flatMap(([field, value]) => (!field.includes('|') && typeof value === 'string' && value.includes('*') ? [field] : []))
    : [];

/** Marks findings as suppressed; none is dropped. A matcher reads the finding's own fields: `resource`, `account`, `region`, `resourceType`, `rule`, `severity`, `message`. */
export function applySuppressions(findings: readonly Finding[], suppressions: readonly Suppression[], now: number): SuppressionOutcome<Finding> {
  const applying = suppressingFindings(suppressions, now);
  return { marked: applying.mark(findings), ...applying.told() };
}

/** The same for findings that come one part after the other. */
export const suppressingFindings = (suppressions: readonly Suppression[], now: number): Suppressing<Finding> =>
  new Suppressing(
    suppressions.filter((each) => each.paths === undefined),
    now,
    (finding, entry) => {
      const { resource, resourceType, account, region, rule, severity, message } = finding;
      const document: Json = { resource, resourceType, account, region, rule, severity, message };
      return finding.result === 'fail' && ruleFits(entry.rules, rule) && entry.matcher.truth(document) === true;
    },
    (finding, suppression) => ({ ...finding, result: 'suppressed', suppression }),
  );

/** The same for exposure paths. A matcher reads `id`, `entry`, `target`, `targetKind`, `through` (ids of all nodes), `techniques`, `risk` and `verdict`. */
export function suppressPaths(paths: readonly ExposurePath[], suppressions: readonly Suppression[], now: number): SuppressionOutcome<ExposurePath> {
  const applying = new Suppressing<ExposurePath>(
    suppressions.filter((each) => each.paths !== undefined),
    now,
    (path, entry) => {
      const document: Json = {
        id: path.id,
        entry: path.entry.id,
        target: path.target.id,
        targetKind: path.target.kind,
        through: [path.entry.id, ...path.steps.map((step) => step.to)],
        techniques: [...new Set(path.steps.flatMap((step) => step.techniques).flatMap((id) => [id, firstId(id)]))],
        risk: path.risk,
        verdict: path.verdict,
      };
      return (entry.paths ?? []).some((id) => id === '*' || id === path.id) && entry.matcher.truth(document) === true;
    },
    (path, suppression) => ({ ...path, suppression }),
  );
  return { marked: applying.mark(paths), ...applying.told() };
}

/** Suppressions at work. */
export class Suppressing<T> {
  readonly #all: readonly Suppression[];
  readonly #live: readonly Suppression[];
  readonly #fits: (item: T, entry: Suppression) => boolean;
  readonly #by: (item: T, by: AcceptedBy) => T;
  readonly #used = new Set<string>();

  constructor(all: readonly Suppression[], now: number, fits: (item: T, entry: Suppression) => boolean, by: (item: T, by: AcceptedBy) => T) {
    this.#all = all;
    this.#live = all.filter((each) => Date.parse(each.expires) + day > now);
    this.#fits = fits;
    this.#by = by;
  }

  mark(items: readonly T[]): readonly T[] {
    if (this.#live.length === 0) return items;
    return items.map((item): T => {
      const entry = this.#live.find((each) => this.#fits(item, each));
      if (entry === undefined) return item;
      this.#used.add(entry.id);
      return this.#by(item, { id: entry.id, reason: entry.reason, owner: entry.owner, expires: entry.expires });
    });
  }

  /** What is to be said of the entries once all was marked. */
  told(): Omit<SuppressionOutcome<T>, 'marked'> {
    return { expired: this.#all.filter((each) => !this.#live.includes(each)), unused: this.#live.filter((each) => !this.#used.has(each.id)) };
  }
}

const ruleFits = (rules: readonly string[], rule: string): boolean =>
  rules.length === 0 || rules.some((each) => (each.endsWith('*') ? rule.startsWith(each.slice(0, -1)) : each === rule));
