import type { Evidence } from '../../model/evidence.ts';
import type { AccessResult, PrincipalInfo, RequestContext } from '../api.ts';
import type { Facts } from '../aws/context.ts';
import type { AccessRequest } from '../aws/request.ts';
import type { Requester } from '../aws/requester.ts';
import type { BulkTables } from '../bulk/candidates.ts';
import type { EstatePrincipal } from './principals.ts';
import type { EstateResource, ResourceReader } from './resources.ts';

/** What the parts of the engine ask of the estate as a whole. */
export interface EstateView {
  readonly principals: readonly PrincipalInfo[];
  readonly list: readonly EstatePrincipal[];
  readonly resources: ResourceReader;
  readonly tables: BulkTables;
  estatePrincipal(text: string): EstatePrincipal | undefined;
  request(principal: EstatePrincipal, action: string, arn: string, given: Facts, complete: boolean, target?: EstateResource): AccessRequest;
  decide(requester: Requester, action: string, resource: string, context: RequestContext): AccessResult;
  evidenceOf(result: AccessResult, principal: EstatePrincipal, target: EstateResource | undefined): Evidence[];
}
