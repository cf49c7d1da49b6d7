import type { Residual } from '../../model/evidence.ts';
import { textAt } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import type { Directory } from '../grants/directory.ts';
import type { Denial, Grant, Question, World } from '../grants/grant.ts';
import { Activation } from './activation.ts';
import { assignmentGrants, classicGrants, lighthouseGrants } from './assignments.ts';
import { readDenials } from './denials.ts';
import { firewallDemands, passesFirewall } from './firewalls.ts';
import { managedHsmGrants } from './managed-hsm.ts';
import { Roles } from './roles.ts';
import { Scopes, scopeText } from './scopes.ts';
import { administratorGrants, anonymousGrants, cosmosGrants } from './stores.ts';
import { decidesByRoles, vaultGrants } from './vaults.ts';

/** Actions that only the local roles of a managed HSM give. */
const local = 'microsoft.keyvault/managedhsm/';

/** Everything below the root scope of Azure Resource Manager, and the data planes that have permission systems of their own. */
export class ArmWorld implements World {
  readonly grants: readonly Grant[];
  readonly denials: readonly Denial[];
  readonly memberships: Directory;
  readonly scopes: Scopes;
  readonly activation: Activation;
  readonly #byPolicy: ReadonlySet<string>;
  readonly #firewalls: ReadonlyMap<string, Residual>;

  constructor(snapshot: Snapshot, directory: Directory) {
    const roles = new Roles(snapshot);
    this.activation = new Activation(snapshot, 'Microsoft.Authorization/roleManagementPolicyAssignments');
    this.memberships = directory;
    this.scopes = new Scopes(snapshot);
    this.grants = [
      ...assignmentGrants(snapshot, roles, this.activation),
      ...classicGrants(snapshot, roles, byMail(snapshot)),
      ...lighthouseGrants(snapshot, roles),
      ...vaultGrants(snapshot),
      ...managedHsmGrants(snapshot),
      ...anonymousGrants(snapshot),
      ...cosmosGrants(snapshot),
      ...administratorGrants(snapshot),
    ];
    this.denials = readDenials(snapshot);
    this.#byPolicy = new Set(snapshot.records('Microsoft.KeyVault/vaults').flatMap((record) => (decidesByRoles(record) ? [] : [scopeText(record.id)])));
    this.#firewalls = firewallDemands(snapshot);
  }

  covers(scope: string, id: string, only = false): boolean {
    return this.scopes.covers(scope, id, only);
  }

  members(scope: string, candidates: readonly string[]): Uint32Array {
    return this.scopes.members(scope, candidates);
  }

  demanding(question: Question): boolean {
    return passesFirewall(question.plane, question.action) && (this.#firewalls.size > 0 || this.#byPolicy.size > 0 || question.action.startsWith(local));
  }

  demands(grant: Grant, question: Question, id: string): Residual | undefined {
    const resource = id.split('/', 9).join('/');
    if (grant.layer === 'identity' && question.action.startsWith(local)) return undefined;
    if (grant.layer === 'identity' && question.action.startsWith('microsoft.keyvault/vaults/') && this.#byPolicy.has(resource)) return undefined;
    return this.#firewalls.get(resource) ?? [];
  }
}

/** Classic administrators are named by mail address. */
function byMail(snapshot: Snapshot): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const user of snapshot.records('Microsoft.Graph/user')) {
    for (const path of ['mail', 'userPrincipalName']) {
      const mail = textAt(user.config, path);
      if (mail !== undefined) found.set(mail.toLowerCase(), user.id);
    }
  }
  return found;
}
