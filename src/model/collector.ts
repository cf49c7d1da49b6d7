import type { JsonObject } from './json.ts';
import { append } from './multimap.ts';
import type { NodeKind, StructureKind } from './vocabulary.ts';

/**
 * What a collector declares. From this table follow the calls made, the scanner's least-privilege policy, how `import` recognises an answer, how a record becomes a node
 * with its structure edges, what rules may read and what is redacted. Nothing in it is a function unless it must be, so that every consumer can read it.
 */
export interface Collector {
  /** `aws.ec2` */
  readonly id: string;
  readonly provider: 'aws' | 'azure' | 'entra';
  /** The IAM prefix of the service's actions, which is also how calls are named: `ec2:DescribeVpcs`. Azure: the resource provider, or the area of Microsoft Graph. */
  readonly service: string;
  readonly title: string;
  /** Where the service is asked: once per account (Azure: subscription), once per region of it, or once per tenant. */
  readonly scope: 'global' | 'regional' | 'tenant';
  /** Asked only in the organization's management (or a delegated administrator's) account. */
  readonly managementOnly?: boolean;
  /** Imports the SDK client on first use. The module exports `<Operation>Command` and `paginate<Operation>`. */
  readonly sdk?: SdkClientSpec;
  /** Clients of other services that have some of the operations: what only this service's records lead to is asked with them. */
  readonly more?: readonly SdkClientSpec[];
  readonly resources: Readonly<Record<string, ResourceType>>;
  /** What tables cannot express: answers that only together make a record (the tree of an organization). Its calls stand in `assembles`. */
  readonly assemble?: (ask: Ask) => Promise<readonly AssembledItem[]>;
  readonly assembles?: readonly string[];
}

export interface SdkClientSpec {
  readonly load: () => Promise<unknown>;
  readonly client: string;
  readonly options?: JsonObject;
}

/** One request through the runner, with its paging, retries and accounting. `undefined`: nothing there, denied or failed; the gap is recorded. */
export type Ask = (
  call: string,
  request: JsonObject,
  options?: { readonly absent?: readonly string[]; readonly permission?: string },
) => Promise<JsonObject | undefined>;

export interface AssembledItem {
  readonly type: string;
  readonly config: JsonObject;
  readonly calls: readonly string[];
}

/** A call that is a plain request over HTTP, where no SDK names it. It is sent to the endpoint that the call's prefix names: `arm:`, `graph:`. */
export interface HttpCall {
  /** Below the endpoint, without a slash at its start: `{id}/firewallRules`. `{name}` is a parameter of the request, `$account` where it is asked. */
  readonly path: string;
  /** `api-version` of Azure Resource Manager; of Microsoft Graph the first part of the path, `v1.0` by default. */
  readonly version?: string;
  /** Answers that hold secrets are asked for by POST (`list…`), also where nothing changes. */
  readonly method?: 'POST';
}

/** A listing call: its answer holds items, each of which is (or leads to) one record. */
export interface ListCall {
  /** `<service>:<Operation>` as the SDK names the operation. */
  readonly call: string;
  /** Dotted path of the items in the answer, `[]` for each element: `Reservations[].Instances[]`. Empty: the answer itself is the one item. */
  readonly items: string;
  readonly http?: HttpCall;
  /** Fixed request parameters. `$account` and `$region` are replaced. */
  readonly request?: JsonObject;
  /** The IAM action that allows the call where it is not the call's own name: `s3:ListAllMyBuckets` for `s3:ListBuckets`. */
  readonly permission?: string;
  /** Error codes that mean "nothing there", not a failure. */
  readonly absent?: readonly string[];
  /** Items are asked per record of another type: one call for each, parameters taken from it by dotted path; `[]` in a path is one call for each value there. */
  readonly per?: { readonly type: string; readonly request: Readonly<Record<string, string>> };
  /** Asked only when the command line wants it by this name. */
  readonly option?: string;
  /** What nobody knows without an answer, where that is more than the resources that it lists: told with every result over an import that holds none. */
  readonly without?: string;
}

/** A follow-up call for each record, its answer kept in `config` under the operation's name. */
export interface DetailCall {
  readonly call: string;
  readonly http?: HttpCall;
  /** Request parameter -> dotted path in `config` (`Bucket: 'Name'`), `[path]` for a list of that one value, or `=text` for a constant (JSON if it is; `=$account`: where it is asked). Also how an imported answer with its request finds its record. */
  readonly request: Readonly<Record<string, string>>;
  readonly permission?: string;
  /** Error codes that mean "not set": the call is recorded as absent and the key stays away. */
  readonly absent?: readonly string[];
  /** Key in `config` where the answer is kept, when one operation is asked twice with different parameters. Default: the operation's name. */
  readonly as?: string;
  /** Path inside the answer that is kept (`Table`), merged over `config` itself when `merge` is true; empty: the whole answer. Default: the whole answer without metadata. */
  readonly keep?: string;
  readonly merge?: boolean;
  /** Follow the paginator and concatenate this list. */
  readonly paginate?: string;
  /** Asked only if this dotted path of `config` has a value (or equals the text). */
  readonly when?: { readonly path: string; readonly equals?: string };
  /** The call starts a job; its result is asked for with the id that the call answered, until the status at `status` is `done`, or one of `failed`. */
  readonly job?: { readonly call: string; readonly id: string; readonly status: string; readonly done: string; readonly failed: readonly string[] };
  /**
   * Where the call was not asked, a report of the whole account may tell whether it would have answered something: in the row whose `row` column is the record's `of`, the column has the text
   * `absent` or another.
   */
  readonly report?: { readonly type: string; readonly row: string; readonly of: string; readonly column: string; readonly absent: string };
  /** Asked only when the command line wants it by this name. */
  readonly option?: string;
  /** Top-level keys of the answer that recognise it on import. Default: the keys named in `keep` or `paginate`, else the answer is matched by request keys alone. */
  readonly recognise?: readonly string[];
}

/** Describes many listed names at once: `BatchGetProjects`. */
export interface BatchCall {
  readonly call: string;
  readonly parameter: string;
  readonly size: number;
  /** Dotted path of the described items in the answer; they become the records' `config`. */
  readonly items: string;
  readonly request?: JsonObject;
  readonly permission?: string;
}

/** A reference in `config` that becomes a structure edge from the record to the resource it names (`reverse`: the other way). */
export interface Reference {
  /** Dotted path to an ARN, short id or name; `[]` for each. */
  readonly path: string;
  /** Types it may name; the id is looked up among them. An ARN needs none. */
  readonly to?: readonly string[];
  readonly edge: StructureKind;
  readonly reverse?: boolean;
  /** The kind of node that stands for a target that was not collected, when its id alone tells what it is. Without it such a reference is dropped. */
  readonly placeholder?: Placeholder;
  /** Only a part of the value names the target: the first group of this expression (the bucket of `s3://bucket/key`). What does not match names nothing. */
  readonly part?: string;
  /** What the target's id is made of around the value, in place of `$`: `arn:aws:s3:::$`. A folder (`…/`) stands for what is below it. */
  readonly form?: string;
  /** The target is not named by its id but by what stands at this path of its own configuration: an instance names a profile, whose role lists it in `InstanceProfileList[].Arn`. */
  readonly match?: string;
}

export interface Placeholder {
  /** Type of the node; its kind follows. */
  readonly type: string;
  /** The record says at this path which type it is: `properties.principalType` -> `Group`. */
  readonly by?: { readonly path: string; readonly types: Readonly<Record<string, string>> };
}

export interface PropertySpec {
  readonly type: 'string' | 'number' | 'boolean' | 'date' | 'string[]' | 'object' | 'object[]';
  readonly means: string;
  /** Dotted path in `config`. Default: the property's own name. */
  readonly from?: string;
}

export interface ResourceType {
  readonly kind: NodeKind;
  readonly label: string;
  readonly list?: readonly ListCall[];
  readonly batch?: BatchCall;
  /**
   * Answers that are not asked for and an import may bring: what a cluster keeps inside (the call is named after the tool that prints it), or a listing that tells less than the one that is asked.
   */
  readonly imports?: readonly ListCall[];
  readonly details?: readonly DetailCall[];
  /**
   * The record's id as a template over `config`, `$partition`, `$account`, `$region`: `arn:$partition:ec2:$region:$account:vpc/{VpcId}`, or `{Arn}` when the answer holds it;
   * `{Id/}` is what follows the last slash of a value.
   * A listed item that is a bare string (a name, an ARN) stands in `config` under `Name`, or under `Arn` if it starts with `arn:`.
   */
  readonly id: string;
  /** `arm`: a resource id of Azure Resource Manager, which is folded to lower case and tells the record's subscription; `location` tells its region. */
  readonly ids?: 'arm';
  /** Resources that stand inside this one's answer and are records of their own: the subnets of a network. */
  readonly parts?: readonly { readonly path: string; readonly type: string }[];
  /** Child resources that stand in this one's answer and that Azure answers on their own too, by the last segment of their type: `securityRules: 'properties.securityRules'`. */
  readonly within?: Readonly<Record<string, string>>;
  /** Dotted path of the owner account in the answer, where resources of others are listed too (shared images, peer gateways). */
  readonly owner?: string;
  /** Records of other owners are left out: listings of images and snapshots show what others share, too. */
  readonly ownedOnly?: boolean;
  /** Records whose id starts so and whose values at these paths are all 0 or absent are left out: policies of AWS that nobody uses. */
  readonly unused?: { readonly idPrefix: string; readonly paths: readonly string[] };
  /** Dotted paths of other ids by which a person or another resource may name it: `VpcId`, `FunctionName`. The first is its short id. */
  readonly aliases?: readonly string[];
  /** Dotted path of the display name; `tag:Name` reads the tag. First that has a value wins. Default: the short id. */
  readonly name?: readonly string[];
  /** Dotted path of the tags, as `[{Key, Value}]`, `[{key, value}]` or a map. Default: `Tags`. */
  readonly tags?: string;
  readonly references?: readonly Reference[];
  /** Dotted paths whose values may be secrets: each text value below is replaced by its keyed hash. `encoding: 'base64'` is decoded first for recognition. */
  readonly secrets?: readonly { readonly path: string; readonly encoding?: 'base64'; readonly keys?: 'keep' }[];
  /** Dotted paths of the accounts that it is shared with; `all` is everybody. */
  readonly shares?: readonly string[];
  /** Dotted paths of JSON text that is decoded to an object on write (resource policies). Text that is no JSON stays as it is. */
  readonly documents?: readonly string[];
  readonly properties?: Readonly<Record<string, PropertySpec>>;
  readonly governedBy?: GovernedBy;
  /** Import: an item of this type has all these keys. Needed where two types share an answer's top-level key. */
  readonly recognise?: readonly string[];
}

/**
 * Records of another type that speak of this one without naming it: rules of its account and region that say by tags what they are about. Techniques ask for them in its configuration, under `as`.
 */
export interface GovernedBy {
  readonly as: string;
  readonly type: string;
  /** What lists them; `detail` is the follow-up call that tells what each is about. */
  readonly call: string;
  readonly detail: string;
  /** Dotted path in the rule -> the value that it has in those that are about this type. */
  readonly where: Readonly<Record<string, string>>;
  /** Paths of the tags of which one is enough (none there: about everything), and of those of which one takes it out; each a list of pairs. */
  readonly tags: string;
  readonly except: string;
  readonly pair: readonly [key: string, value: string];
}

/** Identity, for inference: keeps literal types and checks the shape. */
export function defineCollector<const C extends Collector>(collector: C): C {
  return collector;
}

/** All resource types of a set of collectors, by name. A type declared twice is a programming error. */
export function resourceTypes(collectors: readonly Collector[]): ReadonlyMap<string, ResourceType & { readonly collector: Collector }> {
  const types = new Map<string, ResourceType & { readonly collector: Collector }>();
  for (const collector of collectors) {
    for (const [name, type] of Object.entries(collector.resources)) {
      if (types.has(name)) throw new Error(`resource type ${name} is declared twice`);
      types.set(name, { ...type, collector });
    }
  }
  return types;
}

const detailsByKey = new WeakMap<ResourceType, ReadonlyMap<string, readonly DetailCall[]>>();

/** The follow-up calls whose answer stands under a key of a type's records. */
export function detailsUnder(type: ResourceType, key: string): readonly DetailCall[] {
  let byKey = detailsByKey.get(type);
  if (byKey === undefined) {
    const made = new Map<string, DetailCall[]>();
    for (const detail of type.details ?? []) append(made, detail.as ?? detail.call.split(':')[1] ?? '', detail);
    byKey = made;
    detailsByKey.set(type, byKey);
  }
  return byKey.get(key) ?? [];
}

/** The call that answered what stands at a pointer of a record: the follow-up call whose answer it is in, else the listing. */
export function answeringCall(type: ResourceType | undefined, pointer: string, calls: readonly string[]): string {
  const [, root, key = ''] = pointer.split('/', 3);
  const [detail] = root === 'config' && type !== undefined ? detailsUnder(type, key) : [];
  if (detail !== undefined) return detail.call;
  const listing = type?.list?.find((each) => calls.includes(each.call))?.call;
  return type?.batch !== undefined && calls.includes(type.batch.call) ? type.batch.call : (listing ?? calls[0] ?? '');
}

export type TypeTable = ReturnType<typeof resourceTypes>;
