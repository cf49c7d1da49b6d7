import type { ConditionAtom, Evidence } from '../../model/evidence.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, addressSet, internetAddresses, intersectSets, shareOf, toCidrs } from '../algebra/address.ts';
import { portRange, type Traffic, toPortSets, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { apiDoors } from './api-doors.ts';
import { child, evidence, flag, number, objects, strings, text } from './config.ts';
import { type Admitted, admittedSources } from './policy-sources.ts';

export const https = portRange(6, 443, 443);
export const web = traffic.union(portRange(6, 80, 80), https);

/** Front doors that a provider runs for a resource: they have no interface in a network of the snapshot, so no group or ACL guards them; a resource policy may. */
export function serviceExposures(snapshot: Snapshot): readonly ReachClass[] {
  const out: ReachClass[] = [];
  const open = (
    record: SnapshotRecord,
    proof: string | readonly Evidence[],
    ports: Traffic,
    more: { readonly atoms?: readonly ConditionAtom[]; readonly set?: AddressSet; readonly missing?: readonly string[] } = {},
  ): void => {
    const inside = intersectSets(more.set ?? internetAddresses, internetAddresses);
    if ((inside.v4.length === 0 && inside.v6.length === 0) || ports.length === 0) return;
    out.push({
      sources: ['internet'],
      destinations: [record.id],
      flows: toPortSets(ports),
      from: { cidrs: toCidrs(inside), share: shareOf(inside, internetAddresses) },
      residual: [{ allOf: more.atoms ?? [] }],
      missing: more.missing ?? [],
      evidence: typeof proof === 'string' ? [evidence(record, proof)] : proof,
    });
  };
  for (const record of snapshot.records('AWS::Lambda::Function')) {
    const urls = objects(record.config, 'ListFunctionUrlConfigs', 'FunctionUrlConfigs', 'GetFunctionUrlConfig');
    const single = child(record.config, 'GetFunctionUrlConfig');
    for (const url of urls.length > 0 ? urls : text(single, 'FunctionUrl') === undefined ? [] : [single])
      open(record, '/config/ListFunctionUrlConfigs', https, text(url, 'AuthType') === 'NONE' ? {} : { atoms: [signed] });
  }
  for (const door of apiDoors(snapshot)) open(door.api, door.evidence, https, { ...door.admitted, missing: door.missing });
  for (const record of snapshot.records('AWS::CloudFront::Distribution')) if (flag(record.config, 'Enabled') !== false) open(record, '/config/DomainName', web);
  for (const record of snapshot.records('AWS::EKS::Cluster')) {
    const config = child(record.config, 'resourcesVpcConfig');
    if (flag(config, 'endpointPublicAccess') !== true) continue;
    const cidrs = strings(config, 'publicAccessCidrs');
    open(record, '/config/resourcesVpcConfig/publicAccessCidrs', https, cidrs.length === 0 ? {} : { set: addressSet(cidrs) });
  }
  for (const record of snapshot.records('AWS::OpenSearchService::Domain')) {
    if (strings(child(record.config, 'VPCOptions'), 'SubnetIds').length > 0 || text(record.config, 'Endpoint') === undefined) continue;
    open(record, '/config/AccessPolicies', traffic.union(portRange(6, 80, 80), https), protectedBy(record, admittedSources(record.config['AccessPolicies'])));
  }
  for (const record of snapshot.records('AWS::AppRunner::Service')) {
    const ingress = child(child(record.config, 'NetworkConfiguration'), 'IngressConfiguration');
    if (flag(ingress, 'IsPubliclyAccessible') !== false && text(record.config, 'ServiceUrl') !== undefined) open(record, '/config/ServiceUrl', https);
  }
  for (const record of snapshot.records('AWS::GlobalAccelerator::Accelerator')) {
    if (flag(record.config, 'Enabled') === false) continue;
    const own = snapshot.records('AWS::GlobalAccelerator::Listener').filter((listener) => listener.id.startsWith(`${record.id}/`));
    const known = own.length > 0 || snapshot.answered('globalaccelerator:ListListeners', record.account, record.region);
    const ports = own.reduce<Traffic>((sum, listener) => traffic.union(sum, acceleratorPorts(listener)), traffic.empty);
    open(record, '/config/IpSets', known ? ports : web, known ? {} : { missing: [`globalaccelerator:ListListeners ${record.account}/${record.region}`] });
  }
  return out;
}

export function acceleratorPorts(listener: SnapshotRecord): Traffic {
  const protocol = text(listener.config, 'Protocol') === 'UDP' ? 17 : 6;
  return traffic.of(
    objects(listener.config, 'PortRanges').flatMap((range) => traffic.pairs(portRange(protocol, number(range, 'FromPort') ?? 0, number(range, 'ToPort') ?? 0))),
  );
}

const signed: ConditionAtom = { operator: 'StringEquals', key: 'lambda:FunctionUrlAuthType', values: ['AWS_IAM'], negated: false };

/** With fine-grained access control everybody logs in, whatever the access policy says. */
function protectedBy(record: SnapshotRecord, admitted: Admitted): Admitted {
  if (flag(child(record.config, 'AdvancedSecurityOptions'), 'Enabled') !== true) return admitted;
  return {
    ...admitted,
    atoms: [...admitted.atoms, { operator: 'Bool', key: 'es:FineGrainedAccessControl', values: ['a user of the domain'], negated: false }],
  };
}
