import type { PolicyLayer } from '../api.ts';
import type { Context } from './context.ts';
import type { PolicySet } from './policy-set.ts';
import type { Requester } from './requester.ts';

/**
 * One question, with every policy that has a say. A layer that is `undefined` does not exist (no boundary, no organization, no endpoint on the way).
 */
export interface AccessRequest {
  readonly requester: Requester;
  /** `service:Name`, lower case. */
  readonly action: string;
  /** ARN, or `*` for an action without a resource. */
  readonly resource: string;
  /** Account that owns the resource; `undefined` takes it to be the requester's. */
  readonly resourceAccount: string | undefined;
  readonly context: Context;
  readonly identity: PolicySet | undefined;
  readonly boundary: PolicySet | undefined;
  readonly session: PolicySet | undefined;
  readonly resourcePolicy: PolicySet | undefined;
  /**
   * What grants on the resource itself beside its policy: KMS grants, S3 ACLs. Statements with a Principal that only ever add an Allow; a named principal is DIRECT.
   */
  readonly grants: PolicySet | undefined;
  /** One set a level of the organization, root first. */
  readonly scps: readonly PolicySet[] | undefined;
  readonly rcps: readonly PolicySet[] | undefined;
  readonly endpoint: PolicySet | undefined;
  /** The requester's account is the management account: SCPs do not reach it. */
  readonly requesterInManagementAccount: boolean;
  /** The resource's account is the management account: RCPs do not reach it. */
  readonly resourceInManagementAccount: boolean;
  /** Layers that exist but were not read, with the permission that was missing. They can turn an allow into `unknown`, never into an allow. */
  readonly unread: readonly { readonly layer: PolicyLayer; readonly missing: string; readonly onlyAdds?: true }[];
}
