import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { AskOptions } from '../../src/iam/api.ts';
import { createAwsIamEngine } from '../../src/iam/engine.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { CallStatus, SnapshotRecord } from '../../src/model/record.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { residualText } from '../iam/case-file.ts';
import { bucket, role, user } from '../support/estate.ts';

interface Entry extends JsonObject {
  readonly config?: JsonObject;
}
interface EstateCase {
  readonly name: string;
  readonly records?: readonly Entry[];
  readonly calls?: readonly CallStatus[];
  readonly ask: readonly [string, string, string];
  readonly options?: AskOptions;
  readonly expect: string | { readonly if: readonly string[] };
  readonly by?: readonly string[];
  readonly missing?: string;
  readonly refused?: string;
}
interface EstateFile {
  readonly source: string;
  readonly records?: readonly Entry[];
  readonly cases: readonly EstateCase[];
}

const folder = new URL('../cases/iam/estate/', import.meta.url);
const text = (value: Json | undefined): string => String(value ?? '');

/** `{bucket, policy, config, account}`, `{role, trust, statements, …}`, `{user, statements, …}`, or a record as it stands in a snapshot. */
function recordOf(entry: Entry): SnapshotRecord {
  const more = entry.config ?? {};
  const account = entry['account'] === undefined ? undefined : text(entry['account']);
  const statements = (entry['statements'] ?? []) as Json[];
  if (entry['bucket'] !== undefined) return bucket(text(entry['bucket']), entry['policy'], more, account);
  if (entry['role'] !== undefined) return role(text(entry['role']), entry['trust'] ?? {}, statements, more, account);
  if (entry['user'] !== undefined) return user(text(entry['user']), statements, more, account);
  return {
    type: text(entry['type']),
    id: text(entry['id']),
    account: account ?? '111122223333',
    region: text(entry['region'] ?? 'eu-west-1'),
    config: more,
    calls: (entry['calls'] ?? []) as string[],
  };
}

for (const file of readdirSync(folder).sort()) {
  const document = parse(readFileSync(new URL(file, folder), 'utf8'), { merge: true }) as EstateFile;
  describe(file, () => {
    test.each(document.cases.map((each) => [each.name, each] as const))('%s', (_name, each) => {
      const records = new Map([...(document.records ?? []), ...(each.records ?? [])].map(recordOf).map((record) => [record.id, record]));
      const engine = createAwsIamEngine(memorySnapshot(records.values(), { calls: each.calls ?? [] }));
      const result = engine.can(...each.ask, each.options);
      const decision = result.decision === 'deny' && result.explicit ? 'explicit deny' : result.decision;
      expect(decision === 'conditional' ? { if: residualText(result.residual) } : decision).toEqual(each.expect);
      if (each.by !== undefined)
        expect(result.decidedBy.map((by) => `${by.layer} ${by.policy}#${by.statement} ${by.evidence?.resource ?? ''}${by.evidence?.pointer ?? ''}`)).toEqual(
          each.by,
        );
      if (each.missing !== undefined) expect(result.missing.join('\n')).toContain(each.missing);
      expect(result.refused ?? '').toContain(each.refused ?? '');
      expect(result.refused === undefined).toBe(each.refused === undefined);
      if (file !== 'root-sessions.yaml') return;
      // What the service refuses is refused in the bulk form, too.
      const [principal, action, resource] = each.ask;
      if (engine.principals.every(({ arn }) => arn !== principal)) return;
      const grants = engine.bulk({ action, candidates: [resource] }).filter((grant) => grant.principal === principal);
      expect(
        grants.map(({ set, missing, residual }) =>
          set.members.length !== 1 ? 'nothing' : missing.length > 0 ? 'unknown' : residual.length > 0 ? 'conditional' : 'allow',
        ),
      ).toEqual(result.decision === 'deny' ? [] : [result.decision]);
      expect(grants.flatMap(({ missing }) => missing)).toEqual(result.missing);
    });
  });
}
