import { account, bucket, role, roleArn, trusts, user, userArn } from '../estate.ts';
import { allow, attached, data, group, managed, managedArn, notCollected, type PlanCase } from './case.ts';

export const identity: readonly PlanCase[] = [
  {
    name: 'an inline statement that says several things',
    records: [
      user('u', [allow(['s3:GetObject', 's3:PutObject'], [`${data}/*`, 'arn:aws:s3:::logs/*']), allow('sqs:ListQueues', '*')]),
      bucket('data'),
      bucket('logs'),
    ],
    from: userArn('u'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^remove the statement that allows s3:GetObject and s3:PutObject from policy inline of u$/,
        cli: /^aws iam put-user-policy --user-name u --policy-name inline --policy-document '\{"Version":"2012-10-17","Statement":\[\{"Effect":"Allow","Action":"sqs:ListQueues","Resource":"\*"\}\]\}'$/,
        terraform: /^resource "aws_iam_user_policy" "inline" \{/,
        effort: 'low',
        takes: notCollected,
      },
      {
        title: /^remove s3:GetObject from the statement in policy inline of u$/,
        cli: /"Action":\["s3:PutObject"\]/,
        terraform: /"s3:PutObject"/,
        effort: 'low',
        takes: /\(s3\)$/,
      },
      {
        title: /^take data off the resources of the statement in policy inline of u$/,
        cli: /"Resource":\["arn:aws:s3:::logs\/\*"\]/,
        terraform: /arn:aws:s3:::logs/,
        effort: 'low',
        takes: notCollected,
      },
    ],
  },
  {
    name: 'a wide inline statement, all that the policy says',
    records: [user('u', [allow('s3:*', '*')]), bucket('data'), bucket('logs')],
    from: userArn('u'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^remove the statement that allows s3:\* from policy inline of u$/,
        cli: /^aws iam delete-user-policy --user-name u --policy-name inline$/,
        terraform: /^# remove the resource aws_iam_user_policy "inline" of user "u"$/,
        effort: 'low',
        takes: notCollected,
      },
      {
        title: /^deny s3:GetObject on data in policy inline of u$/,
        cli: /\{"Sid":"Denys3GetObject\d+","Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::data\/\*"\}\]\}'$/,
        terraform: /"Deny"/,
        effort: 'low',
        takes: notCollected,
      },
    ],
  },
  {
    name: 'a policy with one statement and no list, of a role',
    records: [
      role('r', trusts({ Service: 'ec2.amazonaws.com' }), [], {
        RolePolicyList: [{ PolicyName: 'inline', PolicyDocument: { Version: '2012-10-17', Statement: allow('s3:*', '*') } }],
      }),
      bucket('data'),
    ],
    from: roleArn('r'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^remove the statement that allows s3:\*/,
        cli: /^aws iam delete-role-policy --role-name r --policy-name inline$/,
        terraform: /aws_iam_role_policy/,
        effort: 'low',
        takes: notCollected,
      },
      {
        title: /^deny s3:GetObject on data/,
        cli: /"Statement":\[\{"Effect":"Allow".*\{"Sid":"Denys3GetObject\d+"/,
        terraform: /jsonencode/,
        effort: 'low',
        takes: notCollected,
      },
    ],
  },
  {
    name: 'a policy of a group',
    records: [user('u', [], { GroupList: ['staff'] }), group('staff', [allow('s3:GetObject', `${data}/*`)]), bucket('data')],
    from: userArn('u'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^remove the statement that allows s3:GetObject/,
        cli: /^aws iam delete-group-policy --group-name staff --policy-name inline$/,
        terraform: /aws_iam_group_policy/,
        effort: 'low',
        takes: notCollected,
      },
    ],
  },
  {
    name: 'a policy of a group, where people and groups have a path',
    records: [
      user('people/u', [], { UserName: 'u', GroupList: ['staff'] }),
      group('team/staff', [allow('s3:GetObject', `${data}/*`)], { GroupName: 'staff' }),
      bucket('data'),
    ],
    from: userArn('people/u'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^remove the statement that allows s3:GetObject/,
        cli: /^aws iam delete-group-policy --group-name staff --policy-name inline$/,
        terraform: /aws_iam_group_policy/,
        effort: 'low',
        takes: notCollected,
      },
    ],
  },
  {
    name: 'a managed policy of a group, where each has a path',
    records: [
      user('people/u', [], { UserName: 'u', GroupList: ['staff'] }),
      group('team/staff', [], { GroupName: 'staff', ...attached(managedArn('own/reader')) }),
      managed('own/reader', [allow('s3:GetObject', '*')]),
      bucket('data'),
    ],
    from: userArn('people/u'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^detach reader from staff$/,
        cli: new RegExp(`^aws iam detach-group-policy --group-name staff --policy-arn ${managedArn('own/reader')}$`),
        terraform: /aws_iam_group_policy_attachment/,
        effort: 'low',
        takes: notCollected,
      },
      {
        title: /^deny s3:GetObject on data in the policy of reader$/,
        cli: new RegExp(`^aws iam create-policy-version --policy-arn ${managedArn('own/reader')} .*--set-as-default`),
        terraform: /^resource "aws_iam_policy" "reader" \{/,
        effort: 'low',
        takes: notCollected,
      },
    ],
  },
  {
    name: 'a managed policy that says one thing, held by two',
    records: [
      user('u', [], attached(managedArn('reader'))),
      role('r', trusts({ Service: 'ec2.amazonaws.com' }), [], attached(managedArn('reader'))),
      managed('reader', [allow('s3:GetObject', '*')]),
      bucket('data'),
    ],
    from: userArn('u'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^detach reader from u$/,
        cli: new RegExp(`^aws iam detach-user-policy --user-name u --policy-arn ${managedArn('reader')}$`),
        terraform: /aws_iam_user_policy_attachment/,
        effort: 'low',
        takes: /\(s3\)$/,
      },
      {
        title: /^detach reader from r, u$/,
        cli: /^aws iam detach-role-policy --role-name r .*\naws iam detach-user-policy --user-name u .*$|^aws iam detach-user-policy .*\naws iam detach-role-policy/,
        terraform: /aws_iam_role_policy_attachment/,
        effort: 'low',
        takes: notCollected,
      },
      {
        title: /^deny s3:GetObject on data in the policy of reader$/,
        cli: /^aws iam create-policy-version .* --set-as-default/,
        terraform: /aws_iam_policy/,
        effort: 'low',
        takes: notCollected,
      },
    ],
  },
  {
    name: 'a managed policy that has five versions',
    records: [
      user('u', [], attached(managedArn('two'))),
      managed('two', [allow('s3:GetObject', `${data}/*`), allow('sqs:ListQueues', '*')], 5),
      bucket('data'),
    ],
    from: userArn('u'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^remove the statement that allows s3:GetObject from the policy of two$/,
        cli: /^aws iam delete-policy-version --policy-arn \S+ --version-id v8\naws iam create-policy-version --policy-arn \S+ --set-as-default --policy-document '\{"Version":"2012-10-17","Statement":\[\{"Effect":"Allow","Action":"sqs:ListQueues"/,
        terraform: /^resource "aws_iam_policy" "two" \{/,
        effort: 'low',
        takes: notCollected,
      },
    ],
  },
  {
    name: 'a boundary',
    records: [
      user('u', [allow('s3:GetObject', `${data}/*`)], {
        PermissionsBoundary: { PermissionsBoundaryArn: managedArn('edge'), PermissionsBoundaryType: 'Policy' },
      }),
      managed('edge', [allow('s3:*', '*')]),
      bucket('data'),
    ],
    from: userArn('u'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^remove the statement that allows s3:GetObject from policy inline of u$/,
        cli: /delete-user-policy/,
        terraform: /aws_iam_user_policy/,
        effort: 'low',
        takes: notCollected,
      },
      {
        title: /^deny s3:GetObject on data in the policy of edge$/,
        cli: /create-policy-version/,
        terraform: /aws_iam_policy/,
        effort: 'low',
        takes: notCollected,
      },
    ],
  },
  {
    name: "one of AWS's own policies",
    records: [user('u', [], attached('arn:aws:iam::aws:policy/AdministratorAccess'))],
    from: userArn('u'),
    to: `arn:aws:iam::${account}:root`,
    technique: 'aws.administrator',
    changes: [
      {
        title: /^detach AdministratorAccess from u$/,
        cli: /^aws iam detach-user-policy --user-name u --policy-arn arn:aws:iam::aws:policy\/AdministratorAccess$/,
        terraform: /AdministratorAccess" on "u"$/,
        effort: 'low',
        takes: /\(everything\)$/,
      },
    ],
  },
  {
    name: 'a policy that its holder may write',
    records: [
      role(
        'etl',
        trusts({ Service: 'ec2.amazonaws.com' }),
        [allow('iam:CreatePolicyVersion', managedArn('own')), allow('iam:SetDefaultPolicyVersion', managedArn('own'))],
        attached(managedArn('own')),
      ),
      managed('own', [allow('sqs:ListQueues', '*')]),
    ],
    from: roleArn('etl'),
    to: `arn:aws:iam::${account}:root`,
    technique: 'aws.create-policy-version',
    changes: [
      {
        title: /^remove the statement that allows iam:CreatePolicyVersion/,
        cli: /^aws iam put-role-policy/,
        terraform: /aws_iam_role_policy/,
        effort: 'low',
        takes: notCollected,
      },
      { title: /^detach own from etl$/, cli: /^aws iam detach-role-policy --role-name etl/, terraform: /attachment/, effort: 'low', takes: /\(sqs\)$/ },
    ],
  },
  {
    name: 'a role of Identity Center, whose own policy nobody may change',
    records: [
      role('aws-reserved/sso.amazonaws.com/AWSReservedSSO_x_1', trusts({ Federated: 'arn:aws:iam::111122223333:saml-provider/AWSSSO_1' }), [
        allow('s3:GetObject', `${data}/*`),
      ]),
      bucket('data'),
    ],
    from: roleArn('aws-reserved/sso.amazonaws.com/AWSReservedSSO_x_1'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [],
  },
];
