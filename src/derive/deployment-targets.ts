import { isArray, isObject, type Json, textAt } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import type { StructureLink } from './structure-link.ts';

/**
 * Instances that a deployment group chooses by tags: `ec2TagFilters`, of which one must fit, or the groups of `ec2TagSet`, of each of which one must fit
 * (https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_EC2TagSet.html: "the instance must be identified by tag groups in all lists"). Both are never set together.
 */
export function deploymentTargets(snapshot: Snapshot): readonly StructureLink[] {
  const instances = snapshot.records('AWS::EC2::Instance');
  return snapshot.records('AWS::CodeDeploy::DeploymentGroup').flatMap((group) => {
    const sets = tagSets(group);
    if (sets.length === 0) return [];
    const chosen = instances.filter((instance) => instance.account === group.account && instance.region === group.region && inAll(instance, sets));
    return chosen.map(({ id, calls }) => ({
      from: group.id,
      to: id,
      kind: 'RefersTo' as const,
      evidence: [
        { resource: group.id, pointer: `/config/${filters(group).length > 0 ? 'ec2TagFilters' : 'ec2TagSet'}`, call: 'codedeploy:GetDeploymentGroup' },
        { resource: id, pointer: '/config/Tags', call: calls[0] ?? '' },
      ],
    }));
  });
}

const list = (value: Json | undefined): readonly Json[] => (isArray(value) ? value : []);
const filters = (group: SnapshotRecord): readonly Json[] => list(group.config['ec2TagFilters']);

function tagSets(group: SnapshotRecord): readonly (readonly Json[])[] {
  const single = filters(group);
  if (single.length > 0) return [single];
  const set = group.config['ec2TagSet'];
  return list(isObject(set) ? set['ec2TagSetList'] : undefined)
    .map(list)
    .filter((each) => each.length > 0);
}

function inAll(instance: SnapshotRecord, sets: readonly (readonly Json[])[]): boolean {
  const tags = list(instance.config['Tags']);
  return sets.every((set) => set.some((filter) => tags.some((tag) => fitsFilter(tag, filter))));
}

function fitsFilter(tag: Json, filter: Json): boolean {
  const [key, value] = [textAt(filter, 'Key'), textAt(filter, 'Value') ?? ''];
  const type = textAt(filter, 'Type') ?? 'KEY_AND_VALUE';
  const sameKey = textAt(tag, 'Key') === key;
  const sameValue = (textAt(tag, 'Value') ?? '') === value;
  return type === 'KEY_ONLY' ? sameKey : type === 'VALUE_ONLY' ? sameValue : sameKey && sameValue;
}
