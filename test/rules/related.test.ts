import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { allTypes } from '../../src/cli/analysis.ts';
import type { CallStatus, SnapshotRecord } from '../../src/model/record.ts';
import { recordDocument } from '../../src/rules/record-document.ts';
import { snapshotNeighbours } from '../../src/rules/related.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';

const call = (name: string, account: string, region: string, state: CallStatus['state']): CallStatus => ({ call: name, account, region, state, requests: 1 });
const record = (type: string, id: string, account: string, region: string, config = {}): SnapshotRecord => ({ type, id, account, region, config, calls: [] });

describe('whether a type was listed', () => {
  const types = allTypes();
  const neighbours = async (calls: readonly CallStatus[]) => snapshotNeighbours(memorySnapshot([], { calls, types: await types }), await types, recordDocument);

  test.each([
    ['answered there', [call('ec2:DescribeFlowLogs', '111122223333', 'eu-west-1', 'ok')], 'eu-west-1', true],
    ['nothing there', [call('ec2:DescribeFlowLogs', '111122223333', 'eu-west-1', 'absent')], 'eu-west-1', true],
    ['denied there', [call('ec2:DescribeFlowLogs', '111122223333', 'eu-west-1', 'denied')], 'eu-west-1', false],
    ['answered elsewhere only', [call('ec2:DescribeFlowLogs', '111122223333', 'us-east-1', 'ok')], 'eu-west-1', false],
    [
      'answered in every region',
      [call('ec2:DescribeFlowLogs', '111122223333', 'us-east-1', 'ok'), call('ec2:DescribeFlowLogs', '111122223333', 'eu-west-1', 'ok')],
      undefined,
      true,
    ],
    [
      'denied in one region',
      [call('ec2:DescribeFlowLogs', '111122223333', 'us-east-1', 'ok'), call('ec2:DescribeFlowLogs', '111122223333', 'eu-west-1', 'denied')],
      undefined,
      false,
    ],
    ['never asked', [call('ec2:DescribeVpcs', '111122223333', 'eu-west-1', 'ok')], 'eu-west-1', false],
    ['asked through what stands above the account', [call('ec2:DescribeFlowLogs', 'tenant', 'global', 'ok')], undefined, true],
    ['denied through what stands above the account', [call('ec2:DescribeFlowLogs', 'tenant', 'global', 'denied')], undefined, false],
  ] as const)('%s', async (_name, calls, region, collected) => {
    expect((await neighbours([...calls])).collected('AWS::EC2::FlowLog', '111122223333', region)).toBe(collected);
  });

  test.each([
    ['answered for the tenant', 'ok', true],
    ['denied for the tenant', 'denied', false],
  ] as const)('role assignments of a subscription: %s', async (_name, state, collected) => {
    const calls = [
      call('resourcegraph:authorizationresources', 'tenant', 'global', state),
      call('arm:Microsoft.Authorization/locks', 'subscription', 'global', 'ok'),
    ];
    expect((await neighbours(calls)).collected('Microsoft.Authorization/roleAssignments', 'subscription', undefined)).toBe(collected);
    // Locks are asked of each subscription: of one that was not asked nothing is known.
    expect((await neighbours([...calls, call('arm:x/y', 'other', 'global', 'ok')])).collected('Microsoft.Authorization/locks', 'other', undefined)).toBe(false);
  });

  test('neighbours are the records of a type', async () => {
    const snapshot = memorySnapshot([record('AWS::EC2::FlowLog', 'f', 'a', 'r', { ResourceId: 'vpc-1' })]);
    expect(snapshotNeighbours(snapshot, await types, recordDocument).of('AWS::EC2::FlowLog')).toMatchObject([{ account: 'a', region: 'r' }]);
  });
});

describe('the bundled pack', () => {
  const rules = readdirSync(path.join('rules', 'checks'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) =>
      parseAllDocuments(readFileSync(path.join('rules', 'checks', file), 'utf8')).map((document) => ({
        file,
        rule: document.toJS() as { id: string; remediation: { cli?: string; terraform?: string }; attack: string[] },
      })),
    );
  const frameworks = readdirSync(path.join('rules', 'frameworks')).map((file) => ({
    file,
    framework: parseAllDocuments(readFileSync(path.join('rules', 'frameworks', file), 'utf8'))[0]?.toJS() as {
      id: string;
      controls: { id: string; automation: string; rules?: string[]; attack?: string[] }[];
    },
  }));

  test('every rule has its fix as command and Terraform, and stands in a framework', () => {
    const mapped = new Set(frameworks.flatMap(({ framework }) => framework.controls.flatMap((control) => control.rules ?? [])));
    const techniques = new Set(frameworks.flatMap(({ framework }) => framework.controls.flatMap((control) => control.attack ?? [])));
    for (const { file, rule } of rules) {
      expect([file, rule.remediation.cli !== undefined, rule.remediation.terraform !== undefined]).toEqual([file, true, true]);
      expect([file, mapped.has(rule.id) || rule.attack.some((id) => techniques.has(id) || techniques.has(id.split('.')[0] ?? ''))]).toEqual([file, true]);
    }
  });

  test.each([
    ['cis-aws', 0.9],
    ['cis-azure', 0.9],
    ['scuba-entra', 0.9],
  ])('%s: at least this share of the automated controls has a rule', (id, share) => {
    const controls = frameworks.find(({ framework }) => framework.id === id)?.framework.controls.filter((control) => control.automation === 'automated') ?? [];
    expect(controls.length).toBeGreaterThan(0);
    expect(controls.filter((control) => (control.rules ?? []).length > 0).length / controls.length).toBeGreaterThanOrEqual(share);
  });
});
