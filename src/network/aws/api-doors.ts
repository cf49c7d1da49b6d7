import type { ConditionAtom, Evidence } from '../../model/evidence.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { internetAddresses } from '../algebra/address.ts';
import { child, evidence, flag, strings } from './config.ts';
import { type CustomDomain, customDomains } from './names.ts';
import { type Admitted, admittedSources } from './policy-sources.ts';

/** How the internet comes to an API. */
export interface ApiDoor {
  readonly api: SnapshotRecord;
  readonly admitted: Admitted;
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
}

const everybody: Admitted = { set: internetAddresses, atoms: [] };

/**
 * APIs by their default endpoint, and where that is disabled ("they will receive a 403 Forbidden status code") by their custom domain names, which may ask for a
 * client certificate; a resource policy of a REST API holds for both (API Gateway guide).
 */
export function apiDoors(snapshot: Snapshot): readonly ApiDoor[] {
  const domains = customDomains(snapshot);
  const doors = (api: SnapshotRecord, pointer: string, disabled: boolean, admitted: Admitted): readonly ApiDoor[] =>
    disabled ? byName(snapshot, domains, api, admitted) : [{ api, admitted, missing: [], evidence: [evidence(api, pointer)] }];
  return [
    ...snapshot.records('AWS::ApiGateway::RestApi').flatMap((api) => {
      if (strings(child(api.config, 'endpointConfiguration'), 'types').includes('PRIVATE')) return [];
      const policy = api.config['policy'];
      return doors(
        api,
        '/config/endpointConfiguration',
        api.config['disableExecuteApiEndpoint'] === true,
        policy === undefined ? everybody : admittedSources(policy),
      );
    }),
    ...snapshot
      .records('AWS::ApiGatewayV2::Api')
      .flatMap((api) => doors(api, '/config/ApiEndpoint', flag(api.config, 'DisableExecuteApiEndpoint') === true, everybody)),
  ];
}

function byName(snapshot: Snapshot, domains: readonly CustomDomain[], api: SnapshotRecord, admitted: Admitted): readonly ApiDoor[] {
  const own = domains.filter((domain) => domain.open && domain.apis.includes(api));
  const plain = own.find((domain) => domain.truststore === undefined) ?? own[0];
  if (plain !== undefined)
    return [
      {
        api,
        admitted: { ...admitted, atoms: [...admitted.atoms, ...(plain.truststore === undefined ? [] : [certificate(plain.truststore)])] },
        missing: [],
        evidence: [evidence(plain.record, plain.pointer)],
      },
    ];
  const unknown = ['apigateway:GetDomainNames', 'apigateway:GetBasePathMappings', 'apigateway:GetApiMappings'].find(
    (call) => domains.length === 0 && !snapshot.answered(call, api.account, api.region),
  );
  return unknown === undefined
    ? []
    : [{ api, admitted, missing: [`${unknown} ${api.account}/${api.region}`], evidence: [evidence(api, '/config/disableExecuteApiEndpoint')] }];
}

/** With mutual TLS a client must show a certificate that the truststore knows (API Gateway guide, mutual TLS). */
const certificate = (truststore: string): ConditionAtom => ({ operator: 'AllowedBy', key: 'tls:ClientCertificate', values: [truststore], negated: false });
