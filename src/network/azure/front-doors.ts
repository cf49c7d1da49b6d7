import type { Evidence } from '../../model/evidence.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { portRange, type Traffic, traffic } from '../algebra/traffic.ts';
import { child, evidence, number, objects, text } from '../aws/config.ts';

/** A service at the edge of Azure's network that takes requests from everybody and sends them on to origins. */
export interface FrontDoor {
  readonly record: SnapshotRecord;
  readonly called: Traffic;
  readonly origins: readonly Origin[];
  /** Its web application firewalls, for who reads the hops. */
  readonly evidence: readonly Evidence[];
}

export interface Origin {
  readonly host: string;
  /** The resource that it names itself, where it does. */
  readonly resource: string | undefined;
  readonly ports: Traffic;
  /** It comes by a private link that the origin's owner approved. */
  readonly private: boolean;
  readonly evidence: Evidence;
}

const web = traffic.union(portRange(6, 80, 80), portRange(6, 443, 443));
const enabled = (own: JsonObject): boolean => text(own, 'enabledState')?.toLowerCase() !== 'disabled';

/** Front Doors of both generations, and CDN endpoints. */
export function readFrontDoors(snapshot: Snapshot): readonly FrontDoor[] {
  return [...profiles(snapshot), ...classic(snapshot), ...endpoints(snapshot)];
}

function profiles(snapshot: Snapshot): readonly FrontDoor[] {
  const groups = snapshot.records('Microsoft.Cdn/profiles/originGroups/origins');
  const policies = snapshot.records('Microsoft.Cdn/profiles/securityPolicies');
  return snapshot.records('Microsoft.Cdn/profiles').flatMap((record): FrontDoor[] => {
    const prefix = `${record.id.toLowerCase()}/`;
    const within = (each: SnapshotRecord): boolean => each.id.toLowerCase().startsWith(prefix);
    const doors = snapshot.records('Microsoft.Cdn/profiles/afdEndpoints').filter((each) => within(each) && enabled(child(each.config, 'properties')));
    if (doors.length === 0) return [];
    const routes = snapshot.records('Microsoft.Cdn/profiles/afdEndpoints/routes').filter((each) => within(each) && enabled(child(each.config, 'properties')));
    const used = new Set(routes.map((each) => text(child(child(each.config, 'properties'), 'originGroup'), 'id')?.toLowerCase()));
    const origins = groups
      .filter((each) => within(each) && enabled(child(each.config, 'properties')))
      .filter((each) => [...used].some((group) => group !== undefined && each.id.toLowerCase().startsWith(`${group}/`)))
      .map((each) => originOf(each, child(each.config, 'properties'), '/config/properties'));
    return [
      {
        record,
        called: web,
        origins,
        evidence: [...doors.map((each) => evidence(each, '/config/properties')), ...policies.filter(within).map((each) => evidence(each, '/config'))],
      },
    ];
  });
}

function originOf(record: SnapshotRecord, own: JsonObject, pointer: string, host = text(own, 'hostName') ?? ''): Origin {
  const http = number(own, 'httpPort') ?? 80;
  const https = number(own, 'httpsPort') ?? 443;
  const link = child(own, 'sharedPrivateLinkResource');
  return {
    host,
    resource: text(child(own, 'azureOrigin'), 'id') ?? text(child(link, 'privateLink'), 'id'),
    ports: traffic.union(portRange(6, http, http), portRange(6, https, https)),
    private: Object.keys(link).length > 0,
    evidence: evidence(record, pointer),
  };
}

const classic = (snapshot: Snapshot): readonly FrontDoor[] =>
  snapshot.records('Microsoft.Network/frontDoors').map((record): FrontDoor => {
    const own = child(record.config, 'properties');
    const origins = objects(own, 'backendPools').flatMap((pool, index) =>
      objects(child(pool, 'properties'), 'backends')
        .filter(enabled)
        .map((each) => originOf(record, each, `/config/properties/backendPools/${index}`, text(each, 'address') ?? '')),
    );
    const shut = !enabled(own);
    return { record, called: shut ? traffic.empty : web, origins: shut ? [] : origins, evidence: [evidence(record, '/config/properties')] };
  });

const endpoints = (snapshot: Snapshot): readonly FrontDoor[] =>
  snapshot.records('Microsoft.Cdn/profiles/endpoints').map((record): FrontDoor => {
    const own = child(record.config, 'properties');
    const origins = objects(own, 'origins').map((each, index) => originOf(record, child(each, 'properties'), `/config/properties/origins/${index}`));
    return { record, called: web, origins, evidence: [evidence(record, '/config/properties')] };
  });

/** Where the names of a Traffic Manager profile lead: "it's DNS-based … clients connect to the selected endpoint directly". */
export function trafficManagerTargets(record: SnapshotRecord): readonly { readonly host: string; readonly resource: string | undefined }[] {
  return objects(child(record.config, 'properties'), 'endpoints')
    .map((row) => child(row, 'properties'))
    .filter((own) => text(own, 'endpointStatus')?.toLowerCase() !== 'disabled')
    .map((own) => ({ host: text(own, 'target') ?? '', resource: text(own, 'targetResourceId') }));
}
