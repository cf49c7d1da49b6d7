import { type Ask, type AssembledItem, defineCollector } from '../../src/model/collector.ts';
import { isArray, isObject, type Json, type JsonObject, textAt } from '../../src/model/json.ts';

const type = 'AWS::Organizations::Organization';
const calls = [
  'organizations:DescribeOrganization',
  'organizations:ListRoots',
  'organizations:ListOrganizationalUnitsForParent',
  'organizations:ListAccountsForParent',
  'organizations:ListPolicies',
  'organizations:DescribePolicy',
  'organizations:ListTargetsForPolicy',
  'organizations:ListDelegatedAdministrators',
  'organizations:ListDelegatedServicesForAccount',
] as const;

const list = (answer: JsonObject | undefined, key: string): readonly Json[] => {
  const value = answer?.[key];
  return isArray(value) ? value : [];
};

/** The organization as one record: its tree of units and accounts, and which policies apply where. Only together do the answers say what a policy applies to. */
async function assemble(ask: Ask): Promise<readonly AssembledItem[]> {
  const described = await ask('organizations:DescribeOrganization', {}, { absent: ['AWSOrganizationsNotInUseException'] });
  const organization = described?.['Organization'];
  if (!isObject(organization)) return [];
  const roots = list(await ask('organizations:ListRoots', {}), 'Roots');
  const units: JsonObject[] = [];
  const accounts: JsonObject[] = [];
  const visit = async (parent: string): Promise<void> => {
    for (const account of list(await ask('organizations:ListAccountsForParent', { ParentId: parent }), 'Accounts'))
      if (isObject(account)) accounts.push({ ...account, ParentId: parent });
    for (const unit of list(await ask('organizations:ListOrganizationalUnitsForParent', { ParentId: parent }), 'OrganizationalUnits')) {
      const id = textAt(unit, 'Id');
      if (!isObject(unit) || id === undefined) continue;
      units.push({ ...unit, ParentId: parent });
      await visit(id);
    }
  };
  for (const root of roots) await visit(textAt(root, 'Id') ?? '');
  const policies: JsonObject[] = [];
  const targets: Record<string, Record<string, string[]>> = {};
  for (const kind of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY']) {
    for (const summary of list(await ask('organizations:ListPolicies', { Filter: kind }, { absent: ['PolicyTypeNotEnabledException'] }), 'Policies')) {
      const id = textAt(summary, 'Id');
      if (id === undefined || !isObject(summary)) continue;
      const policy = (await ask('organizations:DescribePolicy', { PolicyId: id }))?.['Policy'];
      policies.push(isObject(policy) ? policy : { PolicySummary: summary });
      for (const target of list(await ask('organizations:ListTargetsForPolicy', { PolicyId: id }), 'Targets')) {
        const at = textAt(target, 'TargetId');
        if (at === undefined) continue;
        targets[at] ??= {};
        const byKind = targets[at];
        byKind[kind] = [...(byKind[kind] ?? []), id].sort();
      }
    }
  }
  const delegated = await ask('organizations:ListDelegatedAdministrators', {}, { absent: ['AccessDeniedException', 'AWSOrganizationsNotInUseException'] });
  const services: Record<string, string[]> = {};
  for (const account of list(delegated, 'DelegatedAdministrators')) {
    const id = textAt(account, 'Id');
    if (id === undefined) continue;
    const answer = await ask('organizations:ListDelegatedServicesForAccount', { AccountId: id });
    if (answer !== undefined)
      services[id] = list(answer, 'DelegatedServices')
        .map((each) => textAt(each, 'ServicePrincipal') ?? '')
        .sort();
  }
  const config: JsonObject = {
    Organization: organization,
    Root: roots[0] ?? null,
    OrganizationalUnits: units,
    Accounts: accounts,
    Policies: policies,
    PoliciesForTarget: targets,
    DelegatedAdministrators: list(delegated, 'DelegatedAdministrators'),
    DelegatedServices: services,
  };
  return [{ type, config, calls: [...calls] }];
}

export const organizations = defineCollector({
  id: 'aws.organizations',
  provider: 'aws',
  service: 'organizations',
  title: 'Organizations',
  scope: 'global',
  managementOnly: true,
  sdk: { load: () => import('@aws-sdk/client-organizations'), client: 'OrganizationsClient' },
  assemble,
  assembles: calls,
  resources: {
    [type]: {
      kind: 'Organization',
      label: 'organization',
      list: [{ call: 'organizations:DescribeOrganization', items: '', without: 'service and resource control policies may deny what is shown as allowed' }],
      id: 'arn:$partition:organizations::{Organization.MasterAccountId}:organization/{Organization.Id}',
      owner: 'Organization.MasterAccountId',
      aliases: ['Organization.Id'],
      name: ['Organization.Id'],
      recognise: ['Organization', 'Root', 'Accounts'],
      documents: ['Policies[].Content'],
    },
  },
});
