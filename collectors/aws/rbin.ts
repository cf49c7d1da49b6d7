import { defineCollector } from '../../src/model/collector.ts';

const rules = (ResourceType: string) => ({ call: 'rbin:ListRules', items: 'Rules[]', request: { ResourceType } });

/** Recycle Bin: which deleted volumes, snapshots and images are kept for a time. */
export const rbin = defineCollector({
  id: 'aws.rbin',
  provider: 'aws',
  service: 'rbin',
  title: 'Recycle Bin',
  scope: 'regional',
  sdk: { load: () => import('./rbin-client.ts'), client: 'RbinClient' },
  resources: {
    'AWS::Rbin::Rule': {
      kind: 'Policy',
      label: 'retention rule',
      // Where a region does not keep volumes yet, their rules are not known there.
      list: [rules('EBS_SNAPSHOT'), rules('EC2_IMAGE'), { ...rules('EBS_VOLUME'), absent: ['ValidationException'] }],
      details: [{ call: 'rbin:GetRule', request: { Identifier: 'Identifier' }, keep: '', merge: true, recognise: ['ResourceType', 'RetentionPeriod'] }],
      id: 'arn:$partition:rbin:$region:$account:rule/{Identifier}',
      aliases: ['Identifier'],
      name: ['Description'],
      recognise: ['Identifier', 'RetentionPeriod'],
      properties: {
        resourceType: { type: 'string', means: 'EBS_SNAPSHOT, EC2_IMAGE or EBS_VOLUME', from: 'ResourceType' },
        days: { type: 'number', means: 'days that what was deleted is kept', from: 'RetentionPeriod.RetentionPeriodValue' },
        lock: { type: 'string', means: 'locked, pending_unlock or unlocked', from: 'LockState' },
        tags: { type: 'object[]', means: 'tags of what is kept; none: everything in the region', from: 'ResourceTags' },
        exclusions: { type: 'object[]', means: 'tags of what is not kept', from: 'ExcludeResourceTags' },
      },
    },
  },
});
