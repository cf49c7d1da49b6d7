import type { Change } from '../../model/change.ts';
import { isObject, type Json, type JsonObject, textAt } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { at, objectAt, shortName } from './candidate.ts';
import { identityRows } from './identity-remedy.ts';
import { block, label, quoted, type Remedy, type SettingMaker as Row, type SettingRow, string, word } from './remedy-text.ts';

type Edit = Extract<Change, { pointer: string }>;

/** A change of a setting; `undefined`: none that is known. */
export function settingRemedy({ pointer }: Edit, before: SnapshotRecord, after: SnapshotRecord): Remedy | undefined {
  return settingRows.find(([type, place]) => type.test(before.type) && place.test(pointer))?.[2](shortName(before.id), before, after, pointer);
}

/** How each setting is changed: type, pointer, commands. The first that fits counts. */
export const settingRows: readonly SettingRow[] = [
  [/^AWS::EC2::SecurityGroup$/, /^\/config\/IpPermissions\/\d+\/\w+\/\d+$/, rule],
  [
    /^AWS::EC2::Instance$/,
    /^\/config\/MetadataOptions\/HttpTokens$/,
    (name) => ({
      cli: `aws ec2 modify-instance-metadata-options --instance-id ${name} --http-tokens required --http-endpoint enabled`,
      terraform: `# in resource "aws_instance" of ${name}\nmetadata_options {\n  http_endpoint = "enabled"\n  http_tokens   = "required"\n}`,
    }),
  ],
  [
    /^AWS::EC2::Instance$/,
    /^\/config\/MetadataOptions\/HttpEndpoint$/,
    (name) => ({
      cli: `aws ec2 modify-instance-metadata-options --instance-id ${name} --http-endpoint disabled`,
      terraform: `# in resource "aws_instance" of ${name}\nmetadata_options {\n  http_endpoint = "disabled"\n}`,
    }),
  ],
  [
    /^AWS::EC2::Instance$/,
    /^\/config\/IamInstanceProfile$/,
    (name, { region }) => ({
      cli: `aws ec2 disassociate-iam-instance-profile --association-id "$(aws ec2 describe-iam-instance-profile-associations --filters Name=instance-id,Values=${name} --region ${region} --query 'IamInstanceProfileAssociations[0].AssociationId' --output text)" --region ${region}`,
      terraform: `# remove iam_instance_profile from the resource "aws_instance" of ${name}`,
    }),
  ],
  ...identityRows,
  [
    /^AWS::S3::Bucket$/,
    /^\/config\/GetPublicAccessBlock\//,
    (name, _, after) => {
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
    },
  ],
  [
    /^AWS::S3::Bucket$/,
    /^\/config\/GetBucketAcl\//,
    (name) => ({
      cli: `aws s3api put-bucket-acl --bucket ${word(name)} --acl private`,
      terraform: block('aws_s3_bucket_acl', name, { bucket: string(name), acl: '"private"' }),
    }),
  ],
  [
    /^AWS::S3::Bucket$/,
    /^\/config\/GetBucketVersioning\/Status$/,
    (name) => ({
      cli: `aws s3api put-bucket-versioning --bucket ${word(name)} --versioning-configuration Status=Enabled`,
      terraform: `resource "aws_s3_bucket_versioning" "${label(name)}" {\n  bucket = ${string(name)}\n  versioning_configuration {\n    status = "Enabled"\n  }\n}`,
    }),
  ],
  [/^AWS::Cognito::IdentityPool$/, /^\/config\/AllowUnauthenticatedIdentities$/, identityPool],
  [
    /^AWS::Cognito::UserPool$/,
    /^\/config\/AdminCreateUserConfig\/AllowAdminCreateUserOnly$/,
    (name, before) => ({
      // "If you don't provide a value for an attribute, Amazon Cognito sets it to its default value" (https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html).
      cli: `# what is not given goes to its default: add what else describe-user-pool shows\naws cognito-idp update-user-pool --user-pool-id ${word(textAt(before.config, 'Id') ?? name)} --admin-create-user-config AllowAdminCreateUserOnly=true`,
      terraform: `# in resource "aws_cognito_user_pool" of ${name}\nadmin_create_user_config {\n  allow_admin_create_user_only = true\n}`,
    }),
  ],
  [
    /^AWS::KMS::Key$/,
    /^\/config\/ListGrants\/\d+$/,
    (_, before, __, pointer) => {
      const grant = textAt(at(before, pointer), 'GrantId') ?? '';
      return {
        cli: `aws kms revoke-grant --key-id ${word(before.id)} --grant-id ${word(grant)}`,
        terraform: `# remove the resource aws_kms_grant ${string(grant)}`,
      };
    },
  ],
  [
    /^AWS::EC2::Snapshot$/,
    /CreateVolumePermissions\/\d+$/,
    shared(
      'aws ec2 modify-snapshot-attribute --attribute createVolumePermission --operation-type remove --snapshot-id',
      'aws_snapshot_create_volume_permission',
    ),
  ],
  [
    /^AWS::EC2::Image$/,
    /LaunchPermissions\/\d+$/,
    shared('aws ec2 modify-image-attribute --attribute launchPermission --operation-type remove --image-id', 'aws_ami_launch_permission'),
  ],
  [/^AWS::RDS::DBSnapshot$/, /AttributeValues\/\d+$/, restored('modify-db-snapshot-attribute --db-snapshot-identifier', 'aws_db_snapshot')],
  [
    /^AWS::RDS::DBClusterSnapshot$/,
    /AttributeValues\/\d+$/,
    restored('modify-db-cluster-snapshot-attribute --db-cluster-snapshot-identifier', 'aws_db_cluster_snapshot'),
  ],
  [
    /^AWS::SSM::Document$/,
    /^\/config\/DescribeDocumentPermission\/AccountIds\/\d+$/,
    (name, before, _, pointer) => ({
      cli: `aws ssm modify-document-permission --name ${word(name)} --permission-type Share --account-ids-to-remove ${String(at(before, pointer))}`,
      terraform: `# take ${string(String(at(before, pointer)))} out of permissions in resource "aws_ssm_document" of ${name}`,
    }),
  ],
  [
    /^AWS::Lambda::Function$/,
    /^\/config\/ListFunctionUrlConfigs\/\d+\/AuthType$/,
    (name, before, _, pointer) => {
      const qualifier = /^[^:]+(?::[^:]+){6}:([^:]+)$/.exec(textAt(at(before, pointer.replace(/\/AuthType$/, '')), 'FunctionArn') ?? '')?.[1];
      return {
        cli: `aws lambda update-function-url-config --function-name ${word(before.id)} --auth-type AWS_IAM${qualifier === undefined ? '' : ` --qualifier ${word(qualifier)}`}`,
        terraform: block('aws_lambda_function_url', name, {
          function_name: string(name),
          ...(qualifier === undefined ? {} : { qualifier: string(qualifier) }),
          authorization_type: '"AWS_IAM"',
        }),
      };
    },
  ],
  [
    /^AWS::EKS::Cluster$/,
    /^\/config\/resourcesVpcConfig\//,
    (name) => ({
      cli: `aws eks update-cluster-config --name ${word(name)} --resources-vpc-config endpointPublicAccess=false,endpointPrivateAccess=true`,
      terraform: `# in resource "aws_eks_cluster" of ${name}\nvpc_config {\n  endpoint_public_access  = false\n  endpoint_private_access = true\n}`,
    }),
  ],
  [
    /^AWS::AppRunner::Service$/,
    /IsPubliclyAccessible$/,
    (_, { id, config }) => ({
      cli: `aws apprunner update-service --service-arn ${word(id)} --network-configuration ${quoted({ IngressConfiguration: { IsPubliclyAccessible: false } })}`,
      terraform: `# in resource "aws_apprunner_service" of ${textAt(config, 'ServiceName') ?? id}\nnetwork_configuration {\n  ingress_configuration {\n    is_publicly_accessible = false\n  }\n}`,
    }),
  ],
  [
    /^AWS::DynamoDB::Table$/,
    /^\/config\/DeletionProtectionEnabled$/,
    (name) => ({
      cli: `aws dynamodb update-table --table-name ${word(name)} --deletion-protection-enabled`,
      terraform: block('aws_dynamodb_table', name, { deletion_protection_enabled: 'true' }),
    }),
  ],
  [/^AWS::RDS::DBInstance$/, /^\/config\/DeletionProtection$/, protection('modify-db-instance --db-instance-identifier', 'aws_db_instance')],
  [/^AWS::RDS::DBCluster$/, /^\/config\/DeletionProtection$/, protection('modify-db-cluster --db-cluster-identifier', 'aws_rds_cluster')],
];

function rule(name: string, before: SnapshotRecord, _: SnapshotRecord, pointer: string): Remedy {
  const [, permission = '', list = ''] = /^(\/config\/IpPermissions\/\d+)\/(\w+)\/\d+$/.exec(pointer) ?? [];
  const value = objectAt(before, permission) ?? {};
  const only: JsonObject = {
    IpProtocol: value['IpProtocol'] ?? '-1',
    ...(value['FromPort'] === undefined ? {} : { FromPort: value['FromPort'], ToPort: value['ToPort'] ?? value['FromPort'] }),
    [list]: [at(before, pointer) ?? {}],
  };
  return {
    cli: `aws ec2 revoke-security-group-ingress --group-id ${name} --ip-permissions ${quoted([only])}`,
    terraform: `# remove the resource aws_vpc_security_group_ingress_rule, or the ingress block of aws_security_group ${string(name)}, that says ${JSON.stringify(only)}`,
  };
}

const poolKeys = [
  'IdentityPoolId',
  'IdentityPoolName',
  'AllowClassicFlow',
  'SupportedLoginProviders',
  'DeveloperProviderName',
  'OpenIdConnectProviderARNs',
  'CognitoIdentityProviders',
  'SamlProviderARNs',
];

/** The call takes the pool as a whole, so all of it that was collected is given back. */
function identityPool(name: string, before: SnapshotRecord): Remedy {
  const kept = poolKeys.flatMap((key): [string, Json][] => {
    const value = before.config[key];
    return value === undefined || value === null ? [] : [[key, value]];
  });
  const pool = textAt(before.config, 'IdentityPoolName') ?? name;
  return {
    cli: `aws cognito-identity update-identity-pool --cli-input-json ${quoted({ ...Object.fromEntries(kept), AllowUnauthenticatedIdentities: false })}`,
    terraform: block('aws_cognito_identity_pool', pool, { identity_pool_name: string(pool), allow_unauthenticated_identities: 'false' }),
  };
}

/** A share of EC2's: with an account, or with everybody. */
function shared(command: string, type: string): Row {
  return (name, before, _, pointer) => {
    const grant = objectAt(before, pointer) ?? {};
    const account = textAt(grant, 'UserId');
    return {
      cli: `${command} ${name} ${account === undefined ? '--group-names all' : `--user-ids ${account}`}`,
      terraform: `# remove the resource ${type} of ${string(name)} for ${account === undefined ? 'everybody' : string(account)}`,
    };
  };
}

/** A share of RDS's. */
function restored(command: string, type: string): Row {
  return (name, before, _, pointer) => {
    const account = String(at(before, pointer) ?? '');
    return {
      cli: `aws rds ${command} ${word(name)} --attribute-name restore --values-to-remove ${account}`,
      terraform: `# take ${string(account)} out of shared_accounts in resource ${string(type)} of ${name}`,
    };
  };
}

function protection(command: string, type: string): Row {
  return (name) => ({
    cli: `aws rds ${command} ${word(name)} --deletion-protection --apply-immediately`,
    terraform: block(type, name, { deletion_protection: 'true' }),
  });
}
