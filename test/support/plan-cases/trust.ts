import { role, roleArn, trusts, user, userArn } from '../estate.ts';
import { anyone, document, github, make, notCollected, organization, outsideRoot, outsiders, type PlanCase, provider, vendor } from './case.ts';

export const trust: readonly PlanCase[] = [
  {
    name: 'a trust policy that names two people',
    records: [user('u'), user('v'), role('r', trusts({ AWS: [userArn('u'), userArn('v')] }))],
    from: userArn('u'),
    to: roleArn('r'),
    technique: 'aws.assume-role',
    changes: [
      {
        title: /^remove the statement from the trust policy of r$/,
        cli: /^aws iam update-assume-role-policy --role-name r --policy-document '\{"Version":"2012-10-17","Statement":\[\{"Effect":"Deny","Principal":\{"AWS":"\*"\},"Action":"sts:AssumeRole"\}\]\}'$/,
        terraform: /assume_role_policy = jsonencode/,
        effort: 'low',
        takes: notCollected,
      },
      {
        title: /^take u out of the trust policy of r$/,
        cli: /"Principal":\{"AWS":\["arn:aws:iam::111122223333:user\/v"\]\}/,
        terraform: /user\/v/,
        effort: 'low',
        takes: notCollected,
      },
      {
        title: /^ask for a second factor in the trust policy of r$/,
        cli: /"Condition":\{"Bool":\{"aws:MultiFactorAuthPresent":"true"\}\}/,
        terraform: /aws:MultiFactorAuthPresent/,
        effort: 'medium',
        takes: /^not known: sessions are in no snapshot: CloudTrail tells \(sessions without a second factor\)$/,
      },
    ],
  },
  {
    name: 'a trust policy that admits everybody, in an organization',
    records: [role('r', trusts({ AWS: '*' })), organization],
    from: anyone,
    to: roleArn('r'),
    technique: 'aws.assume-role',
    changes: [
      { title: /^remove the statement from the trust policy of r$/, cli: /"Effect":"Deny"/, terraform: /aws_iam_role/, effort: 'low', takes: outsiders },
      {
        title: /^admit principals of o-ours only in the trust policy of r$/,
        cli: /"StringEquals":\{"aws:PrincipalOrgID":"o-ours"\}/,
        terraform: /o-ours/,
        effort: 'low',
        takes: outsiders,
      },
      {
        title: /^ask for an external id in the trust policy of r$/,
        cli: /"sts:ExternalId":"postern-\d+-\d+"/,
        terraform: /sts:ExternalId/,
        effort: 'medium',
        takes: outsiders,
      },
    ],
  },
  {
    name: 'another customer of a vendor',
    records: [role('r', trusts({ AWS: 'arn:aws:iam::922761411349:root' }))],
    from: anyone,
    to: roleArn('r'),
    technique: 'aws.confused-deputy',
    changes: [
      { title: /^remove the statement from the trust policy of r$/, cli: /"Effect":"Deny"/, terraform: /aws_iam_role/, effort: 'low', takes: outsiders },
      {
        title: /^ask for an external id in the trust policy of r$/,
        cli: /"sts:ExternalId":"postern-\d+-\d+"/,
        terraform: /sts:ExternalId/,
        effort: 'medium',
        takes: outsiders,
      },
    ],
  },
  {
    name: 'the vendor itself, who knows the external id',
    records: [role('r', trusts({ AWS: ['arn:aws:iam::922761411349:root', outsideRoot] }))],
    from: vendor,
    to: roleArn('r'),
    technique: 'aws.assume-role',
    changes: [
      { title: /^remove the statement from the trust policy of r$/, cli: /"Effect":"Deny"/, terraform: /aws_iam_role/, effort: 'low', takes: outsiders },
      {
        title: /^take root out of the trust policy of r$/,
        cli: /"AWS":\["arn:aws:iam::999988887777:root"\]/,
        terraform: /999988887777/,
        effort: 'low',
        takes: outsiders,
      },
    ],
  },
  {
    name: 'one of two repositories',
    records: [
      make('AWS::IAM::OIDCProvider', provider, { Url: github, Arn: provider, ClientIDList: ['sts.amazonaws.com'] }, [], 'global'),
      role(
        'r',
        document({
          Effect: 'Allow',
          Principal: { Federated: provider },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: { [`${github}:aud`]: 'sts.amazonaws.com', [`${github}:sub`]: ['repo:a/one:ref:refs/heads/main', 'repo:a/two:ref:refs/heads/main'] },
          },
        }),
      ),
    ],
    from: `oidc:${github}:repo:a/one:ref:refs/heads/main`,
    to: roleArn('r'),
    technique: 'aws.oidc-trust',
    changes: [
      { title: /^remove the statement from the trust policy of r$/, cli: /"Effect":"Deny"/, terraform: /aws_iam_role/, effort: 'low', takes: outsiders },
      {
        title: /^no longer admit repo:a\/one:ref:refs\/heads\/main in the trust policy of r$/,
        cli: /:sub":\["repo:a\/two:ref:refs\/heads\/main"\]/,
        terraform: /repo:a\/two/,
        effort: 'low',
        takes: outsiders,
      },
    ],
  },
];
