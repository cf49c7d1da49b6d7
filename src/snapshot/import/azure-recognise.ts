import { armId, armType, isArmId } from '../../model/arm-id.ts';
import type { DetailCall, HttpCall, ListCall, ResourceType, TypeTable } from '../../model/collector.ts';
import { isObject, type JsonObject } from '../../model/json.ts';
import type { AzureItem } from './azure-answers.ts';

/** What one item of an answer is: a resource, or (a part of) a follow-up answer about one. */
export type AzureFound =
  | { readonly is: 'record'; readonly type: string; readonly spec: ResourceType; readonly config: JsonObject }
  | {
      readonly is: 'detail';
      readonly type: string;
      readonly spec: ResourceType;
      readonly detail: DetailCall;
      readonly parent: string;
      readonly value: JsonObject;
    }
  /** An element of a list that stands in its resource's own answer too. */
  | { readonly is: 'within'; readonly type: string; readonly parent: string; readonly list: string; readonly value: JsonObject; readonly what: string }
  /** A local role assignment of a managed HSM, by the host that answered it. */
  | { readonly is: 'local'; readonly host: string; readonly value: JsonObject }
  /** An answer of Azure that no collector asks for. */
  | { readonly is: 'unused'; readonly what: string }
  | { readonly is: 'unknown'; readonly reason: string };

export interface AzureRecogniser {
  item(item: AzureItem): AzureFound;
  /** The call that an address is of, for lists that were empty. */
  call(
    path: string,
    host: 'arm' | 'graph',
  ): { readonly call: string; readonly type: string; readonly detail?: DetailCall; readonly parent?: string } | undefined;
}

interface Known {
  readonly type: string;
  readonly spec: ResourceType;
}

/** Built from the collectors' tables: types by the ids of resources, follow-up answers by the addresses they are asked at. */
export function createAzureRecogniser(types: TypeTable): AzureRecogniser {
  const byName = new Map<string, Known>();
  const below = new Map<string, Known & { detail: DetailCall }>();
  const graphDetails: (Known & { detail: DetailCall; pattern: RegExp })[] = [];
  const graphLists = new Map<string, Known & { list: ListCall }>();
  const entities = new Map<string, Known>();
  const armLists: (Known & { list: ListCall; pattern: RegExp })[] = [];
  const marked: (Known & { marks: readonly string[] })[] = [];
  for (const [type, spec] of types) {
    const { provider } = spec.collector;
    if (provider === 'aws') continue;
    const known = { type, spec };
    if (provider === 'azure') byName.set(type.toLowerCase(), known);
    else entities.set((type.split('/')[1] ?? '').toLowerCase(), known);
    if (provider === 'entra' && spec.recognise !== undefined) marked.push({ ...known, marks: spec.recognise });
    for (const list of spec.list ?? []) {
      if (list.http === undefined) continue;
      if (provider === 'entra') graphLists.set(plain(list.http), { ...known, list });
      else armLists.push({ ...known, list, pattern: pattern(list.http) });
    }
    for (const detail of spec.details ?? []) {
      if (detail.http === undefined) continue;
      if (provider === 'entra') graphDetails.push({ ...known, detail, pattern: pattern(detail.http) });
      else below.set(`${type.toLowerCase()} ${plain(detail.http).replace(/^\{id\}\//, '')}`, { ...known, detail });
    }
  }

  /** A follow-up answer about a resource of Azure Resource Manager, by its own id or the address that it was asked at. */
  const armDetail = (path: string): (Known & { detail: DetailCall; parent: string }) | undefined => {
    const parts = path.split('/');
    for (let at = parts.length - 1; at > 2; at--) {
      const parent = parts.slice(0, at).join('/');
      const type = armType(parent)?.toLowerCase();
      if (type === undefined) continue;
      const rest = parts.slice(at);
      // An element of a list is one segment longer than the list's address.
      const found = below.get(`${type} ${rest.join('/')}`) ?? below.get(`${type} ${rest.slice(0, -1).join('/')}`);
      if (found !== undefined) return { ...found, parent };
    }
    return undefined;
  };
  const inParent = (id: string, value: JsonObject): AzureFound | undefined => {
    const parts = id.split('/');
    const parent = parts.slice(0, -2).join('/');
    const known = byName.get(armType(parent)?.toLowerCase() ?? '');
    const [, list] = Object.entries(known?.spec.within ?? {}).find(([name]) => name.toLowerCase() === parts.at(-2)) ?? [];
    if (known === undefined || list === undefined) return undefined;
    return { is: 'within', type: known.type, parent, list, value, what: `${known.type.toLowerCase()}/${parts.at(-2)}` };
  };
  const graphDetail = (path: string): (Known & { detail: DetailCall; parent: string }) | undefined => {
    for (const each of graphDetails) {
      const match = each.pattern.exec(path);
      if (match !== null) return { type: each.type, spec: each.spec, detail: each.detail, parent: match.groups?.['id'] ?? '' };
    }
    return undefined;
  };
  const arm = (config: JsonObject, path: string | undefined): AzureFound => {
    if (path?.startsWith('hsm:') === true) return { is: 'local', host: path.slice('hsm:'.length), value: config };
    const given = config['id'];
    if (typeof given !== 'string' || !isArmId(given)) {
      const about = path === undefined ? undefined : armDetail(path);
      if (about !== undefined) return { is: 'detail', ...about, value: config };
      const what = path === undefined ? undefined : addressed(path);
      return what === undefined ? { is: 'unknown', reason: 'an object without a resource id, asked at no address that is known' } : { is: 'unused', what };
    }
    const id = armId(given);
    const stated = typeof config['type'] === 'string' ? config['type'].toLowerCase() : undefined;
    const known = byName.get(armType(id)?.toLowerCase() ?? '') ?? (stated === undefined ? undefined : byName.get(stated));
    if (known !== undefined) return { is: 'record', ...known, config };
    const about = armDetail(id) ?? (path === undefined ? undefined : armDetail(path));
    if (about !== undefined) return { is: 'detail', ...about, value: config };
    return inParent(id, config) ?? { is: 'unused', what: (armType(given) ?? addressed(given) ?? stated ?? given).toLowerCase() };
  };
  const graph = (config: JsonObject, path: string | undefined): AzureFound => {
    const about = path === undefined ? undefined : graphDetail(path);
    if (about !== undefined) return { is: 'detail', ...about, value: config };
    const tag = config['@odata.type'];
    const named = typeof tag === 'string' ? entities.get(tag.replace(/^#?microsoft\.graph\./i, '').toLowerCase()) : undefined;
    const listed = path === undefined ? undefined : (graphLists.get(path) ?? graphLists.get(path.replace(/\/[^/]+$/, '')));
    const looks = marked.find(({ marks }) => marks.every((key) => Object.hasOwn(config, key)));
    const known = named ?? listed ?? looks;
    if (known !== undefined) return { is: 'record', type: known.type, spec: known.spec, config };
    const what = path === undefined ? tag : path.replace(guids, '{id}');
    return typeof what === 'string'
      ? { is: 'unused', what: `Microsoft Graph ${what}` }
      : { is: 'unknown', reason: `no entity of Microsoft Graph has the keys ${Object.keys(config).slice(0, 5).join(', ')}` };
  };
  return {
    item({ item, path, host }) {
      if (!isObject(item)) return { is: 'unknown', reason: 'no object' };
      return host === 'arm' ? arm(item, path) : graph(item, path);
    },
    call(path, host) {
      if (host === 'graph') {
        const about = graphDetail(path);
        if (about !== undefined) return { call: about.detail.call, type: about.type, detail: about.detail, parent: about.parent };
        const list = graphLists.get(path);
        return list === undefined ? undefined : { call: list.list.call, type: list.type };
      }
      const about = armDetail(`${path}`);
      if (about !== undefined) return { call: about.detail.call, type: about.type, detail: about.detail, parent: about.parent };
      const list = armLists.find((each) => each.pattern.test(path));
      if (list !== undefined) return { call: list.list.call, type: list.type };
      const [, , , ...rest] = path.split('/');
      const known = byName.get(rest[0] === 'providers' && rest.length > 2 ? rest.slice(1).join('/') : '');
      const listing = known?.spec.list?.[0];
      return known === undefined || listing === undefined ? undefined : { call: listing.call, type: known.type };
    },
  };
}

const guids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** What an address of Azure Resource Manager is of, without names: a type, `providers/microsoft.network` for the registration of a provider. */
function addressed(path: string): string | undefined {
  const named = armType(path) ?? armType(`${path}/x`);
  if (named !== undefined) return named.toLowerCase();
  const provider = /\/providers\/([^/]+)\/?$/i.exec(path)?.[1];
  return provider === undefined ? undefined : 'providers';
}

const plain = (http: HttpCall): string => http.path.replace(/\?.*/s, '').toLowerCase();

/** A template as an expression: `{id}` is one segment of Microsoft Graph, or the rest of a resource id; `$account` a subscription. */
function pattern(http: HttpCall): RegExp {
  const source = plain(http)
    .split(/(\{[a-z]+\}|\$account)/)
    .map((part) => (part === '{id}' ? '(?<id>.+)' : part === '$account' ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  return new RegExp(`^/?${source}$`);
}
