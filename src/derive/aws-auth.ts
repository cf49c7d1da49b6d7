import type { GraphBuilder } from '../graph/builder.ts';
import { isArray, isObject, type Json, textAt } from '../model/json.ts';
import { append } from '../model/multimap.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import { parseYaml } from '../model/yaml-source.ts';

/** Who is let into a cluster by its ConfigMap. */
interface Entry {
  readonly arn: string;
  readonly groups: readonly string[];
  readonly pointer: string;
}

/** Groups of nodes: they may run what they are given, and nothing else (https://kubernetes.io/docs/reference/access-authn-authz/node/). */
const ofNodes = /^system:(nodes|bootstrappers|node-proxier)$/;

/**
 * "Access to your cluster using IAM principals is enabled by the AWS IAM Authenticator for Kubernetes ..., which ... retrieves its configuration information from the `aws-auth` ConfigMap"
 * (https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html). It lies inside the cluster, so it comes by `import` only; a cluster that reads one and whose ConfigMap is not
 * there is told as not seen. Returns what could not be modelled, in words.
 */
export function addAwsAuth(builder: GraphBuilder, snapshot: Snapshot): readonly string[] {
  const problems: string[] = [];
  const maps = new Map(snapshot.records('AWS::EKS::AuthConfigMap').map((record) => [`${record.account} ${record.region} ${nameOf(record)}`, record]));
  const principals = byName(snapshot);
  for (const cluster of snapshot.records('AWS::EKS::Cluster')) {
    // "API": "The cluster will only use access entries"; absent in answers from before there were any.
    if (textAt(cluster.config, 'accessConfig.authenticationMode') === 'API') continue;
    const name = textAt(cluster.config, 'Name') ?? textAt(cluster.config, 'name') ?? '';
    const map = maps.get(`${cluster.account} ${cluster.region} ${name}`);
    if (map === undefined) {
      problems.push(
        `${cluster.id}: whom its aws-auth ConfigMap lets in (kubectl get configmap aws-auth -n kube-system -o json, with the cluster's name in a request beside it)`,
      );
      continue;
    }
    const entries = entriesOf(map);
    if (entries === undefined) problems.push(`${map.id}: mapRoles or mapUsers is no list`);
    for (const entry of entries ?? [])
      for (const principal of principals.get(entry.arn.toLowerCase()) ?? []) addEntry(builder, cluster.id, map, entry, principal);
  }
  return problems;
}

const nameOf = (record: SnapshotRecord): string => textAt(record.config, 'clusterName') ?? '';

function addEntry(builder: GraphBuilder, cluster: string, map: SnapshotRecord, { groups, pointer }: Entry, principal: string): void {
  const master = groups.includes('system:masters');
  const other = groups.filter((group) => !ofNodes.test(group));
  if (!builder.has(principal) || other.length === 0) return;
  builder.step({
    from: principal,
    to: cluster,
    kind: 'CanExecuteOn',
    technique: 'aws.eks-aws-auth',
    label: master ? 'administers the cluster by its aws-auth ConfigMap' : `is let into the cluster as ${other.join(', ')}`,
    factors: [{ name: 'kubectl', value: 0.85, why: 'one call with a token that the identity signs itself' }],
    residual: [],
    // "system:masters ... allows superuser access"; what another group may do says a binding inside the cluster.
    missing: master ? [] : [`what the group ${other.join(', ')} may do in the cluster`],
    evidence: [{ resource: map.id, pointer, call: map.calls[0] ?? '' }],
  });
}

/** Users by their ARN and roles by theirs without a path, which an assumed role does not bear: "the role ARN can't include a path" in the ConfigMap. */
function byName(snapshot: Snapshot): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const type of ['AWS::IAM::Role', 'AWS::IAM::User']) {
    for (const { id } of snapshot.records(type)) {
      const key = id.replace(/:role\/.*\//, ':role/').toLowerCase();
      append(found, key, id);
    }
  }
  return found;
}

/** `undefined`: not readable. */
function entriesOf(map: SnapshotRecord): readonly Entry[] | undefined {
  const found: Entry[] = [];
  for (const [key, arn] of [
    ['mapRoles', 'rolearn'],
    ['mapUsers', 'userarn'],
  ] as const) {
    const list = listOf(map.config[key], `${map.id} ${key}`);
    if (list === undefined) return undefined;
    for (const each of list) {
      const groups = isObject(each) ? each['groups'] : undefined;
      found.push({ arn: textAt(each, arn) ?? '', groups: isArray(groups) ? groups.map(String) : [], pointer: `/config/${key}` });
    }
  }
  return found;
}

/** The values are YAML inside of YAML. */
function listOf(value: Json | undefined, name: string): readonly Json[] | undefined {
  if (value === undefined || value === null || value === '') return [];
  if (typeof value !== 'string') return undefined;
  try {
    const parsed = parseYaml(value, name)[0]?.value ?? [];
    return isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
