import { isArray, isObject, type Json, type JsonObject, textAt } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { at, objectAt, shortName, texts } from './candidate.ts';
import { block, label, quoted, type Remedy, string, word } from './remedy-text.ts';

const encoded = (document: Json): string => `jsonencode(${JSON.stringify(document, null, 2).replaceAll('\n', '\n  ').replaceAll('${', '$${')})`;

/** A policy document with everything of the record that a command may need. */
interface Named {
  readonly id: string;
  readonly name: string;
  readonly document: JsonObject;
  readonly empty: boolean;
  readonly before: SnapshotRecord;
}

type Made = Pick<Remedy, 'cli' | 'terraform'>;
type Make = (named: Named) => Made;

/** A change of a policy document; `undefined` if the pointer is none of a policy. */
export function policyRemedy(pointer: string, before: SnapshotRecord, after: SnapshotRecord): Remedy | undefined {
  const inline = /^\/config\/(RolePolicyList|UserPolicyList|GroupPolicyList)\/(\d+)\/PolicyDocument/.exec(pointer);
  if (inline !== null) {
    const name = textAt(at(before, `/config/${inline[1]}/${inline[2]}`), 'PolicyName') ?? '';
    const list = at(after, `/config/${inline[1]}`);
    const place = isArray(list) ? list.findIndex((each) => textAt(each, 'PolicyName') === name) : -1;
    const kind = (inline[1] ?? '').replace('PolicyList', '').toLowerCase();
    return withDocument(before, after, `/config/${inline[1]}/${place}/PolicyDocument`, (policy) => inlinePolicy(policy, kind, name));
  }
  const managed = /^(\/config\/PolicyVersionList\/\d+\/Document)/.exec(pointer);
  if (managed !== null) return withDocument(before, after, managed[1] ?? '', managedPolicy);
  const [start, make] = resourcePolicies[before.type] ?? [];
  return start === undefined || make === undefined || !pointer.startsWith(start) ? undefined : withDocument(before, after, start, make);
}

function withDocument(before: SnapshotRecord, after: SnapshotRecord, pointer: string, make: Make): Remedy {
  const document = objectAt(after, pointer) ?? {};
  const statements = document['Statement'];
  const empty = isArray(statements) && statements.length === 0;
  const made = make({ id: after.id, name: shortName(after.id), document, empty, before });
  return { ...made, ...(empty ? {} : { policy: { resource: after.id, pointer, document } }) };
}

function inlinePolicy({ name, document, empty }: Named, kind: string, policy: string): Made {
  const [owner, target] = [`--${kind}-name ${word(name)}`, `--policy-name ${word(policy)}`];
  if (empty)
    return {
      cli: `aws iam delete-${kind}-policy ${owner} ${target}`,
      terraform: `# remove the resource aws_iam_${kind}_policy ${string(policy)} of ${kind} ${string(name)}`,
    };
  return {
    cli: `aws iam put-${kind}-policy ${owner} ${target} --policy-document ${quoted(document)}`,
    terraform: block(`aws_iam_${kind}_policy`, policy, { name: string(policy), [kind]: string(name), policy: encoded(document) }),
  };
}

/** "A managed policy can have up to five versions" (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html): the oldest makes room. */
const mostVersions = 5;

function managedPolicy({ id, name, document, before }: Named): Made {
  const versions = before.config['PolicyVersionList'];
  const known = isArray(versions) ? versions : [];
  const oldest =
    known.length < mostVersions
      ? undefined
      : known
          .filter((each) => isObject(each) && each['IsDefaultVersion'] !== true)
          .map((each) => textAt(each, 'VersionId') ?? '')
          .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))[0];
  const room = oldest === undefined ? '' : `aws iam delete-policy-version --policy-arn ${word(id)} --version-id ${word(oldest)}\n`;
  return {
    cli: `${room}aws iam create-policy-version --policy-arn ${word(id)} --set-as-default --policy-document ${quoted(document)}`,
    terraform: block('aws_iam_policy', name, { name: string(name), policy: encoded(document) }),
  };
}

const idOf = ({ id }: Named): string => id;
const nameOf = ({ name }: Named): string => name;
/** The name of a repository may hold slashes. */
const repository = ({ id }: Named): string => /:repository\/(.+)$/.exec(id)?.[1] ?? id;
/** Name of a multi-Region access point, of which the ARN has the alias only. */
const givenName = ({ before, name }: Named): string => textAt(before.config, 'Name') ?? name;

/** Where a resource's own policy stands, and how it is written. One line a type; the test holds them to the types whose policies are evaluated. */
export const resourcePolicies: Readonly<Record<string, readonly [string, Make]>> = {
  'AWS::ApiGateway::RestApi': [
    '/config/policy',
    ({ name, document, empty }) => ({
      cli: `aws apigateway update-rest-api --rest-api-id ${word(name)} --patch-operations ${quoted([{ op: 'replace', path: '/policy', value: empty ? '' : JSON.stringify(document) }])}\n# it takes effect with the next deployment: aws apigateway create-deployment --rest-api-id ${word(name)} --stage-name STAGE`,
      terraform: empty
        ? `# remove the resource aws_api_gateway_rest_api_policy of ${string(name)}`
        : block('aws_api_gateway_rest_api_policy', name, { rest_api_id: string(name), policy: encoded(document) }),
    }),
  ],
  'AWS::Backup::BackupVault': [
    '/config/GetBackupVaultAccessPolicy/Policy',
    whole('aws_backup_vault_policy', 'backup_vault_name', nameOf, {
      put: ({ name }) => `aws backup put-backup-vault-access-policy --backup-vault-name ${word(name)} --policy`,
      remove: ({ name }) => `aws backup delete-backup-vault-access-policy --backup-vault-name ${word(name)}`,
    }),
  ],
  'AWS::DynamoDB::Table': [
    '/config/GetResourcePolicy/Policy',
    whole('aws_dynamodb_resource_policy', 'resource_arn', idOf, {
      put: ({ id }) => `aws dynamodb put-resource-policy --resource-arn ${word(id)} --policy`,
      remove: ({ id }) => `aws dynamodb delete-resource-policy --resource-arn ${word(id)}`,
    }),
  ],
  'AWS::ECR::Repository': [
    '/config/GetRepositoryPolicy/policyText',
    whole('aws_ecr_repository_policy', 'repository', repository, {
      put: (named) => `aws ecr set-repository-policy --repository-name ${word(repository(named))} --policy-text`,
      remove: (named) => `aws ecr delete-repository-policy --repository-name ${word(repository(named))}`,
    }),
  ],
  'AWS::EFS::FileSystem': [
    '/config/DescribeFileSystemPolicy/Policy',
    whole('aws_efs_file_system_policy', 'file_system_id', nameOf, {
      put: ({ name }) => `aws efs put-file-system-policy --file-system-id ${word(name)} --policy`,
      remove: ({ name }) => `aws efs delete-file-system-policy --file-system-id ${word(name)}`,
    }),
  ],
  'AWS::Events::EventBus': [
    '/config/Policy',
    whole('aws_cloudwatch_event_bus_policy', 'event_bus_name', nameOf, {
      put: ({ name }) => `aws events put-permission --event-bus-name ${word(name)} --policy`,
      remove: ({ name }) => `aws events remove-permission --event-bus-name ${word(name)} --remove-all-permissions`,
    }),
  ],
  'AWS::IAM::Role': [
    '/config/AssumeRolePolicyDocument',
    ({ name, document }) => ({
      cli: `aws iam update-assume-role-policy --role-name ${word(name)} --policy-document ${quoted(document)}`,
      terraform: block('aws_iam_role', name, { name: string(name), assume_role_policy: encoded(document) }),
    }),
  ],
  'AWS::KMS::Key': [
    '/config/GetKeyPolicy/Policy',
    whole('aws_kms_key_policy', 'key_id', idOf, { put: ({ id }) => `aws kms put-key-policy --policy-name default --key-id ${word(id)} --policy` }),
  ],
  'AWS::Kinesis::Stream': ['/config/GetResourcePolicy/Policy', kinesis()],
  'AWS::Kinesis::StreamConsumer': ['/config/GetResourcePolicy/Policy', kinesis()],
  'AWS::Lambda::Function': ['/config/GetPolicy/Policy', permissions],
  'AWS::OpenSearchService::Domain': [
    '/config/AccessPolicies',
    ({ name, document, empty }) => ({
      cli: `aws opensearch update-domain-config --domain-name ${word(name)} --access-policies ${empty ? "''" : quoted(document)}`,
      terraform: empty
        ? `# remove the resource aws_opensearch_domain_policy of ${string(name)}`
        : block('aws_opensearch_domain_policy', name, { domain_name: string(name), access_policies: encoded(document) }),
    }),
  ],
  'AWS::S3::AccessPoint': [
    '/config/GetAccessPointPolicy/Policy',
    whole('aws_s3control_access_point_policy', 'access_point_arn', idOf, {
      put: ({ before, name }) => `aws s3control put-access-point-policy --account-id ${before.account} --name ${word(name)} --policy`,
      remove: ({ before, name }) => `aws s3control delete-access-point-policy --account-id ${before.account} --name ${word(name)}`,
    }),
  ],
  'AWS::S3::Bucket': [
    '/config/GetBucketPolicy/Policy',
    whole('aws_s3_bucket_policy', 'bucket', nameOf, {
      put: ({ name }) => `aws s3api put-bucket-policy --bucket ${word(name)} --policy`,
      remove: ({ name }) => `aws s3api delete-bucket-policy --bucket ${word(name)}`,
    }),
  ],
  'AWS::S3::MultiRegionAccessPoint': [
    '/config/GetMultiRegionAccessPointPolicy/Policy/Established/Policy',
    (named) => ({
      // The control plane of multi-Region access points stands in one region (https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointRestrictions.html).
      cli: `aws s3control put-multi-region-access-point-policy --account-id ${named.before.account} --details ${quoted({ Name: givenName(named), Policy: JSON.stringify(named.document) })} --region us-west-2`,
      terraform: `resource "aws_s3control_multi_region_access_point_policy" "${label(givenName(named))}" {\n  details {\n    name   = ${string(givenName(named))}\n    policy = ${encoded(named.document)}\n  }\n}`,
    }),
  ],
  'AWS::SNS::Topic': [
    '/config/GetTopicAttributes/Attributes/Policy',
    whole('aws_sns_topic_policy', 'arn', idOf, {
      put: ({ id }) => `aws sns set-topic-attributes --topic-arn ${word(id)} --attribute-name Policy --attribute-value`,
    }),
  ],
  'AWS::SQS::Queue': [
    '/config/GetQueueAttributes/Attributes/Policy',
    ({ id, name, document, empty, before }) => {
      const url = `"$(aws sqs get-queue-url --queue-name ${word(name)} --region ${before.region} --query QueueUrl --output text)"`;
      return {
        cli: `aws sqs set-queue-attributes --queue-url ${url} --attributes ${quoted({ Policy: empty ? '' : JSON.stringify(document) })} --region ${before.region}`,
        terraform: empty
          ? `# remove the resource aws_sqs_queue_policy of ${string(id)}`
          : block('aws_sqs_queue_policy', name, { queue_url: `aws_sqs_queue.${name.replaceAll('.', '_')}.url`, policy: encoded(document) }),
      };
    },
  ],
  'AWS::SecretsManager::Secret': [
    '/config/GetResourcePolicy/ResourcePolicy',
    whole('aws_secretsmanager_secret_policy', 'secret_arn', idOf, {
      put: ({ id }) => `aws secretsmanager put-resource-policy --secret-id ${word(id)} --resource-policy`,
      remove: ({ id }) => `aws secretsmanager delete-resource-policy --secret-id ${word(id)}`,
    }),
  ],
};

/** A policy that is put as a whole. Without `remove` the service has no empty one, and a change leaves a statement in it. */
function whole(
  type: string,
  key: string,
  owner: (named: Named) => string,
  { put, remove }: { readonly put: (named: Named) => string; readonly remove?: (named: Named) => string },
): Make {
  return (named) =>
    named.empty && remove !== undefined
      ? { cli: remove(named), terraform: `# remove the resource ${type} of ${string(owner(named))}` }
      : {
          cli: `${put(named)} ${quoted(named.document)}`,
          terraform: block(type, named.name, { [key]: string(owner(named)), policy: encoded(named.document) }),
        };
}

function kinesis(): Make {
  return whole('aws_kinesis_resource_policy', 'resource_arn', idOf, {
    put: ({ id }) => `aws kinesis put-resource-policy --resource-arn ${word(id)} --policy`,
    remove: ({ id }) => `aws kinesis delete-resource-policy --resource-arn ${word(id)}`,
  });
}

/** A function's policy is changed statement by statement: those that are no more are removed, what is new is added. */
function permissions({ id, name, document, before }: Named): Made {
  const statements = (policy: Json | undefined): readonly JsonObject[] => {
    const list = isObject(policy) ? policy['Statement'] : undefined;
    return (isArray(list) ? list : list === undefined ? [] : [list]).filter(isObject);
  };
  const [was, is] = [statements(at(before, '/config/GetPolicy/Policy')), statements(document)];
  const same = (list: readonly JsonObject[], one: JsonObject): boolean => list.some((each) => JSON.stringify(each) === JSON.stringify(one));
  const [gone, added] = [was.filter((each) => !same(is, each)), is.filter((each) => !same(was, each))];
  const sid = (statement: JsonObject): string => word(textAt(statement, 'Sid') ?? 'SID');
  return {
    cli: [
      ...gone.map((each) => `aws lambda remove-permission --function-name ${word(id)} --statement-id ${sid(each)}`),
      ...added.map((each) => `aws lambda add-permission --function-name ${word(id)} --statement-id ${sid(each)} ${permission(each)}`),
    ].join('\n'),
    terraform: [
      ...gone
        .filter((each) => !added.some((other) => sid(other) === sid(each)))
        .map((each) => `# remove the resource aws_lambda_permission ${string(textAt(each, 'Sid') ?? '')} of function ${string(name)}`),
      ...added.map((each) => block('aws_lambda_permission', textAt(each, 'Sid') ?? name, permissionBlock(each, name))),
    ].join('\n\n'),
  };
}

/** What a statement says, as the call that adds it takes it: action, principal and the four conditions that it knows. */
function partsOf(statement: JsonObject) {
  const who = statement['Principal'];
  const conditions = Object.values(isObject(statement['Condition']) ? statement['Condition'] : {}).flatMap((each) =>
    isObject(each) ? Object.entries(each) : [],
  );
  const condition = (key: string): string | undefined => texts(conditions.find(([name]) => name.toLowerCase() === key)?.[1])[0];
  return {
    action: texts(statement['Action'])[0] ?? '',
    principal: texts(isObject(who) ? (who['Service'] ?? who['AWS']) : who)[0] ?? '*',
    arn: condition('aws:sourcearn'),
    account: condition('aws:sourceaccount'),
    organization: condition('aws:principalorgid'),
    auth: condition('lambda:functionurlauthtype'),
  };
}

function permission(statement: JsonObject): string {
  const { action, principal, arn, account, organization, auth } = partsOf(statement);
  const options = { action, principal, 'source-arn': arn, 'source-account': account, 'principal-org-id': organization, 'function-url-auth-type': auth };
  return Object.entries(options)
    .flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${word(value)}`]))
    .join(' ');
}

function permissionBlock(statement: JsonObject, name: string): Record<string, string> {
  const { action, principal, arn, account, organization, auth } = partsOf(statement);
  const rows = { source_arn: arn, source_account: account, principal_org_id: organization, function_url_auth_type: auth };
  return {
    statement_id: string(textAt(statement, 'Sid') ?? ''),
    function_name: string(name),
    action: string(action),
    principal: string(principal),
    ...Object.fromEntries(Object.entries(rows).flatMap(([key, value]) => (value === undefined ? [] : [[key, string(value)]]))),
  };
}
