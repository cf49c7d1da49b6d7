import { textAt } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import { type Facts, factsOf } from '../aws/context.ts';
import { compilePolicy } from '../aws/policy.ts';
import { PolicySet } from '../aws/policy-set.ts';
import type { Location } from './location.ts';

/** A VPC endpoint that a request goes through. */
export interface EstateEndpoint {
  /** `undefined`: the default policy, which "allows full access to the service". */
  readonly policy: PolicySet | undefined;
  readonly facts: Facts;
  readonly name: string;
  readonly location: Location;
}

/**
 * Reads an endpoint: "An endpoint policy ... controls access from the endpoint to the specified service"; "If you do not attach a policy when you create an endpoint, AWS attaches a default endpoint
 * policy that allows full access" (https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html). A request through it carries `aws:SourceVpce` and
 * `aws:SourceVpc`; `aws:SourceIp` "is not available" then (.../IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip).
 */
export function readEndpoint(snapshot: Snapshot, id: string): EstateEndpoint | undefined {
  const record = snapshot.find(id);
  if (record?.type !== 'AWS::EC2::VPCEndpoint') return undefined;
  const document = record.config['PolicyDocument'];
  const vpc = textAt(record.config, 'VpcId');
  const policy = document === undefined || document === null || document === '' ? undefined : compilePolicy(document, 'resource');
  return {
    policy: policy === undefined ? undefined : new PolicySet([{ name: record.id, policy }]),
    facts: factsOf({
      'aws:SourceVpce': [textAt(record.config, 'VpcEndpointId') ?? record.id.split('/').at(-1) ?? ''],
      ...(vpc === undefined ? {} : { 'aws:SourceVpc': [vpc] }),
      'aws:SourceIp': [],
    }),
    name: record.id,
    location: { resource: record.id, pointer: '/config/PolicyDocument', call: 'ec2:DescribeVpcEndpoints' },
  };
}
