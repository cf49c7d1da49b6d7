import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { AwsTransport } from '../../collectors/aws/client.ts';
import { awsCollectors } from '../../collectors/aws/index.ts';
import { Gate } from '../../src/collect/gate.ts';
import type { JsonObject } from '../../src/model/json.ts';

interface Case {
  readonly name: string;
  readonly collector: string;
  readonly operation: string;
  readonly input?: JsonObject;
  readonly answer: string;
  readonly expected: JsonObject;
}

const cases: readonly Case[] = [
  {
    name: 'EC2 query: an element and a list of elements that no model names',
    collector: 'aws.ec2',
    operation: 'DescribeVpcs',
    answer:
      '<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><vpcSet><item><vpcId>vpc-1</vpcId><cipherPolicy>strict</cipherPolicy><guardSet><item><guardId>g-1</guardId></item><item><guardId>g-2</guardId></item></guardSet></item></vpcSet></DescribeVpcsResponse>',
    expected: { Vpcs: [{ VpcId: 'vpc-1', CipherPolicy: 'strict', GuardSet: [{ GuardId: 'g-1' }, { GuardId: 'g-2' }] }] },
  },
  {
    name: 'AWS query',
    collector: 'aws.iam',
    operation: 'GetAccountPasswordPolicy',
    answer:
      '<GetAccountPasswordPolicyResponse><GetAccountPasswordPolicyResult><PasswordPolicy><MinimumPasswordLength>14</MinimumPasswordLength><MaxLoginAttempts>5</MaxLoginAttempts></PasswordPolicy></GetAccountPasswordPolicyResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetAccountPasswordPolicyResponse>',
    expected: { PasswordPolicy: { MinimumPasswordLength: 14, MaxLoginAttempts: '5' } },
  },
  {
    name: 'REST XML, at the top level',
    collector: 'aws.s3',
    operation: 'GetBucketVersioning',
    input: { Bucket: 'b' },
    answer: '<VersioningConfiguration><Status>Enabled</Status><Immutable>true</Immutable></VersioningConfiguration>',
    expected: { Status: 'Enabled', Immutable: 'true' },
  },
  {
    name: 'REST JSON, nested',
    collector: 'aws.lambda',
    operation: 'ListFunctions',
    answer: '{"Functions":[{"FunctionName":"f","SnapGuard":{"On":true}}]}',
    expected: { Functions: [{ FunctionName: 'f', SnapGuard: { On: true } }] },
  },
  {
    name: 'REST JSON, at the top level',
    collector: 'aws.lambda',
    operation: 'GetPolicy',
    input: { FunctionName: 'f' },
    answer: '{"Policy":"{}","PolicyOrigin":"console"}',
    expected: { Policy: '{}', PolicyOrigin: 'console' },
  },
  {
    name: 'AWS JSON',
    collector: 'aws.kms',
    operation: 'DescribeKey',
    input: { KeyId: 'k' },
    answer: '{"KeyMetadata":{"KeyId":"k","QuantumSafe":true}}',
    expected: { KeyMetadata: { KeyId: 'k', QuantumSafe: true } },
  },
  {
    name: 'what looks like a prototype is left out',
    collector: 'aws.kms',
    operation: 'DescribeKey',
    input: { KeyId: 'k' },
    answer: '{"KeyMetadata":{"KeyId":"k","__proto__":{"polluted":true},"constructor":{"x":1}}}',
    expected: { KeyMetadata: { KeyId: 'k' } },
  },
];

test.each(cases)('an answer is kept with what the SDK does not model: $name', async ({ collector: id, operation, input, answer, expected }) => {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': answer.startsWith('<') ? 'text/xml' : 'application/json' });
    response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const transport = new AwsTransport({
    gate: new Gate({ budgetSeconds: 5, maxRps: 100, concurrency: 4 }, new AbortController().signal),
    credentials: () => async () => ({ accessKeyId: 'test', secretAccessKey: 'test' }),
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  try {
    const collector = awsCollectors.find((each) => each.id === id);
    if (collector === undefined) throw new Error(`no collector ${id}`);
    const { answer: kept } = await transport.call(collector, operation, input ?? {}, { account: '123456789012', region: 'us-east-1', partition: 'aws' });
    expect(kept).toEqual(expected);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  } finally {
    transport.close();
    server.close();
  }
});
