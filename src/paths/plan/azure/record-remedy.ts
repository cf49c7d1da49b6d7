import { type Json, type JsonObject, textAt } from '../../../model/json.ts';
import type { SnapshotRecord } from '../../../model/record.ts';
import { shortName } from '../candidate.ts';
import { block, quoted, type Remedy, string, word } from '../remedy-text.ts';

export const graph = 'https://graph.microsoft.com/v1.0';
/** A request that Azure CLI has no command for. */
export const rest = (method: string, url: string, body?: Json): string =>
  `az rest --method ${method} --url ${word(url)}${body === undefined ? '' : ` --body ${quoted(body)}`}`;
export const text = (config: JsonObject, path: string): string => textAt(config, path) ?? '';

/** A role assignment that is made. */
export function created({ config, id }: SnapshotRecord): Remedy {
  const [holder, kind, role, scope] = ['principalId', 'principalType', 'roleDefinitionId', 'scope'].map((key) => text(config, `properties.${key}`));
  const name = shortName(id);
  return {
    cli: `az role assignment create --name ${name} --assignee-object-id ${holder} --assignee-principal-type ${kind || 'ServicePrincipal'} --role ${word(role ?? '')} --scope ${word(scope ?? '')}`,
    terraform: block('azurerm_role_assignment', name, {
      name: string(name),
      scope: string(scope ?? ''),
      role_definition_id: string(role ?? ''),
      principal_id: string(holder ?? ''),
    }),
  };
}

/** A record that goes as a whole. */
export function deleted({ type, id, config }: SnapshotRecord): Remedy {
  const short = type.split('/').at(-1) ?? '';
  const holder = text(config, 'principalId');
  const request = {
    action: 'adminRemove',
    principalId: holder,
    roleDefinitionId: text(config, 'roleDefinitionId'),
    directoryScopeId: text(config, 'directoryScopeId'),
  };
  switch (short) {
    case 'roleAssignments':
      return {
        cli: `az role assignment delete --ids ${word(text(config, 'id') || id)}`,
        terraform: `# remove the resource azurerm_role_assignment ${string(shortName(id))}`,
      };
    case 'roleEligibilityScheduleInstances': {
      const own = config['properties'];
      const [principalId, roleDefinitionId, scope] = ['principalId', 'roleDefinitionId', 'scope'].map((key) => textAt(own, key) ?? '');
      const url = `https://management.azure.com${scope}/providers/Microsoft.Authorization/roleEligibilityScheduleRequests/${shortName(id)}?api-version=2020-10-01`;
      return {
        cli: rest('PUT', url, { properties: { principalId: principalId ?? '', roleDefinitionId: roleDefinitionId ?? '', requestType: 'AdminRemove' } }),
        terraform: `# remove the resource azurerm_pim_eligible_role_assignment of ${principalId} on ${string(scope ?? '')}`,
      };
    }
    case 'unifiedRoleAssignment':
      return {
        cli: rest('DELETE', `${graph}/roleManagement/directory/roleAssignments/${id}`),
        terraform: `# remove the resource azuread_directory_role_assignment of principal ${holder}`,
      };
    case 'unifiedRoleEligibilityScheduleInstance':
      return {
        cli: rest('POST', `${graph}/roleManagement/directory/roleEligibilityScheduleRequests`, request),
        terraform: `# remove the resource azuread_directory_role_eligibility_schedule_request of principal ${holder}`,
      };
    case 'oauth2PermissionGrant':
      return {
        cli: rest('DELETE', `${graph}/oauth2PermissionGrants/${id}`),
        terraform: `# remove the resource azuread_service_principal_delegated_permission_grant ${string(id)}`,
      };
    default:
      return type.startsWith('Microsoft.Graph/')
        ? { cli: rest('DELETE', `${graph}/directoryObjects/${id}`), terraform: '' }
        : { cli: `az resource delete --ids ${word(text(config, 'id') || id)}`, terraform: `# remove the resource ${string(shortName(id))}` };
  }
}
