import { textAt, walkPath } from '../../model/json.ts';
import { append } from '../../model/multimap.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';

/**
 * Access points of S3. "For an application or user to be able to access objects through an access point, both the access point and the underlying bucket ... must permit the request"
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html): a request through one is two questions, about the access point and about the bucket, and every policy has
 * a say in both.
 */
export interface AccessPoint {
  readonly id: string;
  /** Account that owns it. */
  readonly account: string;
  /** ARNs of the buckets behind it: one, or those of a multi-Region access point, which answers from the nearest. */
  readonly buckets: readonly string[];
  /** The only VPC that requests may come from. "Amazon S3 rejects any request made to the access point that doesn't originate from that VPC" (.../access-points-vpc.html). */
  readonly vpc: string | undefined;
  readonly origin: 'Internet' | 'VPC';
}

const types = ['AWS::S3::AccessPoint', 'AWS::S3::MultiRegionAccessPoint'] as const;

/** Reads a record; `undefined` where it is no access point. */
export function accessPoint(record: SnapshotRecord): AccessPoint | undefined {
  if (!(types as readonly string[]).includes(record.type)) return undefined;
  const partition = record.id.split(':')[1] ?? 'aws';
  const names = record.type === 'AWS::S3::AccessPoint' ? [...walkPath(record.config, 'Bucket')] : [...walkPath(record.config, 'Regions[].Bucket')];
  const vpc = textAt(record.config, 'VpcConfiguration.VpcId');
  return {
    id: record.id,
    account: record.account,
    buckets: names.map(({ value }) => `arn:${partition}:s3:::${String(value)}`),
    vpc,
    origin: vpc === undefined && textAt(record.config, 'NetworkOrigin') !== 'VPC' ? 'Internet' : 'VPC',
  };
}

/** Access points by the bucket behind them. */
export function accessPointsByBucket(snapshot: Snapshot): ReadonlyMap<string, readonly AccessPoint[]> {
  const found = new Map<string, AccessPoint[]>();
  for (const type of types)
    for (const record of snapshot.records(type)) {
      const point = accessPoint(record);
      for (const bucket of point?.buckets ?? []) if (point !== undefined) append(found, bucket, point);
    }
  return found;
}

const named = /^(arn:[^:]+:s3:[^:]*:\d{12}:accesspoint\/[^/]+)(?:\/object\/(.*)|\/?)$/s;

/** The access point that an ARN is about, or lies in. */
export const accessPointId = (arn: string): string | undefined => named.exec(arn)?.[1];

/** What a request for an access point, or an object by it, asks of a bucket behind it. */
export function behind(arn: string, bucket: string): string {
  const key = named.exec(arn)?.[2];
  return key === undefined ? bucket : `${bucket}/${key}`;
}

/** What one would ask of an access point to get at a bucket, or at an object in it. */
export function through(point: AccessPoint, bucket: string, arn: string): string {
  return arn === bucket ? point.id : `${point.id}/object/${arn.slice(bucket.length + 1)}`;
}

/** Whether requests for an action (lower case) go on to the bucket; the others are about the access point itself. */
export const passesThrough = (action: string): boolean => action.startsWith('s3:') && !action.includes('accesspoint');

/**
 * Keys of a request through an access point (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html#access-points-condition-keys); one that comes directly has none
 * of them.
 */
export const accessPointKeys = (point: AccessPoint | undefined): Readonly<Record<string, readonly string[]>> => ({
  's3:DataAccessPointArn': point === undefined ? [] : [point.id],
  's3:DataAccessPointAccount': point === undefined ? [] : [point.account],
  's3:AccessPointNetworkOrigin': point === undefined ? [] : [point.origin],
});
