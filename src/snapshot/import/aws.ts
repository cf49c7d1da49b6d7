import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { arnPlace, decodeDocuments, itemConfig, type Place, recordId } from '../../collect/build.ts';
import type { ResourceType, TypeTable } from '../../model/collector.ts';
import { InputError } from '../../model/error.ts';
import { isArray, isObject, type Json, type JsonObject, textAt } from '../../model/json.ts';
import type { CallStatus, SnapshotRecord } from '../../model/record.ts';
import type { Redactor } from '../redact.ts';
import { createRecogniser, type FoundDetail } from './recognise.ts';

export interface ImportInput {
  readonly file: string;
  readonly text: string;
}

export interface ImportOptions {
  readonly types: TypeTable;
  readonly redactor: Redactor;
  readonly account?: string;
  readonly region?: string;
}

export interface Imported {
  readonly records: readonly SnapshotRecord[];
  readonly calls: readonly CallStatus[];
  readonly unrecognised: readonly { readonly file: string; readonly reason: string }[];
  /** What was known and is of no use here: types that no collector asks for. */
  readonly unused?: readonly { readonly what: string; readonly count: number }[];
}

/** Files below folders, in the order of their names. Symbolic links are not followed out of what was named. */
export async function readInputs(paths: readonly string[]): Promise<readonly ImportInput[]> {
  const files: string[] = [];
  for (const each of paths) {
    const info = await stat(each).catch(() => {
      throw new InputError(`cannot read \`${each}\``, { help: 'name JSON files or folders of them' });
    });
    if (!info.isDirectory()) files.push(each);
    else
      for (const entry of await readdir(each, { recursive: true, withFileTypes: true }))
        if (entry.isFile() && !entry.name.startsWith('.')) files.push(path.join(entry.parentPath, entry.name));
  }
  const inputs: ImportInput[] = [];
  for (const file of files.sort()) {
    const data = await readFile(file);
    const text = data[0] === 0xff && data[1] === 0xfe ? data.toString('utf16le') : data.toString('utf8');
    inputs.push({ file, text: text.replace(/^\uFEFF/, '') });
  }
  return inputs;
}

interface Raw {
  readonly type: string;
  readonly spec: ResourceType;
  readonly call: string;
  readonly config: JsonObject;
  readonly file: string;
  /** An answer that describes what it was asked of, and may add to a record that another answer listed. */
  readonly request: JsonObject | undefined;
}

interface Draft {
  readonly type: string;
  readonly spec: ResourceType;
  readonly id: string;
  readonly account: string;
  readonly region: string;
  config: JsonObject;
  readonly calls: Set<string>;
}

/** What lies in a bucket is data, not configuration: the listing is known and nothing is taken from it. */
function isObjectListing(document: Json): boolean {
  const keyed = (value: Json | undefined): boolean => isObject(value) && typeof value['Key'] === 'string';
  return [...answersOf(document)].every(({ answer }) => {
    const contents = answer['Contents'];
    return isArray(contents) && contents.every(keyed);
  });
}

/** Makes records of answers that people already have. Neither the order of the files nor their names matter, except that a folder `<12 digits>/<region>/` tells where they were asked. */
export function importAws(inputs: readonly ImportInput[], options: ImportOptions): Imported {
  const recogniser = createRecogniser(options.types);
  const raws: Raw[] = [];
  const details: (FoundDetail & { readonly file: string })[] = [];
  const unrecognised: { file: string; reason: string }[] = [];
  const places = new PlaceFinder(options);
  const asked: { call: string; file: string; spec: ResourceType }[] = [];
  for (const { file, text } of inputs) {
    if (!/\.(json|jsonl|ndjson)$/i.test(file) && !/^\s*[[{]/.test(text)) {
      unrecognised.push({ file, reason: 'no JSON' });
      continue;
    }
    const document = parseJson(text, file);
    places.learn(file, document);
    const strange = new Set<string>();
    let understood = 0;
    for (const { answer, request } of answersOf(document)) {
      const result = recogniser.answer(answer, request);
      for (const found of result.items) asked.push({ call: found.call, file, spec: found.spec });
      for (const found of result.items)
        for (const item of found.items) raws.push({ type: found.type, spec: found.spec, call: found.call, config: itemConfig(item), file, request });
      for (const found of result.details) details.push({ ...found, file });
      understood += result.items.length + result.details.length;
      for (const key of result.unknown) strange.add(key);
    }
    if (strange.size > 0)
      unrecognised.push({ file, reason: `no answer of a known call has the key${strange.size > 1 ? 's' : ''} ${[...strange].sort().slice(0, 8).join(', ')}` });
    else if (understood === 0 && !isEmptyAnswer(document) && !isObjectListing(document)) unrecognised.push({ file, reason: 'no answer of a known call' });
  }
  const drafts = new Map<string, Draft>();
  for (const raw of raws) addDraft(drafts, raw, places, unrecognised);
  attach(drafts, details, places, unrecognised);
  const records = [...drafts.values()].map((draft): SnapshotRecord => {
    const decoded = decodeDocuments(draft.config, draft.spec);
    return {
      type: draft.type,
      id: draft.id,
      account: draft.account,
      region: draft.region,
      config: options.redactor.config(decoded, draft.spec),
      calls: [...draft.calls].sort(),
    };
  });
  return { records, calls: callStates(records, asked, details, places), unrecognised };
}

const isEmptyAnswer = (document: Json): boolean =>
  isArray(document) ? document.every(isEmptyAnswer) : isObject(document) && Object.values(document).every((value) => isArray(value) && value.length === 0);

/** Parses JSON with the place of the first error; several documents, one a line, are read too. */
export function parseJson(text: string, file: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length > 1 && lines.every((line) => line.trim().startsWith('{') && line.trim().endsWith('}'))) {
      try {
        return lines.map((line) => JSON.parse(line) as Json);
      } catch {
        // Not one document a line either: the first error is the one to tell.
      }
    }
    const message = error instanceof Error ? error.message : String(error);
    const offset = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    throw new InputError(`no JSON: ${message.split(' in JSON')[0]?.split(', "')[0]?.toLowerCase() ?? ''}`, {
      position: { file, line, column: offset - before.lastIndexOf('\n') },
      help: 'a file holds the answer of one call as the AWS CLI prints it, or several in an array',
    });
  }
}

/** The answers in a document: itself, the elements of an array, the `response` of a request, or the members of an object of several answers. */
function* answersOf(document: Json, request?: JsonObject): Generator<{ answer: JsonObject; request: JsonObject | undefined }> {
  if (isArray(document)) {
    for (const each of document) yield* answersOf(each, request);
    return;
  }
  if (!isObject(document)) return;
  const response = document['response'];
  const own = document['request'];
  if (isObject(own) && response !== undefined) {
    if (isObject(response)) yield { answer: response, request: own };
    else if (isArray(response)) for (const each of response) if (isObject(each)) yield { answer: each, request: own };
    return;
  }
  // `{"get-bucket-policy": {...}, "describe-vpcs": {...}}`: names of calls, not keys of an answer.
  const members = Object.entries(document);
  const byName = members.filter(([key, value]) => /^[a-z0-9]+([-:][A-Za-z0-9-]+)+$/.test(key) && (isObject(value) || isArray(value)));
  if (byName.length > 0 && byName.length === members.length) {
    for (const [, value] of byName) yield* answersOf(value ?? null, request);
    return;
  }
  yield { answer: document, request };
}

/** Finds account and region of an item: its own ARNs and owner, its zone, its file's folder, the command line, the rest of its file, the rest of the input. */
class PlaceFinder {
  readonly #options: ImportOptions;
  readonly #ofFile = new Map<string, { accounts: Map<string, number>; regions: Map<string, number> }>();
  readonly #accounts = new Map<string, number>();
  readonly #regions = new Map<string, number>();

  constructor(options: ImportOptions) {
    this.#options = options;
  }

  learn(file: string, document: Json): void {
    const known = { accounts: new Map<string, number>(), regions: new Map<string, number>() };
    const count = (map: Map<string, number>, value: string): void => {
      if (value !== '') map.set(value, (map.get(value) ?? 0) + 1);
    };
    const visit = (value: Json, key: string, depth: number): void => {
      if (typeof value === 'string') {
        // Policies name other people's accounts; what a resource says of itself stands in these fields.
        if (/Arn$|^ARN$|^arn$/.test(key)) {
          const place = arnPlace(value);
          if (place !== undefined && place.account !== 'aws') {
            count(known.accounts, place.account);
            count(known.regions, place.region);
          }
        } else if (key === 'OwnerId' && /^\d{12}$/.test(value)) count(known.accounts, value);
        else if (key === 'AvailabilityZone') count(known.regions, zoneRegion(value));
      } else if (isArray(value)) for (const each of value) visit(each, key, depth + 1);
      else if (isObject(value) && depth < 12 && !('Statement' in value)) for (const [name, each] of Object.entries(value)) visit(each ?? null, name, depth + 1);
    };
    visit(document, '', 0);
    this.#ofFile.set(file, known);
    for (const account of known.accounts.keys()) count(this.#accounts, account);
    for (const region of known.regions.keys()) count(this.#regions, region);
  }

  of(config: JsonObject, file: string, spec: ResourceType, request: JsonObject | undefined): Place {
    const folder = /(?:^|[\\/])(\d{12})[\\/]([a-z]{2}(?:-[a-z]+){1,3}-\d)[\\/]/.exec(file);
    const owner = spec.owner === undefined ? undefined : textAt(config, spec.owner);
    const own = this.#ownArn(config, spec);
    const requested = Object.values(request ?? {})
      .map((value) => (typeof value === 'string' ? arnPlace(value) : undefined))
      .find((place) => place !== undefined);
    const inFile = this.#ofFile.get(file);
    const first = (...values: readonly (string | undefined)[]): string => values.find((value) => value !== undefined && value !== '') ?? '';
    const ownerAccount = owner !== undefined && /^\d{12}$/.test(owner) ? owner : owner === undefined ? undefined : arnPlace(owner)?.account;
    const ownerId = textAt(config, 'OwnerId');
    return {
      partition: own?.partition ?? requested?.partition ?? 'aws',
      account: first(
        ownerAccount,
        ownerId !== undefined && /^\d{12}$/.test(ownerId) ? ownerId : undefined,
        own?.account,
        requested?.account,
        folder?.[1],
        this.#options.account,
        most(inFile?.accounts),
        most(this.#accounts),
      ),
      region: first(
        own?.region,
        requested?.region,
        zoneRegion(textAt(config, 'AvailabilityZone') ?? textAt(config, 'Placement.AvailabilityZone') ?? ''),
        folder?.[2],
        this.#options.region,
        most(inFile?.regions),
        most(this.#regions),
        'us-east-1',
      ),
    };
  }

  /** The ARN that the item's id is made of, or another that it has by itself. */
  #ownArn(config: JsonObject, spec: ResourceType): Place | undefined {
    const paths = [...spec.id.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] ?? '');
    for (const name of [
      ...paths,
      ...Object.keys(config).filter((key) => /Arn$|^ARN$|^arn$/.test(key) && !/^(Role|KmsKey|Certificate|Policy|Vpc|Target)/i.test(key)),
    ]) {
      const place = arnPlace(textAt(config, name) ?? '');
      if (place !== undefined && /^\d{12}$/.test(place.account)) return place;
    }
    return undefined;
  }
}

const zoneRegion = (zone: string): string => /^([a-z]{2}(?:-[a-z]+){1,3}-\d)[a-z]$/.exec(zone)?.[1] ?? '';

function most(counts: ReadonlyMap<string, number> | undefined): string | undefined {
  let best: [string, number] | undefined;
  for (const [value, count] of counts ?? []) if (best === undefined || count > best[1] || (count === best[1] && value < best[0])) best = [value, count];
  return best?.[0];
}

function addDraft(drafts: Map<string, Draft>, raw: Raw, places: PlaceFinder, unrecognised: { file: string; reason: string }[]): void {
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
  const global = 'collector' in raw.spec && (raw.spec.collector as { scope?: string }).scope === 'global';
  drafts.set(key, {
    type: raw.type,
    spec: raw.spec,
    id,
    account: place.account,
    region: global ? 'global' : place.region,
    config: raw.config,
    calls: new Set([raw.call]),
  });
}

/** Follow-up answers find their record when all are in. One whose record was not listed makes it, if its id can be built from the request. */
function attach(
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
      index.set(key, [...(index.get(key) ?? []), draft]);
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

/** An import knows of the calls whose answers it saw, an empty answer included, and of no other. */
function callStates(
  records: readonly SnapshotRecord[],
  asked: readonly { call: string; file: string; spec: ResourceType }[],
  details: readonly (FoundDetail & { readonly file: string })[],
  places: PlaceFinder,
): CallStatus[] {
  const states = new Map<string, { call: string; account: string; region: string; requests: number }>();
  const add = (call: string, account: string, region: string): void => {
    const key = `${call}\n${account}\n${region}`;
    const known = states.get(key);
    if (known === undefined) states.set(key, { call, account, region, requests: 1 });
    else known.requests++;
  };
  for (const record of records) for (const call of record.calls) add(call, record.account, record.region);
  for (const { call, file, spec } of asked) {
    const place = places.of({}, file, spec, undefined);
    add(call, place.account, 'collector' in spec && (spec.collector as { scope?: string }).scope === 'global' ? 'global' : place.region);
  }
  for (const each of details) {
    const place = places.of({}, each.file, each.spec, each.parent as JsonObject);
    add(each.detail.call, place.account, place.region);
  }
  return [...states.values()].map((state) => ({ ...state, state: 'ok' as const }));
}
