import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import {
  assignment,
  directoryAssignment,
  directoryRole,
  entity,
  graph,
  oid,
  owner,
  permitted,
  person,
  principal,
  subscription,
  subscriptionId,
  team,
} from '../support/azure-estate.ts';
import { techniquesOf, verdictsOf } from '../support/azure-paths.ts';
import { account, bucket, role, roleArn, trusts } from '../support/estate.ts';

const readsCards = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::cards/*' }];

describe('single sign-on from Entra ID to AWS', () => {
  test('single sign-on: whoever controls the tenant, or is assigned, has the role of AWS', async () => {
    const appRole = { id: oid('sso-role'), value: `${roleArn('reader')},arn:aws:iam::${account}:saml-provider/entra` };
    const saml = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Federated: `arn:aws:iam::${account}:saml-provider/entra` }, Action: 'sts:AssumeRoleWithSAML' }],
    };
    const records = [
      person('ada'),
      person('eve'),
      principal('aws', { appRoles: [appRole], appRoleAssignedTo: [{ principalId: oid('ada'), appRoleId: oid('sso-role') }] }),
      directoryRole('Application Administrator', ['microsoft.directory/servicePrincipals/credentials/update'], '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'),
      directoryAssignment('eve', '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'),
      role('reader', saml, readsCards),
      bucket('cards'),
    ];
    expect(await techniquesOf(records, oid('ada'), 'cards')).toEqual(['entra.sso-to-aws', 'aws.read-bucket']);
    expect(await techniquesOf(records, oid('eve'), 'cards')).toEqual(['entra.add-sp-credential', 'entra.saml-to-aws', 'aws.read-bucket']);
  });

  test('an access package that gives the role of AWS is asked for, and given by whoever owns its catalog', async () => {
    const appRole = { id: oid('sso-role'), value: `${roleArn('reader')},arn:aws:iam::${account}:saml-provider/entra` };
    const saml = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Federated: `arn:aws:iam::${account}:saml-provider/entra` }, Action: 'sts:AssumeRoleWithSAML' }],
    };
    const given = (id: string) => ({
      id: 'package',
      displayName: 'aws',
      resourceRoleScopes: [{ role: { originId: id, originSystem: 'AadApplication' }, scope: { originId: oid('aws'), originSystem: 'AadApplication' } }],
    });
    const policy = (id: string, who: string) =>
      entity('accessPackageAssignmentPolicy', 'p', {
        catalog: { id: 'catalog' },
        accessPackage: given(id),
        requestorSettings: { enableTargetsToSelfAddAccess: true },
        requestApprovalSettings: { isApprovalRequiredForAdd: false },
        allowedTargetScope: 'specificDirectoryUsers',
        specificAllowedTargets: [{ userId: oid(who) }],
      });
    const common = [person('ada'), person('eve'), principal('aws', { appRoles: [appRole] }), role('reader', saml, readsCards), bucket('cards')];
    const [asked, other] = [
      [...common, policy(oid('sso-role'), 'ada')],
      [...common, policy(oid('another'), 'ada')],
    ];
    expect(await verdictsOf(asked, oid('ada'), 'cards')).toEqual(['entra.sso-to-aws', 'aws.read-bucket']);
    expect(await verdictsOf(asked, oid('eve'), 'cards')).toEqual(['no path']);
    expect(await verdictsOf(other, oid('ada'), 'cards')).toEqual(['no path']);
    const owned = [
      ...common,
      entity('accessPackageCatalog', 'catalog', { resources: [{ originId: oid('aws'), originSystem: 'AadApplication' }] }),
      entity('entitlementRoleAssignment', 'r', {
        principalId: oid('eve'),
        roleDefinitionId: 'ae79f266-94d4-4dab-b730-feca7e132178',
        appScopeId: '/AccessPackageCatalog/catalog',
      }),
    ];
    expect(await verdictsOf(owned, oid('eve'), 'cards')).toEqual(['entra.sso-to-aws', 'aws.read-bucket']);
  });

  describe('IAM Identity Center, fed by Entra ID', () => {
    const instance = 'arn:aws:sso:::instance/ssoins-1';
    const set = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1';
    const reserved = `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Data_0123456789abcdef`;
    const aws = (type: string, id: string, config: JsonObject): SnapshotRecord => ({ type, id, account, region: 'eu-west-1', config, calls: [] });
    const storeUser = (name: string, more: JsonObject = {}) =>
      aws('AWS::IdentityStore::User', `arn:aws:identitystore:::user/u-${name}`, {
        UserId: `u-${name}`,
        UserName: `${name}@fabrikam.example`,
        IdentityStoreId: 'd-1234567890',
        ...more,
      });
    const storeGroup = (name: string, members: readonly string[], more: JsonObject = {}) =>
      aws('AWS::IdentityStore::Group', `arn:aws:identitystore:::group/g-${name}`, {
        GroupId: `g-${name}`,
        DisplayName: name,
        IdentityStoreId: 'd-1234567890',
        ListGroupMemberships: members.map((member) => ({ MemberId: { UserId: `u-${member}` } })),
        ...more,
      });
    const assigned = (kind: 'USER' | 'GROUP', id: string) =>
      aws('AWS::SSO::Assignment', `${set}/${account}/${kind}/${id}`, { PermissionSetArn: set, AccountId: account, PrincipalType: kind, PrincipalId: id });
    const common = [
      aws('AWS::SSO::PermissionSet', set, { Arn: set, Name: 'Data', InstanceArn: instance }),
      { ...role('x', trusts({ Service: 'sso.amazonaws.com' }), readsCards), id: reserved },
      bucket('cards'),
    ];
    const enterprise = principal('IAM Identity Center', { servicePrincipalNames: ['https://eu-west-1.signin.aws.amazon.com/platform/saml/d-1234567890'] });

    test('a phished user of Entra signs on by the external id of the user that was provisioned', async () => {
      const records = [
        ...common,
        person('ada'),
        storeUser('x', { ExternalIds: [{ Issuer: 'https://scim.aws.com/x', Id: oid('ada') }] }),
        assigned('USER', 'u-x'),
      ];
      expect(await techniquesOf(records, `phished:${oid('ada')}`, 'cards')).toEqual([
        'entra.phished-user',
        'entra.identity-center',
        'aws.identity-center',
        'aws.read-bucket',
      ]);
    });

    test('by the name where an application of the tenant feeds the store, and else not', async () => {
      const records = [...common, person('ada'), person('eve'), storeUser('ada'), storeGroup('finance', ['ada']), assigned('GROUP', 'g-finance')];
      const chain = ['entra.identity-center', 'aws.identity-center-group', 'aws.identity-center', 'aws.read-bucket'];
      expect(await techniquesOf([...records, enterprise], oid('ada'), 'cards')).toEqual(chain);
      expect(await techniquesOf([...records, enterprise], oid('eve'), 'cards')).toEqual(['no path']);
      // A store of its own people: the names are equal by chance or habit, and the password is another.
      expect(await techniquesOf(records, oid('ada'), 'cards')).toEqual(['no path']);
      expect(await techniquesOf(records, 'phished:arn:aws:identitystore:::user/u-ada', 'cards')).toEqual(['aws.phished-identity-center', ...chain.slice(1)]);
    });

    test('whoever changes the members of a group that is provisioned, or the credentials of the application, signs on too', async () => {
      const records = [
        ...common,
        enterprise,
        person('ada'),
        person('owner'),
        person('helper'),
        team('finance', ['ada'], { owners: [{ id: oid('owner') }] }),
        storeUser('ada'),
        storeGroup('finance', ['ada'], { ExternalIds: [{ Id: oid('finance') }] }),
        assigned('GROUP', 'g-finance'),
        directoryRole('Application Administrator', ['microsoft.directory/servicePrincipals/credentials/update'], '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'),
        directoryAssignment('helper', '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'),
      ];
      expect(await techniquesOf(records, oid('owner'), 'cards')).toEqual([
        'entra.add-group-member',
        'entra.identity-center',
        'aws.identity-center',
        'aws.read-bucket',
      ]);
      expect(await techniquesOf(records, oid('helper'), 'cards')).toEqual([
        'entra.add-sp-credential',
        'entra.saml-to-identity-center',
        'aws.identity-center-group',
        'aws.identity-center',
        'aws.read-bucket',
      ]);
    });

    describe('a program that makes members of a group', () => {
      const records = (...permissions: readonly string[]) => [
        ...common,
        enterprise,
        person('ada'),
        team('finance', ['ada']),
        storeUser('ada'),
        storeGroup('finance', ['ada'], { ExternalIds: [{ Id: oid('finance') }] }),
        assigned('GROUP', 'g-finance'),
        graph(permissions),
        principal('bot', { appRoleAssignments: permitted(...permissions) }),
      ];
      const rest = ['entra.identity-center', 'aws.identity-center', 'aws.read-bucket'];
      test.each([
        ['is provisioned nowhere itself, and of users that it may control nothing is known', ['GroupMember.ReadWrite.All'], 'entra.add-group-member (unknown)'],
        ['adds a user that it makes', ['GroupMember.ReadWrite.All', 'User.ReadWrite.All'], 'entra.add-group-member'],
      ])('%s', async (_name, permissions, first) => {
        expect(await verdictsOf(records(...permissions), oid('bot'), 'cards')).toEqual([first, ...rest]);
      });
      test('sets the password of a member, who is one already', async () => {
        const found = await verdictsOf(records('GroupMember.ReadWrite.All', 'User-PasswordProfile.ReadWrite.All'), oid('bot'), 'cards');
        expect(found.every((each) => !each.includes('unknown'))).toBe(true);
      });
      test('of many groups, as people who do the same, and as members of a group who do', async () => {
        const many = [
          ...records('GroupMember.ReadWrite.All'),
          ...['a', 'b', 'c', 'd'].map((name) => team(name, [])),
          person('admin'),
          person('member'),
          team('admins', ['member']),
          directoryRole('Groups Administrator', ['microsoft.directory/groups/members/update'], oid('groups-admin')),
          directoryAssignment('admin', oid('groups-admin')),
          directoryAssignment('admins', oid('groups-admin')),
        ];
        expect(await verdictsOf(many, oid('bot'), 'cards')).toEqual(['entra.add-group-member (unknown)', ...rest]);
        expect(await verdictsOf(many, oid('admin'), 'cards')).toEqual(['entra.add-group-member', ...rest]);
        expect(await verdictsOf(many, oid('member'), 'cards')).toEqual(['entra.add-group-member', ...rest]);
      });
      test('has what the group has elsewhere', async () => {
        const owned = [...records('GroupMember.ReadWrite.All'), assignment('finance', owner, subscriptionId)];
        expect((await verdictsOf(owned, oid('bot'), `admin:${subscription}`))[0]).toBe('entra.add-group-member');
      });
    });

    test('a role of a permission set is entered by its assignments alone, where they were read', async () => {
      const provider = { Federated: `arn:aws:iam::${account}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE` };
      const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: provider, Action: 'sts:AssumeRoleWithSAML' }] };
      const asked = [{ ...role('x', trust, readsCards), id: reserved }, bucket('cards')];
      const center = aws('AWS::SSO::Instance', instance, { InstanceArn: instance, IdentityStoreId: 'd-1234567890' });
      const entry = `saml:${provider.Federated}`;
      expect(await techniquesOf(asked, entry, 'cards')).toEqual(['aws.saml-trust', 'aws.read-bucket']);
      await expect(techniquesOf([...asked, center], entry, 'cards')).rejects.toThrow('is not in the graph');
    });

    test('an assignment in another account leads to no role here', async () => {
      const elsewhere = { ...assigned('USER', 'u-ada'), config: { ...assigned('USER', 'u-ada').config, AccountId: '999999999999' } };
      expect(await techniquesOf([...common, enterprise, person('ada'), storeUser('ada'), elsewhere], oid('ada'), 'cards')).toEqual(['no path']);
    });
  });
});
