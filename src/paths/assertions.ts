import type { NodeIndex } from '../graph/types.ts';
import type { ExposurePath } from '../model/assessment.ts';
import { InputError, InputErrors } from '../model/error.ts';
import { isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import { type KeyPath, otherSchema, parseYaml, unknownKeys, type YamlSource } from '../model/yaml-source.ts';
import type { Ranker } from './ranking.ts';
import type { NodeResolver } from './report.ts';

/** What must never be reachable, or must be, from where. */
export interface Assertion {
  readonly name: string;
  readonly kind: 'never' | 'must';
  /** Ids, names, kinds; empty: every entry of the estate. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** `never`: ways that are less likely than this are tolerated, 0–1. */
  readonly above: number;
  readonly because: string;
  readonly place: { readonly file: string; readonly line?: number; readonly column?: number };
}

export interface AssertionFile {
  /** Folder of the snapshot, as the file says; the command line comes first. */
  readonly snapshot: string | undefined;
  readonly assertions: readonly Assertion[];
}

export interface AssertionResult {
  readonly name: string;
  readonly kind: Assertion['kind'];
  /** `unknown`: a way hangs on something that was not collected, so it is neither there nor not there. */
  readonly result: 'pass' | 'fail' | 'unknown';
  readonly message: string;
  readonly because: string;
  readonly path: ExposurePath | null;
}

const keys = ['name', 'never', 'must', 'because', 'above'];
const example = 'assertions: [{name: …, never: {from: internet, to: admin:111122223333}}]';

/** Reads an assertions file. @throws InputErrors with every error of the file */
export function parseAssertions(text: string, file: string): AssertionFile {
  const [source] = parseYaml(text, file);
  if (source === undefined || !isObject(source.value)) throw new InputErrors([new InputError('no assertions', { position: { file }, help: example })]);
  const root = source.value;
  const errors: InputError[] = [...unknownKeys(source, [], root, ['schema', 'snapshot', 'assertions'], 'an assertions file')];
  if (root['schema'] !== 'assertions/v1') errors.push(source.error(['schema'], otherSchema(root['schema']), { help: 'this version reads assertions/v1' }));
  const list = root['assertions'];
  if (!isArray(list) || list.length === 0) errors.push(source.error(['assertions'], 'no list of assertions', { help: example }));
  const assertions = (isArray(list) ? list : []).flatMap((entry, index) => readAssertion(source, ['assertions', index], entry, errors) ?? []);
  const { snapshot } = root;
  if (snapshot !== undefined && typeof snapshot !== 'string') errors.push(source.error(['snapshot'], 'the snapshot is no path'));
  if (errors.length > 0) throw new InputErrors(errors);
  return { snapshot: typeof snapshot === 'string' ? snapshot : undefined, assertions };
}

function readAssertion(source: YamlSource, path: KeyPath, entry: Json, errors: InputError[]): Assertion | undefined {
  if (!isObject(entry)) {
    errors.push(source.error(path, 'an assertion is a map', { help: example }));
    return undefined;
  }
  errors.push(...unknownKeys(source, path, entry, keys, 'an assertion'));
  const kind = entry['never'] === undefined ? 'must' : 'never';
  const pair = entry[kind];
  if ((entry['never'] === undefined) === (entry['must'] === undefined) || !isObject(pair)) {
    errors.push(source.error(path, 'an assertion says `never` or `must`', { help: 'never: {from: internet, to: DataStore}' }));
    return undefined;
  }
  errors.push(...unknownKeys(source, [...path, kind], pair, ['from', 'to'], `\`${kind}\``));
  const [from, to] = [ends(pair, 'from'), ends(pair, 'to')];
  if (to.length === 0) errors.push(source.error([...path, kind], 'no `to`', { help: 'an id, a kind, admin or admin:SCOPE' }));
  if (kind === 'must' && from.length === 0) errors.push(source.error([...path, kind], 'no `from`', { help: 'a way that must be there starts somewhere' }));
  const above = entry['above'] ?? 0;
  if (typeof above !== 'number' || above < 0 || above >= 1)
    errors.push(source.error([...path, 'above'], '`above` is no likelihood', { help: 'a number from 0 to 1' }));
  const text = (key: string): string => (typeof entry[key] === 'string' ? entry[key] : '');
  const name = text('name') === '' ? `${kind} ${from.join(', ') || 'any entry'} -> ${to.join(', ')}` : text('name');
  return { name, kind, from, to, above: typeof above === 'number' ? above : 0, because: text('because'), place: source.position(path) };
}

const ends = (pair: JsonObject, key: string): readonly string[] => {
  const value = pair[key];
  if (value === undefined || value === 'any') return [];
  return isArray(value) ? value.map(String) : [String(value)];
};

const entryId = /^(internet$|aws:anyone$|aws:account:\d{12}$|azure:any-tenant$|azure:tenant:|oidc:|saml:|registry:|phished:|onprem:)/;

/** Checks assertions against an estate. An end that the snapshot does not hold is an input error: an assertion about nothing would pass for ever. */
export function checkAssertions(ranker: Ranker, resolver: NodeResolver, assertions: readonly Assertion[]): readonly AssertionResult[] {
  const errors: InputError[] = [];
  const nodes = (texts: readonly string[], place: Assertion['place']): readonly NodeIndex[] =>
    texts.flatMap((text) => {
      try {
        return resolver.many(text);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        // Entries are nodes only where somebody lets them in: an entry that is not there comes nowhere.
        if (entryId.test(text)) return [];
        errors.push(new InputError(error.message, { position: place, ...(error.help === undefined ? {} : { help: error.help }) }));
        return [];
      }
    });
  const asked = assertions.map((assertion) => ({ assertion, from: nodes(assertion.from, assertion.place), to: nodes(assertion.to, assertion.place) }));
  if (errors.length > 0) throw new InputErrors(errors);
  return asked.map(({ assertion, from, to }) => check(ranker, assertion, from, to));
}

function check(ranker: Ranker, assertion: Assertion, from: readonly NodeIndex[], to: readonly NodeIndex[]): AssertionResult {
  const { name, kind, because, above } = assertion;
  const pairs = from.flatMap((start) => to.flatMap((end) => (start === end && kind === 'never' ? [] : [ranker.best(start, end)])));
  const found = assertion.from.length === 0 ? ranker.top(1, { to }) : pairs.filter((path) => path !== undefined).sort((a, b) => b.likelihood - a.likelihood);
  const [best] = found;
  const base = { name, kind, because };
  if (kind === 'never') {
    if (best === undefined || best.likelihood <= above)
      return { ...base, result: 'pass', message: best === undefined ? 'no way is there' : `no way is likelier than ${above}`, path: null };
    if (best.verdict === 'unknown') return { ...base, result: 'unknown', message: `a way may be there: not collected is ${unseenOf(best)}`, path: best };
    return {
      ...base,
      result: 'fail',
      message: `${best.entry.name} comes to ${best.target.name} in ${best.steps.length} steps, likelihood ${best.likelihood}`,
      path: best,
    };
  }
  // What must be reachable must be so for certain, from every start to every end.
  if (from.length === 0 || to.length === 0)
    return { ...base, result: 'fail', message: `nobody comes from ${assertion.from.join(', ')} to ${assertion.to.join(', ')}`, path: null };
  const missing = from
    .flatMap((start) => to.map((end) => ({ start, end, path: ranker.best(start, end) })))
    .find(({ path }) => path === undefined || path.verdict === 'unknown');
  if (missing === undefined) return { ...base, result: 'pass', message: 'the way is there', path: best ?? null };
  const [start, end] = [ranker.graph.node(missing.start).name, ranker.graph.node(missing.end).name];
  if (missing.path === undefined) return { ...base, result: 'fail', message: `no way from ${start} to ${end}`, path: null };
  return {
    ...base,
    result: 'unknown',
    message: `whether ${start} comes to ${end} hangs on what was not collected: ${unseenOf(missing.path)}`,
    path: missing.path,
  };
}

/** What was not collected of a path, all of it. */
const unseenOf = ({ steps, missing = [] }: ExposurePath): string => [...new Set([...steps.flatMap((step) => step.missing), ...missing])].join(', ');
