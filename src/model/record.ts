import type { CallState } from './answer-words.ts';
import type { JsonObject } from './json.ts';

/**
 * One resource as a provider answered it. `config` is the answer of the listing (or describing) call as its CLI prints it: policy documents are decoded
 * to objects, dates are ISO 8601 text, answers of follow-up calls stand under the call's operation name (`config.GetBucketPolicy.Policy`).
 */
export interface SnapshotRecord {
  /** The provider's own type name: `AWS::EC2::Instance`, `Microsoft.Compute/virtualMachines`, `Microsoft.Graph/servicePrincipal`. */
  readonly type: string;
  /** ARN, Azure resource id (lower case) or Entra object id. */
  readonly id: string;
  /** AWS account of 12 digits, Azure subscription or tenant id; empty where the answer does not tell. */
  readonly account: string;
  /** Region or location; `global` for services without one. */
  readonly region: string;
  readonly config: JsonObject;
  /** The calls that `config` was made from, e.g. `s3:ListBuckets`, `s3:GetBucketPolicy`. */
  readonly calls: readonly string[];
}

/** How one call went in one account and region, counted over all its requests. `ok` means every request was answered. */
export interface CallStatus {
  /** `<service>:<Operation>` */
  readonly call: string;
  readonly account: string;
  readonly region: string;
  readonly state: CallState;
  /** Requests made, retries not counted. */
  readonly requests: number;
  /** The permission that a denied call lacked. */
  readonly permission?: string;
  /** What the provider said, first occurrence, without secrets. */
  readonly message?: string;
  /** Ids of the resources that a follow-up call failed for (all of them when absent). */
  readonly resources?: readonly string[];
}

export interface SnapshotFile {
  readonly path: string;
  readonly sha256: string;
  readonly count: number;
  readonly type: string;
  readonly account: string;
  readonly region: string;
}

export interface Manifest {
  readonly schema: 'snapshot/v1';
  readonly tool: string;
  /** `complete` only if the collection came to its end; gaps are in `calls`. */
  readonly state: 'complete' | 'incomplete';
  readonly scope: { readonly providers: readonly string[]; readonly accounts: readonly string[]; readonly regions: readonly string[] };
  /** ISO 8601. An import has the times of the input when it states them, else equal start and end. */
  readonly start: string;
  readonly end: string;
  readonly files: readonly SnapshotFile[];
  readonly calls: readonly CallStatus[];
  /** Inputs an import did not recognise. */
  readonly unrecognised?: readonly { readonly file: string; readonly reason: string }[];
  /** What an import knew and has no use for: types that no collector asks for. */
  readonly unused?: readonly { readonly what: string; readonly count: number }[];
  /** While it is incomplete: what was collected whole, `<collector> <account> <region>`, and is not asked again. */
  readonly finished?: readonly string[];
  /** SHA-256 of the previous manifest of the chain. */
  readonly previous?: string;
}

/** A snapshot in memory. Records are sorted by id within a type; nothing depends on the order of files. */
export interface Snapshot {
  readonly manifest: Manifest;
  /** SHA-256 of the manifest file; what reports print. */
  readonly hash: string;
  types(): readonly string[];
  records(type: string): readonly SnapshotRecord[];
  all(): Iterable<SnapshotRecord>;
  /** By id, or by the provider's short id (`i-…`, `subnet-…`) or name where that is unique in the snapshot. Azure ids are folded to lower case. */
  find(id: string): SnapshotRecord | undefined;
  /** By id alone. */
  byId(id: string): SnapshotRecord | undefined;
  /** Calls that did not end `ok` or `absent`; filter by call or by account. */
  gaps(): readonly CallStatus[];
  /** Whether a call was made and answered in that account and region: `true`, `false` (denied, failed, not asked), never a guess. */
  answered(call: string, account: string, region: string): boolean;
}
