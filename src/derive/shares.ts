import type { GraphBuilder } from '../graph/builder.ts';
import { accountNode } from '../model/account-node.ts';
import { answeringCall, type TypeTable } from '../model/collector.ts';
import { pointer, walkPath } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import { outsiderNode } from './outside.ts';

/** Copies that are shared with accounts or with everybody: snapshots, images, documents. The collectors say where a type keeps its shares. */
export function addShares(builder: GraphBuilder, snapshot: Snapshot, types: TypeTable, names: Readonly<Record<string, string>>): void {
  for (const [name, spec] of types) {
    if (spec.shares === undefined) continue;
    for (const record of snapshot.records(name)) {
      if (!builder.has(record.id)) continue;
      for (const path of spec.shares) {
        for (const { value, at } of walkPath(record.config, path)) {
          const from = value === 'all' ? 'aws:anyone' : typeof value === 'string' && /^\d{12}$/.test(value) ? `aws:account:${value}` : undefined;
          if (from === undefined || value === record.account) continue;
          const own = typeof value === 'string' && builder.has(accountNode(value)) ? accountNode(value) : outsiderNode(builder, from, names);
          if (own === undefined) continue;
          builder.step({
            from: own,
            to: record.id,
            kind: 'CanRead',
            technique: 'aws.shared-copy',
            label: value === 'all' ? 'copies what is shared with everybody' : 'copies what is shared with it',
            factors: [{ name: 'shared', value: 0.95, why: 'one call from an account that it is shared with' }],
            residual: [],
            evidence: [{ resource: record.id, pointer: `/config${pointer(at)}`, call: answeringCall(spec, `/config${pointer(at)}`, record.calls) }],
          });
        }
      }
    }
  }
}
