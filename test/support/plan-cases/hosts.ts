import { roleArn } from '../estate.ts';
import { host, instance, type PlanCase } from './case.ts';

export const settingsOfHosts: readonly PlanCase[] = [
  {
    name: 'a port that is open to everybody',
    records: host('ssh from 0.0.0.0/0, imdsv1, administers, account'),
    from: 'internet',
    to: instance,
    technique: 'network.reaches',
    changes: [
      {
        title: /^close tcp\/22 from 0\.0\.0\.0\/0 in security group sg-1$/,
        cli: /^aws ec2 revoke-security-group-ingress --group-id sg-1 --ip-permissions '\[\{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":\[\{"CidrIp":"0\.0\.0\.0\/0"\}\]\}\]' --region eu-west-1$/,
        terraform: /^# remove the resource aws_vpc_security_group_ingress_rule, or the ingress block of aws_security_group "sg-1"/,
        effort: 'low',
        takes: /^not known: traffic is in no snapshot: flow logs tell \(tcp\/22\)$/,
      },
    ],
  },
  {
    name: 'a metadata service that asks for no token',
    records: host('ssh from 0.0.0.0/0, imdsv1, administers, account'),
    from: instance,
    to: roleArn('start'),
    technique: 'aws.imds-v1',
    changes: [
      {
        title: /^require IMDSv2 on i-1$/,
        cli: /^aws ec2 modify-instance-metadata-options --instance-id i-1 --http-tokens required --http-endpoint enabled --region eu-west-1$/,
        terraform: /http_tokens {3}= "required"/,
        effort: 'low',
        takes: /^not known: CloudWatch's MetadataNoToken counts such calls \(metadata without a token\)$/,
        appear: [/^i-1 -\[aws.imds-v2\]-> start$/],
      },
      {
        title: /^switch off the metadata service of i-1$/,
        cli: /--http-endpoint disabled --region eu-west-1$/,
        terraform: /http_endpoint = "disabled"/,
        effort: 'medium',
        takes: /its metadata/,
      },
      {
        title: /^take the instance profile off i-1$/,
        cli: /^aws ec2 disassociate-iam-instance-profile --association-id "\$\(aws ec2 describe-iam-instance-profile-associations --filters Name=instance-id,Values=i-1 --region eu-west-1 .*\)" --region eu-west-1$/,
        terraform: /iam_instance_profile/,
        effort: 'medium',
        takes: /\(everything\)$/,
      },
    ],
  },
];
