import { expect, test } from '@jest/globals';
import { iam } from '../../collectors/aws/iam.ts';
import { runUnit } from '../../src/collect/runner.ts';
import type { Transport } from '../../src/collect/unit-run.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';

const role = { RoleName: 'app', Arn: 'arn:aws:iam::111122223333:role/app', RolePolicyList: [], AttachedManagedPolicies: [] };
const [started, result] = ['iam:GenerateServiceLastAccessedDetails', 'iam:GetServiceLastAccessedDetails'];

/** An account with one role, whose job has one status after the other. */
async function collected(statuses: readonly string[]): Promise<{ readonly record: SnapshotRecord | undefined; readonly state: JsonObject | undefined }> {
  const left = [...statuses];
  const answers: Readonly<Record<string, () => JsonObject>> = {
    GetAccountAuthorizationDetails: () => ({ RoleDetailList: [role] }),
    GenerateServiceLastAccessedDetails: () => ({ JobId: 'j-1' }),
    GetServiceLastAccessedDetails: () => ({ JobStatus: left.shift() ?? 'IN_PROGRESS', ServicesLastAccessed: [{ ServiceNamespace: 's3' }] }),
  };
  const transport: Transport = { call: async (_collector, operation) => ({ answer: answers[operation]?.() ?? {}, requests: 1 }) };
  const records: SnapshotRecord[] = [];
  const place = { partition: 'aws', account: '111122223333', region: 'eu-west-1' };
  const { calls } = await runUnit(
    { collector: iam, place },
    transport,
    {
      records: async (_account, _region, _type, found) => {
        records.push(...found);
      },
    },
    (config) => config,
    new Set(['last-accessed']),
  );
  const { state, message, resources } = calls.find(({ call }) => call === started) ?? {};
  return {
    record: records.find(({ id }) => id === role.Arn),
    state: { state: state ?? '', ...(message === undefined ? {} : { message }), ...(resources === undefined ? {} : { resources: [...resources] }) },
  };
}

test('a job that ends gives its answer to the record', async () => {
  const { record, state } = await collected(['IN_PROGRESS', 'COMPLETED']);
  expect(record?.config['ServiceLastAccessed']).toEqual([{ ServiceNamespace: 's3' }]);
  expect(record?.calls).toEqual(expect.arrayContaining([started, result]));
  expect(state).toEqual({ state: 'ok' });
});

test('a job that fails is a gap of the call that started it, and the record does not say that it was answered', async () => {
  const { record, state } = await collected(['IN_PROGRESS', 'FAILED']);
  expect(record?.config['ServiceLastAccessed']).toBeUndefined();
  expect(record?.calls).not.toContain(started);
  expect(state).toEqual({ state: 'failed', message: 'its job is FAILED', resources: [role.Arn] });
});
