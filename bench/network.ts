import type { JsonObject } from '../src/model/json.ts';
import type { Snapshot, SnapshotRecord } from '../src/model/record.ts';
import type { NetworkEngine } from '../src/network/api.ts';
import { createAzureNetwork } from '../src/network/azure/engine.ts';
import { createNetworkEngine } from '../src/network/engine.ts';
import { memorySnapshot } from '../src/snapshot/memory.ts';
import { spokes } from './azure-network.ts';

const account = '111122223333';
const region = 'eu-west-1';
type Add = (type: string, kind: string, id: string, config: JsonObject) => void;

function builder(): { readonly records: SnapshotRecord[]; readonly add: Add } {
  const records: SnapshotRecord[] = [];
  return {
    records,
    add: (type, kind, id, config) =>
      records.push({ type: `AWS::EC2::${type}`, id: `arn:aws:ec2:${region}:${account}:${kind}/${id}`, account, region, config, calls: ['ec2:Describe'] }),
  };
}

const openAcl = [false, true].map((Egress) => ({ Egress, RuleNumber: 100, RuleAction: 'allow', Protocol: '-1', CidrBlock: '0.0.0.0/0' }));
const everywhere = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];

/** One VPC with the given numbers of interfaces, groups and subnets; every tenth ACL has rules of its own, every fifth group narrow egress. */
export function oneVpc(interfaces: number, groups: number, subnets: number): Snapshot {
  const { records, add } = builder();
  add('VPC', 'vpc', 'vpc-0', { VpcId: 'vpc-0', CidrBlock: '10.0.0.0/8' });
  add('InternetGateway', 'internet-gateway', 'igw-0', { InternetGatewayId: 'igw-0', Attachments: [{ VpcId: 'vpc-0' }] });
  const local = { DestinationCidrBlock: '10.0.0.0/8', GatewayId: 'local', State: 'active' };
  add('RouteTable', 'route-table', 'rtb-0', {
    RouteTableId: 'rtb-0',
    VpcId: 'vpc-0',
    Associations: [{ Main: true }],
    Routes: [local, { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-0', State: 'active' }],
  });
  const ids = Array.from({ length: subnets }, (_, n) => `subnet-${n}`);
  add('NetworkAcl', 'network-acl', 'acl-0', { NetworkAclId: 'acl-0', VpcId: 'vpc-0', IsDefault: true, Associations: [], Entries: openAcl });
  const strict = ids.filter((_, n) => n % 10 === 9);
  add('NetworkAcl', 'network-acl', 'acl-1', {
    NetworkAclId: 'acl-1',
    VpcId: 'vpc-0',
    Associations: strict.map((SubnetId) => ({ SubnetId })),
    Entries: [{ Egress: false, RuleNumber: 50, RuleAction: 'deny', Protocol: '6', CidrBlock: '10.0.0.0/9', PortRange: { From: 22, To: 22 } }, ...openAcl],
  });
  for (const [n, SubnetId] of ids.entries())
    add('Subnet', 'subnet', SubnetId, { SubnetId, VpcId: 'vpc-0', CidrBlock: `10.${n >> 4}.${(n & 15) * 16}.0/20`, AvailabilityZone: 'a' });
  for (let n = 0; n < groups; n++)
    add('SecurityGroup', 'security-group', `sg-${n}`, {
      GroupId: `sg-${n}`,
      VpcId: 'vpc-0',
      IpPermissions: [
        {
          IpProtocol: 'tcp',
          FromPort: 443,
          ToPort: 443,
          UserIdGroupPairs: [{ GroupId: `sg-${(n * 7 + 1) % groups}` }, { GroupId: `sg-${(n * 3 + 2) % groups}` }],
        },
        { IpProtocol: 'tcp', FromPort: 8000 + (n % 50), ToPort: 8000 + (n % 50), IpRanges: [{ CidrIp: `10.${n % 13}.0.0/16` }] },
        ...(n % 40 === 0 ? [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] : []),
      ],
      IpPermissionsEgress: n % 5 === 0 ? [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }] : everywhere,
    });
  for (let n = 0; n < interfaces; n++) {
    const home = n % subnets;
    const host = Math.floor(n / subnets) + 10;
    const address = `10.${home >> 4}.${(home & 15) * 16 + (host >> 8)}.${host & 255}`;
    add('NetworkInterface', 'network-interface', `eni-${n}`, {
      NetworkInterfaceId: `eni-${n}`,
      SubnetId: `subnet-${home}`,
      VpcId: 'vpc-0',
      InterfaceType: 'interface',
      Groups: [{ GroupId: `sg-${n % groups}` }, { GroupId: `sg-${(n * 13) % groups}` }],
      PrivateIpAddress: address,
      ...(n % 100 === 0 ? { Association: { PublicIp: `54.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}` } } : {}),
    });
  }
  return memorySnapshot(records);
}

/** VPCs of four subnets behind two transit gateways, odd ones isolated from each other by the route tables. */
export function transitVpcs(count: number, perSubnet: number): Snapshot {
  const { records, add } = builder();
  for (const t of [0, 1]) {
    add('TransitGateway', 'transit-gateway', `tgw-${t}`, { TransitGatewayId: `tgw-${t}` });
    for (const r of [0, 1])
      add('TransitGatewayRouteTable', 'transit-gateway-route-table', `tgw-rtb-${t}${r}`, {
        TransitGatewayRouteTableId: `tgw-rtb-${t}${r}`,
        TransitGatewayId: `tgw-${t}`,
        GetTransitGatewayRouteTablePropagations: [],
        SearchTransitGatewayRoutes: Array.from({ length: count }, (_, v) => v)
          .filter((v) => v % 2 === t && (r === 0 || v % 4 < 2))
          .map((v) => ({
            DestinationCidrBlock: `10.${v}.0.0/16`,
            Type: 'static',
            State: 'active',
            TransitGatewayAttachments: [{ TransitGatewayAttachmentId: `tgw-attach-${v}` }],
          })),
      });
  }
  for (let v = 0; v < count; v++) {
    const vpc = `vpc-${v}`;
    const t = v % 2;
    add('VPC', 'vpc', vpc, { VpcId: vpc, CidrBlock: `10.${v}.0.0/16` });
    add('RouteTable', 'route-table', `rtb-${v}`, {
      RouteTableId: `rtb-${v}`,
      VpcId: vpc,
      Associations: [{ Main: true }],
      Routes: [
        { DestinationCidrBlock: `10.${v}.0.0/16`, GatewayId: 'local', State: 'active' },
        { DestinationCidrBlock: '10.0.0.0/8', TransitGatewayId: `tgw-${t}`, State: 'active' },
      ],
    });
    add('NetworkAcl', 'network-acl', `acl-${v}`, { NetworkAclId: `acl-${v}`, VpcId: vpc, IsDefault: true, Associations: [], Entries: openAcl });
    add('SecurityGroup', 'security-group', `sg-${v}`, {
      GroupId: `sg-${v}`,
      VpcId: vpc,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
      IpPermissionsEgress: everywhere,
    });
    const attachment = { TransitGatewayAttachmentId: `tgw-attach-${v}`, TransitGatewayId: `tgw-${t}`, State: 'available' };
    add('TransitGatewayAttachment', 'transit-gateway-attachment', `tgw-attach-${v}`, {
      ...attachment,
      ResourceType: 'vpc',
      ResourceId: vpc,
      Association: { TransitGatewayRouteTableId: `tgw-rtb-${t}${v % 4 < 2 ? 0 : 1}` },
    });
    add('TransitGatewayVpcAttachment', 'transit-gateway-vpc-attachment', `tgw-attach-${v}`, {
      ...attachment,
      VpcId: vpc,
      SubnetIds: [`subnet-${v}-0`, `subnet-${v}-1`],
    });
    for (let s = 0; s < 4; s++) {
      add('Subnet', 'subnet', `subnet-${v}-${s}`, {
        SubnetId: `subnet-${v}-${s}`,
        VpcId: vpc,
        CidrBlock: `10.${v}.${s}.0/24`,
        AvailabilityZone: s % 2 === 0 ? 'a' : 'b',
      });
      for (let n = 0; n < perSubnet; n++)
        add('NetworkInterface', 'network-interface', `eni-${v}-${s}-${n}`, {
          NetworkInterfaceId: `eni-${v}-${s}-${n}`,
          SubnetId: `subnet-${v}-${s}`,
          VpcId: vpc,
          InterfaceType: 'interface',
          Groups: [{ GroupId: `sg-${v}` }],
          PrivateIpAddress: `10.${v}.${s}.${n + 10}`,
        });
    }
  }
  return memorySnapshot(records);
}

function measure(name: string, snapshot: Snapshot, create: (snapshot: Snapshot) => NetworkEngine = createNetworkEngine): string {
  (globalThis as { gc?: () => void }).gc?.();
  const before = process.memoryUsage().heapUsed;
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  const classes = create(snapshot).classes();
  const seconds = (performance.now() - begun) / 1000;
  const used = process.cpuUsage(cpu);
  const members = new Set<readonly string[]>();
  for (const each of classes) members.add(each.sources).add(each.destinations);
  const listed = [...members].reduce((sum, each) => sum + each.length, 0);
  const memory = (process.memoryUsage().heapUsed - before) / 2 ** 20;
  return `${name}: ${seconds.toFixed(2)} s (${((used.user + used.system) / 1e6).toFixed(2)} CPU s), ${classes.length} classes, ${listed} ids in distinct lists, ${memory.toFixed(0)} MB heap, ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB resident`;
}

/** All-pairs reachability: one large VPC, Azure spokes around a firewall, many VPCs behind two transit gateways, growth. */
export function run(): void {
  for (const each of lines()) console.log(each);
}

function* lines(): Generator<string> {
  yield measure('1,000 interfaces, 40 groups, 20 subnets', oneVpc(1000, 40, 20));
  yield measure('10,000 interfaces, 400 groups, 200 subnets', oneVpc(10_000, 400, 200));
  yield measure('50,000 interfaces, 2,000 groups, 1,000 subnets', oneVpc(50_000, 2000, 1000));
  yield measure('Azure: 1,000 interfaces, 40 subnets, 10 networks', spokes(1000, 40, 10), createAzureNetwork);
  yield measure('Azure: 10,000 interfaces, 400 subnets, 50 networks', spokes(10_000, 400, 50), createAzureNetwork);
  yield measure('Azure: 50,000 interfaces, 2,000 subnets, 200 networks', spokes(50_000, 2000, 200), createAzureNetwork);
  yield measure('50 VPCs behind two transit gateways, 2,000 interfaces', transitVpcs(50, 10));
}
