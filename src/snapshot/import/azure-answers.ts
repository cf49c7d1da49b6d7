import { isArmId } from '../../model/arm-id.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';

/** One object of an answer, with what is known of where it came from. */
export interface AzureItem {
  readonly item: Json;
  /** Address that was asked, without its host and query, folded: `/subscriptions/…/firewallrules`; for Microsoft Graph without its version: `groups/{id}/members`. */
  readonly path: string | undefined;
  readonly host: 'arm' | 'graph';
  /** The item is the answer itself, not an element of its list. */
  readonly whole: boolean;
}

export interface AzureAnswers {
  readonly items: readonly AzureItem[];
  /** Addresses that were answered, empty lists included. */
  readonly asked: readonly { readonly path: string; readonly host: 'arm' | 'graph' }[];
  /** Errors of the provider, and pages that are named and not there. */
  readonly problems: readonly { readonly path: string | undefined; readonly code: string; readonly message: string }[];
}

type Write<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** Takes apart what the tools of Azure print: answers of Azure Resource Manager and Microsoft Graph, results of Resource Graph, answers of a `$batch`, each with or without its request. */
export function azureAnswers(documents: readonly Json[]): AzureAnswers {
  const found: Write<AzureAnswers> = { items: [], asked: [], problems: [] };
  const next: { link: string; path: string | undefined }[] = [];
  const urls = new Set<string>();
  const read = (value: Json, url: string | undefined): void => {
    if (isArray(value)) {
      for (const each of value) read(each, url);
      return;
    }
    if (!isObject(value)) return;
    const request = requestOf(value);
    if (request !== undefined) {
      const { url: asked, response, batch } = request;
      if (asked !== undefined) urls.add(asked);
      if (batch === undefined) read(response, asked);
      else for (const each of batch) read(each.body, each.url);
      return;
    }
    const context = value['@odata.context'];
    const place = placeOf(url ?? (typeof context === 'string' ? contextUrl(context) : undefined));
    const add = (item: Json, whole: boolean): void => void found.items.push({ item, whole, path: place?.path, host: place?.host ?? hostOf(item) });
    const error = value['error'];
    if (isObject(error)) {
      found.problems.push({ path: place?.path, code: text(error['code']), message: text(error['message']).slice(0, 200) });
      return;
    }
    // The list of service tags as it is published stands for itself: nothing in it says what resource it is.
    const tags = value['changeNumber'] !== undefined || place?.path.endsWith('/servicetags') === true;
    if (isArray(value['values']) && tags && value['id'] === undefined) {
      const cloud = text(value['cloud']).toLowerCase() || 'public';
      found.items.push({ item: { ...value, id: `/providers/Microsoft.Network/serviceTags/${cloud}` }, whole: true, path: undefined, host: 'arm' });
      return;
    }
    const link = value['nextLink'] ?? value['@odata.nextLink'] ?? value['odata.nextLink'];
    if (typeof link === 'string' && link !== '') next.push({ link, path: place?.path });
    const list = value['value'] ?? value['data'];
    const isList = isArray(list) && !('id' in value && 'properties' in value);
    if (isList || isTable(list)) {
      if (place !== undefined) found.asked.push(place);
      for (const item of isTable(list) ? rowsOf(list) : isArray(list) ? list : []) add(item, false);
      return;
    }
    if (place !== undefined) found.asked.push(place);
    add(value, true);
  };
  for (const document of documents) read(document, undefined);
  for (const { link, path } of next)
    if (!urls.has(link)) found.problems.push({ path, code: 'NextPage', message: 'the answer names a next page that is not in the input' });
  return found;
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
/** Without a request, an object with an id of Azure Resource Manager is its own; all else is Microsoft Graph's. */
const hostOf = (item: Json): 'arm' | 'graph' => (isObject(item) && typeof item['id'] === 'string' && !isArmId(item['id']) ? 'graph' : 'arm');

interface Requested {
  readonly url: string | undefined;
  readonly response: Json;
  readonly batch: readonly { readonly url: string | undefined; readonly body: Json }[] | undefined;
}

/** `{request: {url}, response: {…}}`, the answer bare or in an envelope of status and body. */
function requestOf(value: JsonObject): Requested | undefined {
  const { request, response } = value;
  if (!isObject(request) || response === undefined) return undefined;
  const url = text(request['url'] ?? request['uri']);
  const enveloped = isObject(response) && 'body' in response && ('status' in response || 'headers' in response || 'statusCode' in response);
  const body = enveloped ? (response['body'] ?? null) : response;
  const requests = isObject(request['body']) ? request['body']['requests'] : undefined;
  const responses = isObject(body) ? body['responses'] : undefined;
  if (!isArray(responses)) return { url: url === '' ? undefined : url, response: body, batch: undefined };
  const asked = new Map((isArray(requests) ? requests : []).flatMap((each) => (isObject(each) ? [[text(each['id']), text(each['url'])] as const] : [])));
  const root = url.replace(/\/\$batch.*$/i, '');
  const batch = responses.flatMap((each) => {
    if (!isObject(each)) return [];
    const relative = asked.get(text(each['id']));
    return [{ url: relative === undefined ? undefined : `${root}/${relative.replace(/^\//, '')}`, body: each['body'] ?? null }];
  });
  return { url, response: body, batch };
}

/** `…/$metadata#groups('id')/members` names what was asked, as its address would. */
function contextUrl(context: string): string | undefined {
  const fragment = context.split('#')[1];
  if (fragment === undefined || /^(?:microsoft\.graph|directoryObjects|Collection)/i.test(fragment)) return undefined;
  const path = fragment
    .replace(/\('([^']*)'\)/g, '/$1')
    .replace(/\/\$entity$/, '/entity')
    .replace(/\(.*\)/, '');
  return `https://graph/v1.0/${path}`;
}

/** Local roles of a managed HSM come from its own data plane, whose answers look like those of Azure Resource Manager: `hsm:name.managedhsm.azure.net`. */
const dataPlane = /^https:\/\/([^/]+\.managedhsm\.[^/]+)\/.*\/roleassignments\b/i;

function placeOf(url: string | undefined): { path: string; host: 'arm' | 'graph' } | undefined {
  if (url === undefined) return undefined;
  const local = dataPlane.exec(url)?.[1];
  if (local !== undefined) return { path: `hsm:${local.toLowerCase()}`, host: 'arm' };
  const path = decoded(url.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/[?#].*$/, '')).toLowerCase();
  const graph = /^\/(?:v1\.0|beta)\/(.+)$/.exec(path)?.[1];
  return graph === undefined ? { path: path.replace(/\/+$/, ''), host: 'arm' } : { path: graph.replace(/\/+$/, ''), host: 'graph' };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

interface Table extends JsonObject {
  readonly columns: readonly Json[];
  readonly rows: readonly Json[];
}
const isTable = (value: Json | undefined): value is Table => isObject(value) && isArray(value['columns']) && isArray(value['rows']);

/** `resultFormat: table` of Resource Graph: names of columns, and rows of values. */
function rowsOf(table: Table): readonly Json[] {
  const names = table.columns.map((column) => (isObject(column) ? text(column['name']) : ''));
  return table.rows.map((row) => Object.fromEntries((isArray(row) ? row : []).map((value, position) => [names[position] ?? '', value])));
}
