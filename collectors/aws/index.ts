import type { Collector } from '../../src/model/collector.ts';
import { accessAnalyzer } from './accessanalyzer.ts';
import { accountContacts } from './account.ts';
import { acm } from './acm.ts';
import { apigateway } from './apigateway.ts';
import { apigatewayv2 } from './apigatewayv2.ts';
import { apprunner } from './apprunner.ts';
import { autoscaling } from './autoscaling.ts';
import { backup } from './backup.ts';
import { batch } from './batch.ts';
import { bedrockagentcore } from './bedrockagentcore.ts';
import { cloudformation } from './cloudformation.ts';
import { cloudfront } from './cloudfront.ts';
import { cloudtrail } from './cloudtrail.ts';
import { cloudwatch } from './cloudwatch.ts';
import { codebuild } from './codebuild.ts';
import { codedeploy } from './codedeploy.ts';
import { codepipeline } from './codepipeline.ts';
import { cognito } from './cognito.ts';
import { cognitoidp } from './cognitoidp.ts';
import { config } from './config.ts';
import { directconnect } from './directconnect.ts';
import { dms } from './dms.ts';
import { dynamodb } from './dynamodb.ts';
import { ec2 } from './ec2.ts';
import { ecr } from './ecr.ts';
import { ecs } from './ecs.ts';
import { efs } from './efs.ts';
import { eks } from './eks.ts';
import { elasticache } from './elasticache.ts';
import { elb } from './elb.ts';
import { elbv2 } from './elbv2.ts';
import { emr } from './emr.ts';
import { events } from './events.ts';
import { firehose } from './firehose.ts';
import { globalaccelerator } from './globalaccelerator.ts';
import { glue } from './glue.ts';
import { guardduty } from './guardduty.ts';
import { iam } from './iam.ts';
import { kafka } from './kafka.ts';
import { kinesis } from './kinesis.ts';
import { kms } from './kms.ts';
import { lambda } from './lambda.ts';
import { logs } from './logs.ts';
import { networkFirewall } from './network-firewall.ts';
import { opensearch } from './opensearch.ts';
import { organizations } from './organizations.ts';
import { rbin } from './rbin.ts';
import { rds } from './rds.ts';
import { redshift } from './redshift.ts';
import { rolesanywhere } from './rolesanywhere.ts';
import { route53 } from './route53.ts';
import { s3 } from './s3.ts';
import { s3AccessPoints, s3MultiRegion } from './s3-access-points.ts';
import { s3control } from './s3control.ts';
import { sagemaker } from './sagemaker.ts';
import { secretsmanager } from './secretsmanager.ts';
import { securityhub } from './securityhub.ts';
import { sns } from './sns.ts';
import { sqs } from './sqs.ts';
import { ssm } from './ssm.ts';
import { sso } from './sso.ts';
import { states } from './states.ts';
import { wafv2 } from './wafv2.ts';

/** Every collector of AWS. One line each, sorted. */
export const awsCollectors: readonly Collector[] = [
  accessAnalyzer,
  accountContacts,
  acm,
  apigateway,
  apigatewayv2,
  apprunner,
  autoscaling,
  backup,
  batch,
  bedrockagentcore,
  cloudformation,
  cloudfront,
  cloudtrail,
  cloudwatch,
  codebuild,
  codedeploy,
  codepipeline,
  cognito,
  cognitoidp,
  config,
  directconnect,
  dms,
  dynamodb,
  ec2,
  ecr,
  ecs,
  efs,
  eks,
  elasticache,
  elb,
  elbv2,
  emr,
  events,
  firehose,
  globalaccelerator,
  glue,
  guardduty,
  iam,
  kafka,
  kinesis,
  kms,
  lambda,
  logs,
  networkFirewall,
  opensearch,
  organizations,
  rbin,
  rds,
  redshift,
  rolesanywhere,
  route53,
  s3,
  s3AccessPoints,
  s3MultiRegion,
  s3control,
  sagemaker,
  secretsmanager,
  securityhub,
  sns,
  sqs,
  ssm,
  sso,
  states,
  wafv2,
];
