import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Change } from '../../src/model/change.ts';
import type { Json } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { jsonSchema } from '../../src/schema/registry.ts';
import { changedSnapshot } from '../../src/snapshot/change.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { writeSnapshot } from '../../src/snapshot/write.ts';
import { bucket, role, roleArn, trusts, user, userArn } from './estate.ts';
import { type RunResult, run } from './run.ts';

export const allow = (action: Json, resource: Json = '*'): Json => ({ Effect: 'Allow', Action: action, Resource: resource });
export const customers = 'arn:aws:s3:::customers';
const vendor = '999988887777';

/** A vendor's role that reads customers' data by two statements, and a user who may assume an administrator. */
const records: readonly SnapshotRecord[] = [
  role('vendor', trusts({ AWS: `arn:aws:iam::${vendor}:root` }), [allow('s3:GetObject', `${customers}/*`), allow(['s3:Get*', 's3:List*'])]),
  role('admin', trusts({ AWS: userArn('jo') }), [allow('*')]),
  user('jo', [allow('sts:AssumeRole', roleArn('admin'))], { GetLoginProfile: { UserName: 'jo' } }),
  bucket('customers', undefined, { GetBucketTagging: { TagSet: [] } }),
  bucket('logs'),
];
export const opened: readonly Change[] = [
  {
    op: 'set',
    resource: roleArn('vendor'),
    pointer: '/config/AssumeRolePolicyDocument/Statement/0/Condition',
    value: { StringEquals: { 'sts:ExternalId': 'secret-word' } },
  },
  {
    op: 'set',
    resource: 'arn:aws:s3:::logs',
    pointer: '/config/GetBucketPolicy',
    value: { Policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::logs/*' }] } },
  },
  { op: 'set', resource: userArn('jo'), pointer: '/config/Tags', value: [{ Key: 'team', Value: 'web' }] },
];

let folder = '';
export const at = (name: string): string => path.join(folder, name);
export const head = {
  tool: 'test',
  state: 'complete' as const,
  scope: { providers: ['aws'], accounts: ['111122223333'], regions: ['eu-west-1'] },
  start: '2026-11-20T00:00:00.000Z',
  end: '2026-11-20T00:01:00.000Z',
  calls: [],
};

/** Writes the estate as it is (`before`) and as it is opened up (`after`) into a folder that is gone with the tests of the file. */
export function pathEstate(): void {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'postern-paths-'));
    await writeSnapshot(at('before'), records, head);
    await writeSnapshot(at('after'), changedSnapshot(memorySnapshot(records), opened).snapshot.all(), head);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });
}

/** Runs a command, checks its JSON against the published schema, and gives it. */
export async function json<T>(schema: string, words: readonly string[], stdin?: string): Promise<RunResult & { readonly value: T }> {
  const result = await run([...words, '--format', 'json'], stdin === undefined ? {} : { stdin });
  if (result.out === '') throw new Error(result.err);
  const value = JSON.parse(result.out) as T;
  const validate = new Ajv2020({ strict: false }).compile(jsonSchema(schema) ?? {});
  validate(value);
  expect(validate.errors).toBeNull();
  return { ...result, value };
}

export interface PathDocument {
  readonly id: string;
  readonly risk: number;
  readonly entry: { readonly id: string };
  readonly target: { readonly id: string };
  readonly suppression?: object;
  readonly state?: string;
}
