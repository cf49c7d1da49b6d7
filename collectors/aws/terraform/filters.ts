import type { JsonObject } from '../../../src/model/json.ts';
import type { TerraformAttachment, TerraformTable, TerraformValues } from '../../../src/model/terraform.ts';
import { filled, lastEntries, named, owner } from './shape.ts';

const group = 'AWS::EC2::SecurityGroup';

/** One permission of a group, from an inline block or a rule of its own. `-1` has no ports. */
function permission(v: TerraformValues, own: string): JsonObject {
  const protocol = (v.text('protocol') ?? v.text('ip_protocol') ?? '-1').toLowerCase().replace(/^all$/, '-1');
  const description = v.text('description');
  const noted = (value: JsonObject): JsonObject => (description === undefined ? value : { ...value, Description: description });
  const groups = [
    ...v.texts('security_groups'),
    ...[v.text('source_security_group_id') ?? v.text('referenced_security_group_id') ?? []].flat(),
    ...(v.flag('self') === true ? [own] : []),
  ];
  const cidrs = [...v.texts('cidr_blocks'), ...[v.text('cidr_ipv4') ?? []].flat()];
  const cidrs6 = [...v.texts('ipv6_cidr_blocks'), ...[v.text('cidr_ipv6') ?? []].flat()];
  const lists = [...v.texts('prefix_list_ids'), ...[v.text('prefix_list_id') ?? []].flat()];
  return {
    IpProtocol: protocol,
    ...(protocol === '-1' ? {} : filled({ FromPort: v.number('from_port'), ToPort: v.number('to_port') })),
    ...filled({
      IpRanges: cidrs.map((CidrIp) => noted({ CidrIp })),
      Ipv6Ranges: cidrs6.map((CidrIpv6) => noted({ CidrIpv6 })),
      PrefixListIds: lists.map((PrefixListId) => noted({ PrefixListId })),
      UserIdGroupPairs: groups.map((each) => {
        const [first, second] = each.split('/');
        return noted(second === undefined ? { GroupId: first ?? '', UserId: v.account } : { GroupId: second, UserId: first ?? '' });
      }),
    }),
  };
}

const groupRule = (list: string): TerraformAttachment => ({
  into: group,
  parent: (v) => v.text('security_group_id'),
  parts: (v) => [{ add: list, value: permission(v, v.text('security_group_id') ?? '') }],
});

const protocols: Readonly<Record<string, string>> = { tcp: '6', udp: '17', icmp: '1', icmpv6: '58', all: '-1' };
function aclEntry(v: TerraformValues, egress: boolean): JsonObject {
  const protocol = (v.text('protocol') ?? '-1').toLowerCase();
  const number = protocols[protocol] ?? protocol;
  const [from, to] = [v.number('from_port'), v.number('to_port')];
  return filled({
    Egress: egress,
    RuleNumber: v.number('rule_no') ?? v.number('rule_number'),
    RuleAction: v.text('action') ?? v.text('rule_action'),
    Protocol: number,
    CidrBlock: v.text('cidr_block'),
    Ipv6CidrBlock: v.text('ipv6_cidr_block'),
    PortRange: (number === '6' || number === '17') && from !== undefined && to !== undefined ? { From: from, To: to } : undefined,
    IcmpTypeCode: number === '1' || number === '58' ? filled({ Type: v.number('icmp_type'), Code: v.number('icmp_code') }) : undefined,
  });
}

/** Security groups and network ACLs. */
export const filterTerraform: TerraformTable = {
  aws_security_group: {
    record: group,
    config: (v) => {
      const id = v.identity('id');
      return {
        ...filled({ GroupId: id, GroupName: v.text('name') ?? v.address, Description: v.text('description'), VpcId: v.text('vpc_id') }),
        ...owner(v),
        IpPermissions: v.blocks('ingress').map((each) => permission(each, id)),
        IpPermissionsEgress: v.blocks('egress').map((each) => permission(each, id)),
        Tags: v.tags(),
      };
    },
    exports: named('GroupId'),
  },
  aws_security_group_rule: {
    into: group,
    parent: (v) => v.text('security_group_id'),
    parts: (v) => [{ add: v.text('type') === 'egress' ? 'IpPermissionsEgress' : 'IpPermissions', value: permission(v, v.text('security_group_id') ?? '') }],
  },
  aws_vpc_security_group_ingress_rule: groupRule('IpPermissions'),
  aws_vpc_security_group_egress_rule: groupRule('IpPermissionsEgress'),
  aws_network_acl: {
    record: 'AWS::EC2::NetworkAcl',
    config: (v) => ({
      ...filled({ NetworkAclId: v.identity('id'), VpcId: v.text('vpc_id') }),
      ...owner(v),
      IsDefault: false,
      Entries: [...v.blocks('egress').map((each) => aclEntry(each, true)), ...v.blocks('ingress').map((each) => aclEntry(each, false)), ...lastEntries],
      Associations: v.texts('subnet_ids').map((SubnetId) => ({ NetworkAclId: v.identity('id'), SubnetId })),
      Tags: v.tags(),
    }),
    exports: named('NetworkAclId'),
  },
  aws_network_acl_rule: {
    into: 'AWS::EC2::NetworkAcl',
    parent: (v) => v.text('network_acl_id'),
    parts: (v) => [{ add: 'Entries', value: aclEntry(v, v.flag('egress') ?? false) }],
  },
  aws_network_acl_association: {
    into: 'AWS::EC2::NetworkAcl',
    parent: (v) => v.text('network_acl_id'),
    parts: (v) => [{ add: 'Associations', value: filled({ NetworkAclId: v.text('network_acl_id'), SubnetId: v.text('subnet_id') }) }],
  },
};
