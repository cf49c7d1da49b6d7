import type { Change } from '../../model/change.ts';
import { isArray, isObject, type Json, type JsonObject, textAt } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { azureRemedy } from './azure/remedy.ts';
import { at, objectAt, shortName } from './candidate.ts';
import { block, quoted, type Remedy, string, word } from './remedy-text.ts';

const encoded = (document: Json): string => `jsonencode(${JSON.stringify(document, null, 2).replaceAll('\n', '\n  ').replaceAll('${', '$${')})`;

/**
 * How to make a change in the account. `after` is the record with every change of the plan in it, so that two changes of one policy give the same whole document and may be applied in
 * any order.
 */
export function remedyOf(change: Change, before: SnapshotRecord | undefined, after: SnapshotRecord | undefined): Remedy {
  if (change.op === 'cut') return { cli: `# cut ${change.from} -> ${change.to}: a question, not a configuration`, terraform: '' };
  if ((change.op === 'create' ? change.record : before)?.type.startsWith('Microsoft.') === true) return azureRemedy(change, before, after);
  if (change.op === 'delete' || change.op === 'create' || before === undefined || after === undefined)
    return { cli: `# ${change.op} ${change.op === 'create' ? change.record.id : change.resource}`, terraform: '' };
  return (
    policyRemedy(change.pointer, before, after) ??
    settingRemedy(change, before, after) ?? { cli: `# ${change.op} ${change.pointer} of ${change.resource}`, terraform: '' }
  );
}

interface Named {
  readonly id: string;
  readonly name: string;
  readonly document: JsonObject;
  readonly empty: boolean;
}

function policyRemedy(pointer: string, before: SnapshotRecord, after: SnapshotRecord): Remedy | undefined {
  const inline = /^\/config\/(RolePolicyList|UserPolicyList|GroupPolicyList)\/(\d+)\/PolicyDocument/.exec(pointer);
  if (inline !== null) {
    const name = textAt(at(before, `/config/${inline[1]}/${inline[2]}`), 'PolicyName') ?? '';
    const list = at(after, `/config/${inline[1]}`);
    const place = isArray(list) ? list.findIndex((each) => textAt(each, 'PolicyName') === name) : -1;
    return withDocument(after, `/config/${inline[1]}/${place}/PolicyDocument`, (policy) =>
      inlinePolicy(policy, (inline[1] ?? '').replace('PolicyList', '').toLowerCase(), name),
    );
  }
  const managed = /^(\/config\/PolicyVersionList\/\d+\/Document)/.exec(pointer);
  if (managed !== null)
    return withDocument(after, managed[1] ?? '', ({ id, name, document }) => ({
      cli: `aws iam create-policy-version --policy-arn ${word(id)} --set-as-default --policy-document ${quoted(document)}`,
      terraform: block('aws_iam_policy', name, { name: string(name), policy: encoded(document) }),
    }));
  for (const [start, make] of resourcePolicies) if (pointer.startsWith(start)) return withDocument(after, start, make);
  return undefined;
}

function withDocument(record: SnapshotRecord, pointer: string, make: (named: Named) => { readonly cli: string; readonly terraform: string }): Remedy {
  const document = objectAt(record, pointer) ?? {};
  const statements = document['Statement'];
  const empty = isArray(statements) && statements.length === 0;
  return { ...make({ id: record.id, name: shortName(record.id), document, empty }), ...(empty ? {} : { policy: { resource: record.id, pointer, document } }) };
}

function inlinePolicy({ name, document, empty }: Named, kind: string, policy: string) {
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

/** A trust policy may not be empty: what is left then admits nobody. */
const nobody: JsonObject = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] };

/** Where a resource's own policy stands, and how it is written. One line a type. */
const resourcePolicies: readonly (readonly [string, (named: Named) => { readonly cli: string; readonly terraform: string }])[] = [
  [
    '/config/AssumeRolePolicyDocument',
    ({ name, document, empty }) => ({
      cli: `aws iam update-assume-role-policy --role-name ${word(name)} --policy-document ${quoted(empty ? nobody : document)}`,
      terraform: block('aws_iam_role', name, { name: string(name), assume_role_policy: encoded(empty ? nobody : document) }),
    }),
  ],
  [
    '/config/GetBucketPolicy/Policy',
    whole(
      'aws_s3_bucket_policy',
      'bucket',
      ({ name }) => name,
      ({ name }) => `aws s3api put-bucket-policy --bucket ${word(name)} --policy`,
      ({ name }) => `aws s3api delete-bucket-policy --bucket ${word(name)}`,
    ),
  ],
  [
    '/config/GetKeyPolicy/Policy',
    whole(
      'aws_kms_key_policy',
      'key_id',
      ({ id }) => id,
      ({ id }) => `aws kms put-key-policy --policy-name default --key-id ${word(id)} --policy`,
      ({ id }) => `# key ${id} must keep a policy`,
    ),
  ],
  [
    '/config/GetResourcePolicy/ResourcePolicy',
    whole(
      'aws_secretsmanager_secret_policy',
      'secret_arn',
      ({ id }) => id,
      ({ id }) => `aws secretsmanager put-resource-policy --secret-id ${word(id)} --resource-policy`,
      ({ id }) => `aws secretsmanager delete-resource-policy --secret-id ${word(id)}`,
    ),
  ],
  [
    '/config/GetResourcePolicy/Policy',
    whole(
      'aws_dynamodb_resource_policy',
      'resource_arn',
      ({ id }) => id,
      ({ id }) => `aws dynamodb put-resource-policy --resource-arn ${word(id)} --policy`,
      ({ id }) => `aws dynamodb delete-resource-policy --resource-arn ${word(id)}`,
    ),
  ],
  [
    '/config/GetRepositoryPolicy/policyText',
    whole(
      'aws_ecr_repository_policy',
      'repository',
      ({ name }) => name,
      ({ name }) => `aws ecr set-repository-policy --repository-name ${word(name)} --policy-text`,
      ({ name }) => `aws ecr delete-repository-policy --repository-name ${word(name)}`,
    ),
  ],
  [
    '/config/GetTopicAttributes/Attributes/Policy',
    whole(
      'aws_sns_topic_policy',
      'arn',
      ({ id }) => id,
      ({ id }) => `aws sns set-topic-attributes --topic-arn ${word(id)} --attribute-name Policy --attribute-value`,
      ({ id }) => `# topic ${id} must keep a policy`,
    ),
  ],
  [
    '/config/GetQueueAttributes/Attributes/Policy',
    ({ id, name, document, empty }) => {
      const url = `"$(aws sqs get-queue-url --queue-name ${word(name)} --query QueueUrl --output text)"`;
      return {
        cli: `aws sqs set-queue-attributes --queue-url ${url} --attributes ${quoted({ Policy: empty ? '' : JSON.stringify(document) })}`,
        terraform: empty
          ? `# remove the resource aws_sqs_queue_policy of ${string(id)}`
          : block('aws_sqs_queue_policy', name, { queue_url: string(id), policy: encoded(document) }),
      };
    },
  ],
  [
    '/config/GetPolicy/Policy',
    ({ id, name, document }) => ({
      cli: `# the statements that stay: ${JSON.stringify(document)}\naws lambda remove-permission --function-name ${word(id)} --statement-id SID`,
      terraform: `# remove the aws_lambda_permission of function ${string(name)} that allows it`,
    }),
  ],
];

function whole(type: string, key: string, owner: (named: Named) => string, put: (named: Named) => string, remove: (named: Named) => string) {
  return (named: Named) => ({
    cli: named.empty ? remove(named) : `${put(named)} ${quoted(named.document)}`,
    terraform: named.empty
      ? `# remove the resource ${type} of ${string(owner(named))}`
      : block(type, named.name, { [key]: string(owner(named)), policy: encoded(named.document) }),
  });
}

type Edit = Extract<Change, { pointer: string }>;

function settingRemedy(change: Edit, before: SnapshotRecord, after: SnapshotRecord): Remedy | undefined {
  const { pointer } = change;
  const name = shortName(before.id);
  const kind = before.type.split('::').at(-1)?.toLowerCase() ?? '';
  if (/^\/config\/IpPermissions\/\d+\/\w+\/\d+$/.test(pointer)) return ruleRemedy(pointer, before, name);
  if (pointer === '/config/MetadataOptions/HttpTokens')
    return {
      cli: `aws ec2 modify-instance-metadata-options --instance-id ${name} --http-tokens required --http-endpoint enabled`,
      terraform: `# in resource "aws_instance" of ${name}\nmetadata_options {\n  http_endpoint = "enabled"\n  http_tokens   = "required"\n}`,
    };
  if (pointer === '/config/MetadataOptions/HttpEndpoint')
    return {
      cli: `aws ec2 modify-instance-metadata-options --instance-id ${name} --http-endpoint disabled`,
      terraform: `# in resource "aws_instance" of ${name}\nmetadata_options {\n  http_endpoint = "disabled"\n}`,
    };
  if (pointer === '/config/IamInstanceProfile')
    return {
      cli: `aws ec2 disassociate-iam-instance-profile --association-id "$(aws ec2 describe-iam-instance-profile-associations --filters Name=instance-id,Values=${name} --query 'IamInstanceProfileAssociations[0].AssociationId' --output text)"`,
      terraform: `# remove iam_instance_profile from the resource "aws_instance" of ${name}`,
    };
  if (pointer === '/config/GetLoginProfile')
    return { cli: `aws iam delete-login-profile --user-name ${word(name)}`, terraform: `# remove the resource aws_iam_user_login_profile of ${string(name)}` };
  if (pointer === '/config/ListMFADevices')
    return {
      cli: `aws iam create-virtual-mfa-device --virtual-mfa-device-name ${word(name)} --outfile qr.png --bootstrap-method QRCodePNG\naws iam enable-mfa-device --user-name ${word(name)} --serial-number ${word(before.id.replace(':user/', ':mfa/'))} --authentication-code1 CODE1 --authentication-code2 CODE2`,
      terraform: block('aws_iam_virtual_mfa_device', name, { virtual_mfa_device_name: string(name) }),
    };
  const key = /^(\/config\/ListAccessKeys\/\d+)\/Status$/.exec(pointer)?.[1];
  if (key !== undefined) {
    const id = textAt(at(before, key), 'AccessKeyId') ?? '';
    return {
      cli: `aws iam update-access-key --user-name ${word(name)} --access-key-id ${id} --status Inactive`,
      terraform: block('aws_iam_access_key', name, { user: string(name), status: '"Inactive"' }),
    };
  }
  if (/^\/config\/AttachedManagedPolicies\/\d+$/.test(pointer)) {
    const arn = textAt(at(before, pointer), 'PolicyArn') ?? '';
    return {
      cli: `aws iam detach-${kind}-policy --${kind}-name ${word(name)} --policy-arn ${word(arn)}`,
      terraform: `# remove the resource aws_iam_${kind}_policy_attachment of ${string(arn)} on ${string(name)}`,
    };
  }
  if (/^\/config\/GroupList\/\d+$/.test(pointer)) {
    const group = String(at(before, pointer) ?? '');
    return {
      cli: `aws iam remove-user-from-group --user-name ${word(name)} --group-name ${word(group)}`,
      terraform: `# take ${string(group)} out of aws_iam_user_group_membership of ${string(name)}`,
    };
  }
  if (pointer.startsWith('/config/GetPublicAccessBlock/')) {
    const value = at(after, '/config/GetPublicAccessBlock/PublicAccessBlockConfiguration');
    const settings = isObject(value) ? Object.entries(value).map(([flag, on]) => `${flag}=${String(on)}`) : [];
    return {
      cli: `aws s3api put-public-access-block --bucket ${word(name)} --public-access-block-configuration ${settings.join(',')}`,
      terraform: block('aws_s3_bucket_public_access_block', name, {
        bucket: string(name),
        block_public_acls: 'true',
        ignore_public_acls: 'true',
        block_public_policy: 'true',
        restrict_public_buckets: 'true',
      }),
    };
  }
  if (pointer === '/config/AllowUnauthenticatedIdentities')
    return {
      cli: `aws cognito-identity update-identity-pool --identity-pool-id ${word(textAt(before.config, 'IdentityPoolId') ?? name)} --identity-pool-name ${word(textAt(before.config, 'IdentityPoolName') ?? name)} --no-allow-unauthenticated-identities`,
      terraform: block('aws_cognito_identity_pool', name, { allow_unauthenticated_identities: 'false' }),
    };
  if (/^\/config\/GetBucketAcl\//.test(pointer))
    return {
      cli: `aws s3api put-bucket-acl --bucket ${word(name)} --acl private`,
      terraform: block('aws_s3_bucket_acl', name, { bucket: string(name), acl: '"private"' }),
    };
  const grant = /^\/config\/ListGrants\/\d+$/.test(pointer) ? textAt(at(before, pointer), 'GrantId') : undefined;
  if (grant !== undefined)
    return { cli: `aws kms revoke-grant --key-id ${word(before.id)} --grant-id ${word(grant)}`, terraform: `# remove the aws_kms_grant ${string(grant)}` };
  if (pointer === '/config/PubliclyAccessible')
    return {
      cli: `aws rds modify-db-instance --db-instance-identifier ${word(name)} --no-publicly-accessible --apply-immediately`,
      terraform: block('aws_db_instance', name, { publicly_accessible: 'false' }),
    };
  return undefined;
}

function ruleRemedy(pointer: string, before: SnapshotRecord, name: string): Remedy {
  const [, permission = '', list = ''] = /^(\/config\/IpPermissions\/\d+)\/(\w+)\/\d+$/.exec(pointer) ?? [];
  const value = objectAt(before, permission) ?? {};
  const only: JsonObject = {
    IpProtocol: value['IpProtocol'] ?? '-1',
    ...(value['FromPort'] === undefined ? {} : { FromPort: value['FromPort'], ToPort: value['ToPort'] ?? value['FromPort'] }),
    [list]: [at(before, pointer) ?? {}],
  };
  return {
    cli: `aws ec2 revoke-security-group-ingress --group-id ${name} --ip-permissions ${quoted([only])}`,
    terraform: `# remove the ingress rule from the security group ${name}: ${JSON.stringify(only)}`,
  };
}
