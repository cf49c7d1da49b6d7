import { account, bucket, role, roleArn, trusts } from '../estate.ts';
import {
  anyone,
  data,
  document,
  functionArn,
  key,
  keyArn,
  lambda,
  notCollected,
  organization,
  outside,
  outsideRoot,
  outsiders,
  ownAccount,
  type PlanCase,
} from './case.ts';

export const resources: readonly PlanCase[] = [
  {
    name: 'a bucket that everybody reads',
    records: [bucket('data', document({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${data}/*` })), organization],
    from: 'internet',
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^remove the statement from the policy of data$/,
        cli: /^aws s3api delete-bucket-policy --bucket data$/,
        terraform: /^# remove the resource aws_s3_bucket_policy/,
        effort: 'low',
        takes: outsiders,
      },
      { title: /^admit principals of o-ours only in the policy of data$/, cli: /aws:PrincipalOrgID/, terraform: /o-ours/, effort: 'low', takes: outsiders },
      {
        title: /^block public access of bucket data$/,
        cli: /^aws s3api put-public-access-block --bucket data --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true$/,
        terraform: /aws_s3_bucket_public_access_block/,
        effort: 'low',
        takes: outsiders,
      },
    ],
  },
  {
    name: 'a bucket that names a session of a role with a path, and somebody else',
    records: [
      role('svc/app', trusts({ Service: 'ec2.amazonaws.com' }), [], { RoleName: 'app' }),
      bucket(
        'data',
        document({
          Effect: 'Allow',
          Principal: { AWS: [`arn:aws:sts::${account}:assumed-role/app/s1`, roleArn('elsewhere', '999988887777')] },
          Action: 's3:GetObject',
          Resource: `${data}/*`,
        }),
      ),
    ],
    from: roleArn('svc/app'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^remove the statement from the policy of data$/,
        cli: /^aws s3api delete-bucket-policy --bucket data$/,
        terraform: /^# remove the resource aws_s3_bucket_policy/,
        effort: 'low',
        takes: /last-accessed data was not collected \(--last-accessed\) \(s3\); AWS keeps no last use by those outside/,
      },
      {
        title: /^take s1 out of the policy of data$/,
        cli: /"Principal":\{"AWS":\["arn:aws:iam::999988887777:role\/elsewhere"\]\}/,
        terraform: /aws_s3_bucket_policy/,
        effort: 'low',
        takes: notCollected,
      },
    ],
  },
  {
    name: 'a key whose policy lets its own account in, and another',
    records: [key(document(ownAccount, { Sid: 'Other', Effect: 'Allow', Principal: { AWS: outsideRoot }, Action: 'kms:Decrypt', Resource: '*' }))],
    from: outside,
    to: keyArn,
    technique: 'aws.use-key',
    changes: [
      {
        title: /^remove the statement Other from the policy of 0e0e0e0e/,
        cli: /^aws kms put-key-policy --policy-name default --key-id arn:aws:kms:\S+ --policy '\{"Version":"2012-10-17","Statement":\[\{"Sid":"Enable"/,
        terraform: /aws_kms_key_policy/,
        effort: 'low',
        takes: outsiders,
      },
    ],
  },
  {
    name: 'a function that another account may call',
    records: [
      lambda({
        GetPolicy: {
          Policy: document(
            { Sid: 'partner', Effect: 'Allow', Principal: { AWS: outsideRoot }, Action: 'lambda:InvokeFunction', Resource: functionArn },
            { Sid: 'wide', Effect: 'Allow', Principal: '*', Action: 'lambda:UpdateFunctionCode', Resource: functionArn },
          ),
        },
      }),
      role('r', trusts({ Service: 'lambda.amazonaws.com' })),
      organization,
    ],
    from: anyone,
    to: functionArn,
    technique: 'aws.lambda-update-code',
    changes: [
      {
        title: /^remove the statement wide from the policy of f$/,
        cli: new RegExp(`^aws lambda remove-permission --function-name ${functionArn} --statement-id wide --region eu-west-1$`),
        terraform: /^# remove the resource aws_lambda_permission "wide" of function "f"$/,
        effort: 'low',
        takes: outsiders,
      },
      {
        title: /^admit principals of o-ours only in the policy of f$/,
        cli: /^aws lambda remove-permission .*--statement-id wide.*\naws lambda add-permission --function-name \S+ --statement-id wide --action lambda:UpdateFunctionCode --principal '\*' --principal-org-id o-ours --region eu-west-1$/,
        terraform: /principal_org_id = "o-ours"/,
        effort: 'low',
        takes: outsiders,
      },
    ],
  },
];
