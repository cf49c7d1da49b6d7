import type { Change } from '../../model/change.ts';
import type { JsonObject } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { type Place, withoutStatement } from './candidate.ts';

/** What stands in place of the last statement of a policy that must have one. One line a type; all others go without a policy. */
const instead: Readonly<Record<string, (record: SnapshotRecord) => JsonObject>> = {
  // A role is trusted by nobody.
  'AWS::IAM::Role': () => ({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }),
  // The account itself, by its IAM policies, as in the default policies of the services.
  'AWS::KMS::Key': (record) => ({ Sid: 'OwnAccount', Effect: 'Allow', Principal: { AWS: root(record) }, Action: 'kms:*', Resource: '*' }),
  'AWS::SNS::Topic': (record) => ({
    Sid: 'OwnAccount',
    Effect: 'Allow',
    Principal: { AWS: root(record) },
    Action: [
      'SNS:GetTopicAttributes',
      'SNS:SetTopicAttributes',
      'SNS:AddPermission',
      'SNS:RemovePermission',
      'SNS:DeleteTopic',
      'SNS:Subscribe',
      'SNS:ListSubscriptionsByTopic',
      'SNS:Publish',
    ],
    Resource: record.id,
  }),
  'AWS::S3::MultiRegionAccessPoint': (record) => ({
    Sid: 'OwnAccount',
    Effect: 'Allow',
    Principal: { AWS: root(record) },
    Action: 's3:GetObject',
    Resource: `${record.id}/object/*`,
  }),
};

const root = (record: SnapshotRecord): string => `arn:${record.id.split(':')[1] ?? 'aws'}:iam::${record.account}:root`;

/** Takes the only statement out of its policy. */
export function replaced(place: Place): Change {
  const { record, pointer } = place;
  const statement = instead[record.type]?.(record);
  if (statement === undefined) return withoutStatement(place);
  return { op: 'set', resource: record.id, pointer: pointer.replace(/\/Statement(\/\d+)?$/, '/Statement'), value: [statement] };
}
