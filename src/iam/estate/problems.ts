import { isArray, isObject, textAt } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import { compilePolicy } from '../aws/policy.ts';
import { type EstatePrincipal, type PolicyProblemAt, type PrincipalReader, problemsOf } from './principals.ts';
import { resourcePolicySpecs } from './resource-policies.ts';
import type { ResourceReader } from './resources.ts';

/** Documents of a snapshot that AWS would reject, each once, in the order of their places: of principals and groups, of resources, of the organization. */
export function documentProblems(
  snapshot: Snapshot,
  list: readonly EstatePrincipal[],
  reader: PrincipalReader,
  resources: ResourceReader,
): readonly PolicyProblemAt[] {
  const found = new Map<string, PolicyProblemAt>();
  const add = (problems: readonly PolicyProblemAt[]): void => {
    for (const problem of problems) found.set(`${problem.resource}\n${problem.pointer}\n${problem.message}`, problem);
  };
  for (const principal of list) add(principal.problems);
  for (const group of snapshot.records('AWS::IAM::Group')) add(reader.group(group.id)?.problems ?? []);
  // A role's own policy is seen by actions on trust only.
  for (const type of Object.keys(resourcePolicySpecs)) for (const record of snapshot.records(type)) add(resources.of(record.id, 'sts:assumerole').problems);
  for (const record of snapshot.records('AWS::Organizations::Organization')) {
    const policies = record.config['Policies'];
    for (const [index, each] of (isArray(policies) ? policies : []).entries()) {
      const content = isObject(each) ? each['Content'] : undefined;
      const kind = textAt(each, 'PolicySummary.Type') ?? textAt(each, 'Type');
      if (content === undefined || content === null || (kind !== 'SERVICE_CONTROL_POLICY' && kind !== 'RESOURCE_CONTROL_POLICY')) continue;
      const policy = compilePolicy(content, kind === 'SERVICE_CONTROL_POLICY' ? 'identity' : 'resource');
      add(problemsOf(policy, record.id, `/config/Policies/${index}/Content`));
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, problem]) => problem);
}
