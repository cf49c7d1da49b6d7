import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { schemas } from '../../src/schema/registry.ts';
import { run } from '../support/run.ts';

let folder = '';
let snap = '';

/** Its group is called `web` too, and so is a machine that is gone. */
const machine = (InstanceId: string, Value: string, Name = 'running'): object => ({
  OwnerId: '111122223333',
  ReservationId: InstanceId.replace('i-', 'r-'),
  Instances: [{ InstanceId, State: { Name }, Tags: [{ Key: 'Name', Value }], VpcId: 'vpc-0a1b2c3d', SubnetId: 'subnet-0a1b2c3d' }],
});

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'reach-'));
  snap = path.join(folder, 'snap');
  const owner = { OwnerId: '111122223333' };
  const answers = {
    Vpcs: [{ VpcId: 'vpc-0a1b2c3d', CidrBlock: '10.0.0.0/16', ...owner }],
    Subnets: [{ SubnetId: 'subnet-0a1b2c3d', VpcId: 'vpc-0a1b2c3d', CidrBlock: '10.0.1.0/24', AvailabilityZone: 'eu-west-1a', ...owner }],
    InternetGateways: [{ InternetGatewayId: 'igw-0a1b2c3d', Attachments: [{ VpcId: 'vpc-0a1b2c3d', State: 'available' }], ...owner }],
    RouteTables: [
      {
        RouteTableId: 'rtb-0a1b2c3d',
        VpcId: 'vpc-0a1b2c3d',
        Associations: [{ Main: true }],
        Routes: [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-0a1b2c3d', State: 'active' }],
        ...owner,
      },
    ],
    NetworkAcls: [
      {
        NetworkAclId: 'acl-0a1b2c3d',
        VpcId: 'vpc-0a1b2c3d',
        IsDefault: true,
        Associations: [{ SubnetId: 'subnet-0a1b2c3d' }],
        Entries: [true, false].map((Egress) => ({ Egress, RuleNumber: 100, RuleAction: 'allow', Protocol: '-1', CidrBlock: '0.0.0.0/0' })),
        ...owner,
      },
    ],
    SecurityGroups: [
      {
        GroupId: 'sg-0a1b2c3d',
        GroupName: 'web',
        VpcId: 'vpc-0a1b2c3d',
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
        IpPermissionsEgress: [],
        ...owner,
      },
    ],
    NetworkInterfaces: [
      {
        NetworkInterfaceId: 'eni-0a1b2c3d',
        SubnetId: 'subnet-0a1b2c3d',
        VpcId: 'vpc-0a1b2c3d',
        Groups: [{ GroupId: 'sg-0a1b2c3d' }],
        PrivateIpAddress: '10.0.1.10',
        Association: { PublicIp: '203.0.113.10' },
        Attachment: { InstanceId: 'i-0a1b2c3d' },
        ...owner,
      },
      ...['i-0a1b2c3e', 'i-0a1b2c3f'].map((InstanceId, index) => ({
        NetworkInterfaceId: InstanceId.replace('i-', 'eni-1'),
        SubnetId: 'subnet-0a1b2c3d',
        VpcId: 'vpc-0a1b2c3d',
        Groups: [{ GroupId: 'sg-0a1b2c3d' }],
        PrivateIpAddress: `10.0.1.2${index}`,
        Attachment: { InstanceId },
        ...owner,
      })),
    ],
    Reservations: [machine('i-0a1b2c3d', 'web'), machine('i-0a1b2c3e', 'worker'), machine('i-0a1b2c3f', 'worker'), machine('i-0a1b2c40', 'web', 'terminated')],
  };
  const file = path.join(folder, 'answers.json');
  await writeFile(file, JSON.stringify(answers));
  expect((await run(['import', 'aws', file, '--out', snap, '--region', 'eu-west-1', '--quiet'])).code).toBe(0);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a batch answers every row, bad ones with a message, as the schema says', async () => {
  const flows = [
    { name: 'web', from: 'internet', to: '203.0.113.10', protocol: 'tcp', port: 443 },
    { name: 'ssh', from: 'internet', to: 'eni-0a1b2c3d', protocol: 'tcp', port: 22 },
    { name: 'typo', from: 'internet', to: 'eni-0a1b2c3e', protocol: 'tcp', port: 22 },
    { name: 'named', from: 'internet', to: 'web', protocol: 'tcp', port: 443 },
    { name: 'two', from: 'internet', to: 'worker', protocol: 'tcp', port: 443 },
    { name: 'odd', from: 'internet', to: 'eni-0a1b2c3d', protocol: 'gre' },
  ];
  const { code, out } = await run(['reach', snap, '--batch', '-'], { stdin: JSON.stringify({ flows }) });
  expect(code).toBe(0);
  const answer: { results: { name: string; verdict: string; stoppedBy: { reason: string } | null; message?: string }[] } = JSON.parse(out);
  expect(answer.results.map((each) => [each.name, each.verdict, each.stoppedBy?.reason])).toEqual([
    ['web', 'yes', undefined],
    ['ssh', 'no', 'security-group'],
    ['typo', 'unknown', 'unknown-neighbour'],
    ['named', 'yes', undefined],
    ['two', 'unknown', undefined],
    ['odd', 'unknown', undefined],
  ]);
  expect(answer.results[2]?.message).toBe('no resource `eni-0a1b2c3e` in the snapshot');
  expect(answer.results[4]?.message).toBe(`\`worker\` is the name of several resources; ${workers}`);
  expect(schemas['reach']?.safeParse(answer).error?.message).toBeUndefined();
});

const arn = 'arn:aws:ec2:eu-west-1:111122223333:instance/';
const workers = `give one of them: ${arn}i-0a1b2c3e, ${arn}i-0a1b2c3f`;

test.each([
  { to: 'web', code: 0, says: 'internet -> web: yes on tcp 443' },
  { to: 'WEB', code: 0, says: 'internet -> WEB: yes on tcp 443' },
  { to: 'i-0a1b2c3d', code: 0, says: 'internet -> i-0a1b2c3d: yes on tcp 443' },
  { to: 'worker', code: 2, says: workers },
  { to: 'worke', code: 2, says: 'did you mean worker?' },
  { to: 'eni-0a1b2c3e', code: 0, says: 'no resource `eni-0a1b2c3e` in the snapshot' },
  { to: 'zebra-crossing', code: 2, says: '`zebra-crossing` is not in the snapshot' },
])('a machine is found by its name: $to', async ({ to, code, says }) => {
  const result = await run(['reach', snap, 'internet', to]);
  expect(result.code).toBe(code);
  expect(result.out + result.err).toContain(says);
});

test('what is no batch is an input error', async () => {
  expect((await run(['reach', snap, '--batch', '-'], { stdin: '{' })).code).toBe(2);
  expect((await run(['reach', snap, '--batch', '-'], { stdin: '{"flow": []}' })).err).toContain('has no list `flows`');
  expect((await run(['reach', snap])).code).toBe(2);
});

test('one pair and the table of exposures for people', async () => {
  expect((await run(['reach', snap, 'internet', 'eni-0a1b2c3d'])).out).toContain('internet -> eni-0a1b2c3d: yes on tcp 443');
  const pair = JSON.parse((await run(['reach', snap, 'internet', 'eni-0a1b2c3d', '--format', 'json'])).out);
  expect(schemas['reach-pair']?.safeParse(pair).error?.message).toBeUndefined();
  const exposed = JSON.parse((await run(['exposed', snap, '--format', 'json'])).out);
  expect(schemas['exposed']?.safeParse(exposed).error?.message).toBeUndefined();
  const { out } = await run(['exposed', snap]);
  expect(out).toContain(
    'web (instance/i-0a1b2c3d)  tcp 443  the whole internet  sg-0a1b2c3d (web): tcp 443 from 0.0.0.0/0  rtb-0a1b2c3d: 0.0.0.0/0 -> igw-0a1b2c3d',
  );
  const { out: hops } = await run(['reach', snap, 'internet', 'eni-0a1b2c3d']);
  expect(hops).toContain('[sg-0a1b2c3d (web): tcp 443 from 0.0.0.0/0]');
});
