import { textAt, walkPath } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import { type DirectoryGrant, directoryGrant, evidenceOf, type RoleDefinitions } from './grants.ts';

/**
 * Granular delegated administration: security groups of a partner hold directory roles in a customer's tenant, for as long as the relationship is active
 * (https://learn.microsoft.com/graph/api/resources/delegatedadminrelationship). The partner's tenant lists them.
 */
export function delegatedAdministration(snapshot: Snapshot, definitions: RoleDefinitions): readonly DirectoryGrant[] {
  return snapshot.records('Microsoft.Graph/delegatedAdminRelationship').flatMap((relationship) => {
    const customer = textAt(relationship.config, 'customer.tenantId')?.toLowerCase();
    if (customer === undefined || textAt(relationship.config, 'status') !== 'active') return [];
    return [...walkPath(relationship.config, 'accessAssignments[]')].flatMap(({ value, at }) => {
      const holder = textAt(value, 'accessContainer.accessContainerId');
      if (holder === undefined || textAt(value, 'status') !== 'active') return [];
      return [...walkPath(value, 'accessDetails.unifiedRoles[].roleDefinitionId')].map(({ value: id }) => {
        const { name, template, actions, missing, evidence } = definitions.of(String(id));
        return directoryGrant({
          holder,
          source: `${name}, delegated`,
          scope: `tenant:${customer}`,
          actions,
          kind: 'role',
          role: template,
          missing,
          evidence: [evidenceOf(relationship, `/config/${at.join('/')}`), ...evidence],
        });
      });
    });
  });
}
