import type { Api } from './api.ts';
import { deny, policy } from './policies.ts';

/** The accounts of the estate by what they are for. */
export interface EstateAccounts {
  readonly management: Api;
  readonly production: Api;
  readonly data: Api;
  readonly build: Api;
}

/** The organization: four accounts in two units, with the policies that bind them. */
export async function organization(root: Api): Promise<EstateAccounts> {
  await root.call('organizations', 'CreateOrganization', { FeatureSet: 'ALL' });
  const [top] = (await root.call('organizations', 'ListRoots', {}))['Roots'] as unknown as { Id: string }[];
  const rootId = top?.Id ?? '';
  await root.call('organizations', 'EnablePolicyType', { RootId: rootId, PolicyType: 'SERVICE_CONTROL_POLICY' }).catch(() => undefined);
  const unit = async (Name: string): Promise<string> =>
    String(((await root.call('organizations', 'CreateOrganizationalUnit', { ParentId: rootId, Name }))['OrganizationalUnit'] as unknown as { Id: string }).Id);
  const [workloads, platform] = [await unit('workloads'), await unit('platform')];
  const account = async (name: string, parent: string): Promise<string> => {
    const answer = (await root.call('organizations', 'CreateAccount', { AccountName: name, Email: `aws-${name}@larkpay.example` }))[
      'CreateAccountStatus'
    ] as unknown as { AccountId: string };
    await root.call('organizations', 'MoveAccount', { AccountId: answer.AccountId, SourceParentId: rootId, DestinationParentId: parent });
    return answer.AccountId;
  };
  const [production, data, build] = [
    await account('larkpay-production', workloads),
    await account('larkpay-data', workloads),
    await account('larkpay-build', platform),
  ];
  const scp = async (name: string, target: string, ...statements: object[]): Promise<void> => {
    const made = (
      await root.call('organizations', 'CreatePolicy', { Name: name, Description: name, Type: 'SERVICE_CONTROL_POLICY', Content: policy(...statements) })
    )['Policy'] as unknown as { PolicySummary: { Id: string } };
    await root.call('organizations', 'AttachPolicy', { PolicyId: made.PolicySummary.Id, TargetId: target });
  };
  await scp('stay-in-the-organization', rootId, deny('organizations:LeaveOrganization'));
  await scp('keep-the-trail', workloads, deny(['cloudtrail:StopLogging', 'cloudtrail:DeleteTrail']));
  await scp('no-user-keys-in-data', data, deny(['iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:CreateUser']));
  return { management: root, production: await root.as(production), data: await root.as(data), build: await root.as(build) };
}
