import type { GraphBuilder } from '../graph/builder.ts';
import type { IamEngine } from '../iam/api.ts';
import { append } from '../model/multimap.ts';
import type { Snapshot } from '../model/record.ts';

const clusters = 'Microsoft.ContainerService/managedClusters';
const registries = 'Microsoft.ContainerRegistry/registries';
/** Pulling by a role of the whole registry, and by one of its repositories (https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions). */
const pulls = [
  { action: `${registries}/pull/read`, suffix: '' },
  { action: `data:${registries}/repositories/content/read`, suffix: '/*' },
];

/**
 * What a cluster runs is told by Kubernetes, not by Azure; where its images come from is told by the right to pull that its nodes were given: attaching a
 * registry to a cluster gives AcrPull on it to the identity of the agent pools (https://learn.microsoft.com/azure/aks/cluster-container-registry-integration). As structure, so that techniques find it where they find the
 * registries that other resources name.
 */
export function addPulledImages(builder: GraphBuilder, snapshot: Snapshot, iam: IamEngine): void {
  const stores = snapshot.records(registries).map((record) => record.id);
  if (stores.length === 0 || snapshot.records(clusters).length === 0) return;
  const pulling = new Map<string, string[]>();
  for (const { from, to, kind } of builder.structureEdges()) {
    if (kind !== 'UsesIdentity' || builder.get(from)?.type !== clusters || builder.get(to)?.type !== 'Microsoft.Graph/servicePrincipal') continue;
    append(pulling, to, from);
  }
  if (pulling.size === 0) return;
  const sorted = [...stores].sort();
  for (const { action, suffix } of pulls) {
    const grants = iam.bulk({ action, candidates: sorted.map((id) => `${id}${suffix}`), principals: [...pulling.keys()].sort() });
    for (const { principal, set, residual, missing, evidence } of grants) {
      if (residual.length + missing.length > 0) continue;
      for (const member of set.members)
        for (const cluster of pulling.get(principal) ?? []) builder.structure({ from: cluster, to: sorted[member] ?? '', kind: 'UsesArtifact', evidence });
    }
  }
}
