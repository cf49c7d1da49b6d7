import { decodeDocuments, type Place, partsOf, placeRecord } from '../../collect/build.ts';
import { armId, isArmId } from '../../model/arm-id.ts';
import type { DetailCall, ResourceType, TypeTable } from '../../model/collector.ts';
import { isArray, isObject, type Json, type JsonObject, textAt } from '../../model/json.ts';
import { append } from '../../model/multimap.ts';
import type { CallStatus, SnapshotRecord } from '../../model/record.ts';
import type { Redactor } from '../redact.ts';
import { azureAnswers } from './azure-answers.ts';
import { type AzureFound, createAzureRecogniser } from './azure-recognise.ts';
import { type Imported, type ImportInput, parseJson } from './inputs.ts';

export interface AzureImportOptions {
  readonly types: TypeTable;
  readonly redactor: Redactor;
  /** Tenant of answers that do not tell. */
  readonly tenant?: string;
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

/** Makes records of answers of Azure Resource Manager, Resource Graph and Microsoft Graph. A file is recognised by its content; neither order nor names of files matter. */
export function importAzure(inputs: readonly ImportInput[], options: AzureImportOptions): Imported {
  const recogniser = createAzureRecogniser(options.types);
  const unrecognised: { file: string; reason: string }[] = [];
  const records: { found: Extract<AzureFound, { is: 'record' }>; file: string }[] = [];
  const details: { found: Extract<AzureFound, { is: 'detail' }>; file: string }[] = [];
  const inner: Extract<AzureFound, { is: 'within' }>[] = [];
  const local = new Map<string, JsonObject[]>();
  const unused = new Map<string, number>();
  const leave = (what: string): void => void unused.set(what, (unused.get(what) ?? 0) + 1);
  const calls = new CallBook();
  const parsed: { file: string; document: Json }[] = [];
  for (const { file, text } of inputs) {
    if (!/\.(json|jsonl|ndjson)$/i.test(file) && !/^\s*[[{]/.test(text)) unrecognised.push({ file, reason: 'no JSON' });
    else parsed.push({ file, document: parseJson(text, file) });
  }
  const tenant = options.tenant ?? tenantOf(parsed.map((each) => each.document));
  const answered: { call: string; type: string; detail?: DetailCall; parent?: string; account: string }[] = [];
  for (const { file, document } of parsed) {
    const answers = azureAnswers([document]);
    const strange = new Set<string>();
    for (const item of answers.items) {
      const found = recogniser.item(item);
      if (found.is === 'unknown') strange.add(found.reason);
      else if (found.is === 'unused') leave(found.what);
      else if (found.is === 'within') inner.push(found);
      else if (found.is === 'local') append(local, found.host, found.value);
      else if (found.is === 'record') records.push({ found, file });
      else details.push({ found, file });
    }
    for (const { path, host } of answers.asked) {
      const call = recogniser.call(path, host);
      if (call !== undefined) answered.push({ ...call, account: accountOf(path, tenant) });
    }
    for (const { path, code, message } of answers.problems) {
      const call = path === undefined ? undefined : (recogniser.call(path, 'arm') ?? recogniser.call(path, 'graph'));
      if (call === undefined) strange.add(`${code}: ${message}`);
      else calls.gap(call.call, accountOf(path ?? '', tenant), code, message);
    }
    if (strange.size > 0) unrecognised.push({ file, reason: [...strange].sort().slice(0, 5).join('; ') });
    else if (answers.items.length === 0 && answers.asked.length === 0 && answers.problems.length === 0 && !isEmpty(document))
      unrecognised.push({ file, reason: 'no answer of Azure' });
  }
  const drafts = new Map<string, Draft>();
  const add = (type: string, spec: ResourceType, config: JsonObject, call: string, file: string, region = 'global'): Draft | undefined => {
    const placed = placeRecord(spec, config, placeOf(textAt(config, 'tenantId')?.toLowerCase() ?? tenant, region));
    if (placed === undefined) {
      unrecognised.push({ file, reason: `an item of ${type} lacks what its id is made of (${spec.id})` });
      return undefined;
    }
    const key = `${type}\n${placed.id}`;
    const known = drafts.get(key);
    if (known !== undefined) {
      known.config = fuller(known.config, config);
      known.calls.add(call);
      return known;
    }
    const draft = { type, spec, ...placed, config, calls: new Set([call]) };
    drafts.set(key, draft);
    return draft;
  };
  for (const { found, file } of records) {
    const call = found.spec.list?.[0]?.call ?? found.type;
    const draft = add(found.type, found.spec, found.config, call, file);
    for (const part of partsOf(found.spec, found.config)) {
      const spec = options.types.get(part.type);
      if (spec !== undefined) add(part.type, spec, part.config, call, file, draft?.region);
    }
  }
  for (const { call, type, detail, parent, account } of answered) {
    const spec = options.types.get(type);
    if (detail?.paginate === undefined || parent === undefined || spec === undefined) {
      calls.answered(call, account);
      continue;
    }
    // An empty list is an answer too: there is none.
    const draft = drafts.get(`${type}\n${parent}`);
    if (draft !== undefined) attach(draft, detail, undefined);
    calls.answered(call, draft?.account ?? account);
  }
  for (const { found, file } of details) {
    const draft = drafts.get(`${found.type}\n${found.parent}`) ?? add(found.type, found.spec, { id: found.parent }, found.detail.call, file);
    if (draft === undefined) continue;
    attach(draft, found.detail, found.value);
    calls.answered(found.detail.call, draft.account);
  }
  for (const found of inner) {
    const draft = drafts.get(`${found.type}\n${found.parent}`);
    // A part alone says little of the whole: a group of which one rule is known would deny what its other rules allow.
    if (draft === undefined) leave(`${found.what}, which stand in a resource that is not in the input`);
    else draft.config = enclose(draft.config, found.list.split('.'), found.value);
  }
  for (const draft of drafts.values()) {
    const host = /^https:\/\/([^/]+)/.exec(textAt(draft.config, 'properties.hsmUri') ?? '')?.[1]?.toLowerCase() ?? '';
    const assigned = local.get(host);
    if (assigned === undefined) continue;
    draft.config = { ...draft.config, localRoleAssignments: assigned };
    draft.calls.add('managedhsm:roleAssignments');
    local.delete(host);
  }
  for (const [host, values] of local) for (const _ of values) leave(`local role assignments of ${host}, which is not in the input`);
  const left = [...unused].map(([what, count]) => ({ what, count })).sort((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1));
  return { records: finish(drafts, options, calls), calls: calls.states(), unrecognised, ...(left.length === 0 ? {} : { unused: left }) };
}

/** Puts an element into a list inside a resource, unless one of its name is there. */
function enclose(config: JsonObject, [key = '', ...rest]: readonly string[], value: JsonObject): JsonObject {
  const old = config[key];
  if (rest.length > 0) return { ...config, [key]: enclose(isObject(old) ? old : {}, rest, value) };
  const list = isArray(old) ? old : [];
  const name = textAt(value, 'name')?.toLowerCase();
  return list.some((each) => textAt(each, 'name')?.toLowerCase() === name) ? config : { ...config, [key]: [...list, value] };
}

function finish(drafts: ReadonlyMap<string, Draft>, options: AzureImportOptions, calls: CallBook): SnapshotRecord[] {
  return [...drafts.values()].map((draft) => {
    for (const call of draft.calls) calls.answered(call, draft.account);
    const config = options.redactor.config(decodeDocuments(draft.config, draft.spec), draft.spec);
    return { type: draft.type, id: draft.id, account: draft.account, region: draft.region, config, calls: [...draft.calls].sort() };
  });
}

/** Puts a follow-up answer where collection would: an element into its list, an object under its name. */
function attach(draft: Draft, detail: DetailCall, value: JsonObject | undefined): void {
  const name = detail.as ?? detail.call;
  draft.calls.add(detail.call);
  if (detail.paginate === undefined) {
    const kept = value === undefined || detail.keep === undefined || detail.keep === '' ? value : value[detail.keep];
    if (kept !== undefined) draft.config = { ...draft.config, [name]: kept };
    return;
  }
  const old = draft.config[name];
  const list = isArray(old) ? old : [];
  const id = value?.['id'];
  const others = typeof id === 'string' ? list.filter((each) => textAt(each, 'id')?.toLowerCase() !== id.toLowerCase()) : list;
  draft.config = { ...draft.config, [name]: value === undefined ? list : [...others, value] };
}

/** The same resource from two answers: what either has. A list is shorter than what a resource says of itself, so properties are joined, not replaced. */
function fuller(a: JsonObject, b: JsonObject): JsonObject {
  const [one, two] = [a['properties'], b['properties']];
  return { ...a, ...b, ...(isObject(one) && isObject(two) ? { properties: { ...one, ...two } } : isObject(one) ? { properties: one } : {}) };
}

const placeOf = (tenant: string, region: string): Place => ({ partition: 'azure', account: tenant, region, tenant });
const accountOf = (path: string, tenant: string): string => (isArmId(path) ? (/^\/subscriptions\/([^/]+)/.exec(armId(path))?.[1] ?? tenant) : tenant);
const isEmpty = (value: Json): boolean =>
  isArray(value) ? value.every(isEmpty) : isObject(value) && Object.values(value).every((each) => isArray(each) && each.length === 0);

/** The tenant that most of the input names. Directory objects do not tell theirs. */
function tenantOf(documents: readonly Json[]): string {
  const counts = new Map<string, number>();
  const visit = (value: Json, depth: number): void => {
    if (isArray(value)) for (const each of value) visit(each, depth + 1);
    else if (isObject(value) && depth < 6)
      for (const [key, each] of Object.entries(value)) {
        if ((key === 'tenantId' || key === 'homeTenantId') && typeof each === 'string')
          counts.set(each.toLowerCase(), (counts.get(each.toLowerCase()) ?? 0) + 1);
        else if (each !== undefined) visit(each, depth + 1);
      }
  };
  for (const document of documents) visit(document, 0);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0] ?? '';
}

/** An import knows of the calls whose answers it saw, an empty answer included, and of no other. */
class CallBook {
  readonly #calls = new Map<string, CallStatus>();

  answered(call: string, account: string): void {
    const key = `${call}\n${account}`;
    const known = this.#calls.get(key);
    this.#calls.set(key, known === undefined ? { call, account, region: 'global', state: 'ok', requests: 1 } : { ...known, requests: known.requests + 1 });
  }

  gap(call: string, account: string, code: string, message: string): void {
    const state = /^(Authorization|Forbidden|Authentication|Invalid.?Auth|AccessDenied|Unauthorized)/i.test(code)
      ? 'denied'
      : /NotFound/i.test(code)
        ? 'absent'
        : /Throttl|TooMany|429/i.test(code)
          ? 'throttled'
          : 'failed';
    const known = this.#calls.get(`${call}\n${account}`);
    if (state === 'absent' && known !== undefined) return;
    this.#calls.set(`${call}\n${account}`, { call, account, region: 'global', state, requests: (known?.requests ?? 0) + 1, message: `${code}: ${message}` });
  }

  states(): CallStatus[] {
    return [...this.#calls.values()];
  }
}
