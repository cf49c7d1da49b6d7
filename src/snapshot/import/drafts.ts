import { recordId } from '../../collect/build.ts';
import type { ResourceType } from '../../model/collector.ts';
import { isArray, isObject, type Json, type JsonObject, textAt } from '../../model/json.ts';
import { append } from '../../model/multimap.ts';
import { isGlobal, type PlaceFinder } from './places.ts';
import type { FoundDetail } from './recognise.ts';

/** An item that an answer listed. */
export interface Raw {
  readonly type: string;
  readonly spec: ResourceType;
  readonly call: string;
  readonly config: JsonObject;
  readonly file: string;
  /** An answer that describes what it was asked of, and may add to a record that another answer listed. */
  readonly request: JsonObject | undefined;
}

/** A record while its answers come in. */
export interface Draft {
  readonly type: string;
  readonly spec: ResourceType;
  readonly id: string;
  readonly account: string;
  readonly region: string;
  config: JsonObject;
  readonly calls: Set<string>;
}

/** Puts an item to its record, or makes it. */
export function addDraft(drafts: Map<string, Draft>, raw: Raw, places: PlaceFinder, unrecognised: { file: string; reason: string }[]): void {
  const place = places.of(raw.config, raw.file, raw.spec, raw.request);
  const id = recordId(raw.spec.id, raw.config, place);
  if (id === undefined) {
    unrecognised.push({ file: raw.file, reason: `an item of ${raw.type} lacks what its id is made of (${raw.spec.id})` });
    return;
  }
  const key = `${raw.type}\n${id}`;
  const known = drafts.get(key);
  if (known !== undefined) {
    known.config = { ...known.config, ...raw.config };
    known.calls.add(raw.call);
    return;
  }
  drafts.set(key, {
    type: raw.type,
    spec: raw.spec,
    id,
    account: place.account,
    region: isGlobal(raw.spec) ? 'global' : place.region,
    config: raw.config,
    calls: new Set([raw.call]),
  });
}

/** Follow-up answers find their record when all are in. One whose record was not listed makes it, if its id can be built from the request. */
export function attach(
  drafts: Map<string, Draft>,
  details: readonly (FoundDetail & { readonly file: string })[],
  places: PlaceFinder,
  unrecognised: { file: string; reason: string }[],
): void {
  const index = new Map<string, Draft[]>();
  const keyOf = (type: string, parent: Readonly<Record<string, string>>): string =>
    `${type}\n${Object.entries(parent)
      .sort()
      .map(([path, value]) => `${path}=${value}`)
      .join('\n')}`;
  const wanted = new Map<string, Set<string>>();
  for (const each of details) {
    const paths = JSON.stringify(Object.keys(each.parent).sort());
    wanted.set(each.type, (wanted.get(each.type) ?? new Set()).add(paths));
  }
  for (const draft of drafts.values()) {
    for (const paths of wanted.get(draft.type) ?? []) {
      const parent: Record<string, string> = {};
      for (const path of JSON.parse(paths) as string[]) parent[path] = textAt(draft.config, path) ?? '';
      const key = keyOf(draft.type, parent);
      append(index, key, draft);
    }
  }
  const listed = new Set([...drafts.keys()].map((key) => key.slice(key.indexOf('\n') + 1)));
  for (const each of details) {
    const matches = index.get(keyOf(each.type, each.parent)) ?? aliasMatches(drafts, each);
    const place = places.of({}, each.file, each.spec, each.parent as JsonObject);
    const here = matches.filter((draft) => draft.account === place.account);
    let targets = here.length > 0 ? here : matches;
    if (targets.length === 0) {
      const config = unflatten(each.parent);
      const id = recordId(each.spec.id, config, place);
      if (id === undefined) {
        unrecognised.push({
          file: each.file,
          reason: `an answer of ${each.detail.call} is about ${Object.values(each.parent).join(', ')}, which is not in the input`,
        });
        continue;
      }
      // Several types may have the same follow-up call (users and roles): the answer is about the one that was listed.
      if (listed.has(id)) continue;
      addDraft(
        drafts,
        { type: each.type, spec: each.spec, call: each.detail.call, config, file: each.file, request: each.parent as JsonObject },
        places,
        unrecognised,
      );
      const made = drafts.get(`${each.type}\n${id}`);
      targets = made === undefined ? [] : [made];
      if (made !== undefined) index.set(keyOf(each.type, each.parent), [made]);
    }
    for (const draft of targets) {
      const name = each.detail.as ?? each.detail.call.slice(each.detail.call.indexOf(':') + 1);
      const old = draft.config[name];
      if (each.detail.merge === true && isObject(each.value)) draft.config = { ...draft.config, ...each.value };
      else draft.config = { ...draft.config, [name]: isArray(old) && isArray(each.value) ? [...old, ...each.value] : each.value };
      draft.calls.add(each.detail.call);
    }
  }
}

/** A request may name the parent by its ARN where the configuration has the name, or the other way. */
function aliasMatches(drafts: ReadonlyMap<string, Draft>, each: FoundDetail): Draft[] {
  const values = Object.values(each.parent);
  if (values.length !== 1) return [];
  const [value = ''] = values;
  return [...drafts.values()].filter(
    (draft) =>
      draft.type === each.type &&
      (draft.id === value ||
        draft.id.endsWith(`/${value}`) ||
        draft.id.endsWith(`:${value}`) ||
        (draft.spec.aliases ?? []).some((path) => textAt(draft.config, path) === value)),
  );
}

function unflatten(parent: Readonly<Record<string, string>>): JsonObject {
  let result: JsonObject = {};
  for (const [path, value] of Object.entries(parent)) {
    const keys = path.split('.');
    const wrapped = keys.slice(1).reduceRight<Json>((inner, key) => ({ [key]: inner }), value);
    result = { ...result, [keys[0] ?? path]: wrapped };
  }
  return result;
}
