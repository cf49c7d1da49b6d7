import type { Evidence } from '../../model/evidence.ts';
import { isArray } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { portRange, type Traffic, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { child, evidence, objects, text } from '../aws/config.ts';
import { unique } from './classes.ts';
import { type Place, targetsOfOrigin, toTarget, vague } from './doors.ts';
import { fromEdge } from './edge-calls.ts';
import { rowsOf } from './internal.ts';
import { edgeCaller } from './outbound.ts';

const type = 'Microsoft.ApiManagement/service';

interface Backend {
  readonly host: string;
  readonly resource: string | undefined;
  readonly ports: Traffic;
  readonly evidence: Evidence;
}

/**
 * Where an API Management service sends requests: the `serviceUrl` of each of its APIs, and the backends that their policies may name. Which policy names which is not read, so that each backend
 * counts as used.
 */
function backendsOf(record: SnapshotRecord): readonly Backend[] {
  const named = objects(record.config, 'backends').flatMap((row, index): Backend[] => {
    const own = child(row, 'properties');
    const resource = text(own, 'resourceId')?.replace(/^https:\/\/[^/]+/i, '');
    return toUrl(text(own, 'url'), resource, evidence(record, `/config/backends/${index}`));
  });
  const served = objects(record.config, 'apis').flatMap((row, index) => {
    const own = child(row, 'properties');
    return toUrl(text(own, 'serviceUrl'), undefined, evidence(record, `/config/apis/${index}`));
  });
  return [...named, ...served];
}

function toUrl(url: string | undefined, resource: string | undefined, proof: Evidence): Backend[] {
  const [, scheme = '', host = '', port] = /^([a-z]+):\/\/(?:[^/@]*@)?([^/:?#]+)(?::(\d+))?/i.exec(url ?? '') ?? [];
  const known = port === undefined ? { http: 80, https: 443, ws: 80, wss: 443 }[scheme.toLowerCase()] : Number(port);
  return host === '' || known === undefined ? [] : [{ host, resource, ports: portRange(6, known, known), evidence: proof }];
}

/** What API Management sends to its backends: from its subnet where it stands in one, otherwise from Azure's own networks by its public addresses. */
export function apiClasses(place: Place): readonly ReachClass[] {
  const { estate, snapshot, doors } = place;
  return unique(
    snapshot.records(type).flatMap((record): readonly ReachClass[] => {
      if (!isArray(record.config['backends']) && !isArray(record.config['apis'])) {
        const web = traffic.union(portRange(6, 80, 80), portRange(6, 443, 443));
        return [vague(record.id, 'internet', web, `backends of ${record.id}`, [evidence(record, '/config')])];
      }
      const stations = estate.stations.filter((each) => each.owner === record.id && each.calls);
      const edge = edgeCaller(record, snapshot);
      return backendsOf(record).flatMap((backend) =>
        targetsOfOrigin(estate, snapshot, doors, backend).flatMap((target) => {
          const found = stations.length > 0 ? stations.map((each) => toTarget(place, each, target, backend.ports)) : [];
          if (edge !== undefined) found.push(fromEdge(place, edge, target, backend.ports));
          return found.flatMap((each) =>
            typeof each === 'string'
              ? [vague(record.id, 'internet', backend.ports, each, [backend.evidence])]
              : each.flatMap(({ id, outcome }) => rowsOf([record.id], [id], { ...outcome, evidence: [backend.evidence, ...outcome.evidence] })),
          );
        }),
      );
    }),
  );
}
