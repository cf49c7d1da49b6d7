import type { JsonObject } from '../../../src/model/json.ts';
import type { SnapshotRecord } from '../../../src/model/record.ts';
import { account, bucket, user, userArn } from '../estate.ts';
import { allow, data, make, notCollected, type PlanCase, region } from './case.ts';

const tableArn = `arn:aws:dynamodb:${region}:${account}:table/t`;

const versioned = (config: JsonObject): SnapshotRecord => {
  const record = bucket('data', undefined, config);
  return { ...record, calls: [...record.calls, 's3:GetBucketVersioning'] };
};

/** Settings that keep what may be deleted. */
export const protection: readonly PlanCase[] = [
  {
    name: 'a table that may be deleted',
    records: [
      user('u', [allow('dynamodb:DeleteTable', tableArn)]),
      make('AWS::DynamoDB::Table', tableArn, { TableArn: tableArn, TableName: 't', TableStatus: 'ACTIVE', DeletionProtectionEnabled: false }, [
        'dynamodb:ListTables',
        'dynamodb:DescribeTable',
        'dynamodb:GetResourcePolicy',
      ]),
    ],
    from: userArn('u'),
    to: tableArn,
    technique: 'aws.destroy-table',
    changes: [
      {
        title: /^remove the statement that allows dynamodb:DeleteTable/,
        cli: /delete-user-policy/,
        terraform: /aws_iam_user_policy/,
        effort: 'low',
        takes: notCollected,
      },
      {
        title: /^protect from deletion: t$/,
        cli: /^aws dynamodb update-table --table-name t --deletion-protection-enabled --region eu-west-1$/,
        terraform: /deletion_protection_enabled = true/,
        effort: 'low',
        takes: /^nothing$/,
      },
    ],
  },
  ...(['DBInstance', 'DBCluster'] as const).map((kind): PlanCase => {
    const word = kind === 'DBInstance' ? 'instance' : 'cluster';
    const arn = `arn:aws:rds:${region}:${account}:${kind === 'DBInstance' ? 'db' : 'cluster'}:d`;
    return {
      name: `a database ${word} that may be deleted`,
      records: [
        user('u', [allow(`rds:Delete${kind}`, arn)]),
        make(
          `AWS::RDS::${kind}`,
          arn,
          { [`${kind}Identifier`]: 'd', [`${kind}Arn`]: arn, DBInstanceStatus: 'available', Status: 'available', DeletionProtection: false },
          [`rds:Describe${kind}s`],
        ),
      ],
      from: userArn('u'),
      to: arn,
      technique: kind === 'DBInstance' ? 'aws.destroy-database' : 'aws.destroy-cluster',
      changes: [
        { title: /^remove the statement/, cli: /delete-user-policy/, terraform: /aws_iam_user_policy/, effort: 'low', takes: notCollected },
        {
          title: /^protect from deletion: d$/,
          cli: new RegExp(`^aws rds modify-db-${word} --db-${word}-identifier d --deletion-protection --apply-immediately --region eu-west-1$`),
          terraform: /deletion_protection = true/,
          effort: 'low',
          takes: /^nothing$/,
        },
      ],
    };
  }),
  // Of a bucket that was never told to keep versions S3 answers with nothing: collected, that is an empty object.
  ...(
    [
      ['no more', { GetBucketVersioning: { Status: 'Suspended' } }],
      ['and never did', { GetBucketVersioning: {} }],
      ['and never did, where nothing was kept of the answer', {}],
    ] as const
  ).map(
    ([which, config]): PlanCase => ({
      name: `a bucket that keeps old versions ${which}`,
      records: [user('u', [allow('s3:DeleteObject', `${data}/*`)]), versioned(config)],
      from: userArn('u'),
      to: data,
      technique: 'aws.destroy-bucket',
      changes: [
        { title: /^remove the statement/, cli: /delete-user-policy/, terraform: /aws_iam_user_policy/, effort: 'low', takes: notCollected },
        {
          title: /^keep old versions in bucket data$/,
          cli: /^aws s3api put-bucket-versioning --bucket data --versioning-configuration Status=Enabled$/,
          terraform: /status = "Enabled"/,
          effort: 'low',
          takes: /^nothing$/,
        },
      ],
    }),
  ),
];
