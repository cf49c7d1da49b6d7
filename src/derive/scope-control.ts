import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeSpec } from '../graph/types.ts';
import type { TypeTable } from '../model/collector.ts';
import { textAt } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import type { NodeKind, StepKind } from '../model/vocabulary.ts';
import type { StructureEdge } from './estate-facts.ts';

/** What control over a scope means for what lies in it. What has no entry leads nowhere by itself. */
const control: Partial<Record<NodeKind, StepKind>> = {
  Account: 'CanGrant',
  Folder: 'CanGrant',
  Compute: 'CanExecuteOn',
  Pipeline: 'CanExecuteOn',
  Credential: 'CanBecome',
  Principal: 'CanBecome',
  Group: 'CanBecome',
  DataStore: 'CanRead',
  Secret: 'CanRead',
  Key: 'CanRead',
  Artifact: 'CanWrite',
};
/** From these the control of a scope goes on to what it contains. */
const scopes: ReadonlySet<NodeKind> = new Set(['Organization', 'Account', 'Folder', 'DataStore', 'Compute', 'Secret', 'Artifact']);

/**
 * Who controls a scope of Azure (may give himself every role in it) controls what is inherited from it: tenant, management group, subscription, resource group, resource.
 * A Global Administrator "can elevate access to manage all subscriptions and management groups" (https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin),
 * so control of the tenant is control of its root group. One step for each thing, whatever the number of people.
 */
export function addScopeControl(builder: GraphBuilder, types: TypeTable, contains: readonly StructureEdge[]): void {
  for (const { from, to, evidence } of contains) {
    const [scope, inner] = [builder.get(from), builder.get(to)];
    if (scope === undefined || inner === undefined || !scopes.has(scope.kind)) continue;
    const [outerCloud, innerCloud] = [types.get(scope.type)?.collector.provider, types.get(inner.type)?.collector.provider];
    const kind = control[inner.kind];
    // A unit of the directory holds others' objects: control of it is a matter of the roles that are scoped to it.
    if (kind === undefined || outerCloud === undefined || outerCloud === 'aws' || (outerCloud === 'entra' && scope.kind !== 'Organization')) continue;
    builder.step({ from, to, kind, ...words(scope, innerCloud), residual: [], evidence });
  }
}

/** Who commands a cluster commands its nodes: scale sets in the resource group that AKS makes for them (https://learn.microsoft.com/azure/aks/faq, "node resource group"). */
export function addClusterNodes(builder: GraphBuilder, snapshot: Snapshot): void {
  for (const cluster of snapshot.records('Microsoft.ContainerService/managedClusters')) {
    const name = textAt(cluster.config, 'properties.nodeResourceGroup')?.toLowerCase();
    if (name === undefined) continue;
    const prefix = `${cluster.id.split('/', 3).join('/')}/resourcegroups/${name}/`;
    for (const nodes of snapshot.records('Microsoft.Compute/virtualMachineScaleSets')) {
      if (!nodes.id.startsWith(prefix)) continue;
      builder.step({
        from: cluster.id,
        to: nodes.id,
        kind: 'CanExecuteOn',
        technique: 'azure.cluster-nodes',
        label: 'runs on its nodes',
        factors: [{ name: 'privileged pod', value: 0.85, why: 'a pod with the rights of its node' }],
        residual: [],
        evidence: [{ resource: cluster.id, pointer: '/config/properties/nodeResourceGroup', call: cluster.calls[0] ?? '' }],
      });
    }
  }
}

function words(
  scope: NodeSpec,
  inner: string | undefined,
): { technique: string; label: string; factors: readonly { name: string; value: number; why: string }[] } {
  if (scope.kind !== 'Organization')
    return {
      technique: 'azure.scope-control',
      label: 'controls',
      factors: [{ name: 'inheritance', value: 0.98, why: 'what holds in a scope holds in all below it' }],
    };
  if (inner === 'azure')
    return {
      technique: 'azure.elevate-access',
      label: 'elevates its access to',
      factors: [{ name: 'elevation', value: 0.95, why: 'one call, and it is logged' }],
    };
  return {
    technique: 'entra.tenant-control',
    label: 'takes over',
    factors: [{ name: 'administration', value: 0.95, why: 'an administrator of the tenant may do it at once, and it is logged' }],
  };
}
