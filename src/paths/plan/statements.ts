import type { Change } from '../../model/change.ts';
import { isArray, isObject, type JsonObject, textAt } from '../../model/json.ts';
import { globMatches } from '../settings.ts';
import { at, type Candidate, type CandidateContext, digits, type Hop, type Place, shortName, texts, withoutStatement } from './candidate.ts';
import { detached, everywhereDetached, holdersOf, isProtected } from './detach.ts';
import { isOnly, resourceCandidates, sidOf } from './resource-statements.ts';

/** Changes of a policy statement that allows a step: without it, without one action, narrower, under a condition. */
export function statementCandidates(hop: Hop, place: Place, context: CandidateContext): readonly Candidate[] {
  const { record, pointer, value } = place;
  if (!isObject(value) || value['Effect'] !== 'Allow' || record.type.startsWith('AWS::Organizations::') || isProtected(record.id)) return [];
  if (/^arn:aws[a-z-]*:iam::aws:policy\//.test(record.id)) return detached(hop, record.id, context);
  const identity = /\/(RolePolicyList|UserPolicyList|GroupPolicyList|PolicyVersionList)\/|^\/config\/PolicyDocument\//.test(pointer);
  return identity ? identityCandidates(hop, place, value, context) : resourceCandidates(hop, place, value, context);
}

const covers = (pattern: string, action: string): boolean => globMatches(pattern.toLowerCase(), action.toLowerCase());

function identityCandidates(hop: Hop, place: Place, statement: JsonObject, context: CandidateContext): Candidate[] {
  const { record, pointer } = place;
  const actions = texts(statement['Action']);
  const owner = `${policyName(place)} of ${shortName(record.id)}`;
  const holders = holdersOf(record.id, record.type, context);
  const resources = texts(statement['Resource']);
  // A statement that says no more than this one thing, of a resource or of what is in it, is taken out rather than contradicted.
  const precise = actions.length === 1 && resources.length === 1 && ![...actions, ...resources].some((text) => text.replace(/\/\*$/, '').includes('*'));
  const breadth = precise
    ? 1
    : actions.some((action) => action === '*')
      ? 9
      : actions.some((action) => action.includes('*'))
        ? 6
        : Math.min(5, 1 + actions.length);
  const shared = Math.min(2, Math.max(0, holders.length - 1));
  const takes = { actions: actions.length === 0 ? ['*'] : actions, holders };
  const whole: Candidate = {
    changes: [withoutStatement(place)],
    title: `remove the statement${sidOf(statement)} that allows ${brief(actions)} from ${owner}`,
    effort: 'low',
    disruption: Math.min(9, breadth + shared),
    factor: 0,
    takes,
  };
  // A managed policy must say something: where it says nothing else, whoever holds it lets go of it.
  const found: Candidate[] =
    record.type === 'AWS::IAM::ManagedPolicy' && isOnly(place)
      ? [...detached(hop, record.id, context), ...everywhereDetached(record.id, holders, whole.disruption, takes, context)]
      : [whole];
  const technique = context.technique(hop.proof.technique);
  const needed = (technique?.actions ?? []).filter(({ action }) => actions.some((pattern) => covers(pattern, action)));
  for (const { action, suffix } of needed) {
    const exact = isArray(statement['Action'])
      ? statement['Action'].findIndex((each) => typeof each === 'string' && each.toLowerCase() === action.toLowerCase())
      : -1;
    if (exact >= 0 && actions.length > 1 && !actions.some((pattern, index) => index !== exact && covers(pattern, action)))
      found.push({
        changes: [{ op: 'remove', resource: record.id, pointer: `${pointer}/Action/${exact}` }],
        title: `remove ${action} from the statement${sidOf(statement)} in ${owner}`,
        effort: 'low',
        disruption: Math.min(9, 1 + shared),
        factor: 0,
        takes: { actions: [action], holders },
      });
    if (suffix === undefined) {
      if (!precise && technique?.remove.includes(action) === true && exact < 0) found.push(deny(place, action, '*', owner, holders, 3 + shared));
      continue;
    }
    const target = `${hop.to}${suffix}`;
    const named = isArray(statement['Resource']) ? statement['Resource'].findIndex((each) => each === target || each === hop.to) : -1;
    if (named >= 0 && resources.length > 1 && !resources.some((pattern, index) => index !== named && globMatches(pattern, target)))
      found.push({
        changes: [{ op: 'remove', resource: record.id, pointer: `${pointer}/Resource/${named}` }],
        title: `take ${shortName(hop.to)} off the resources of the statement${sidOf(statement)} in ${owner}`,
        effort: 'low',
        disruption: 1 + shared,
        factor: 0,
        takes: { actions: [action], holders },
      });
    else if (!precise && (named < 0 || resources.length > 1)) found.push(deny(place, action, target, owner, holders, 1 + shared));
  }
  return found;
}

/** Narrows what a wide statement allows by a Deny beside it, which takes nothing else away. */
function deny(place: Place, action: string, resource: string, owner: string, holders: readonly string[], disruption: number): Candidate {
  const list = place.pointer.replace(/\/Statement(\/\d+)?$/, '/Statement');
  const value = { Sid: `Deny${action.replace(/[^A-Za-z0-9]/g, '')}${digits(resource)}`, Effect: 'Deny', Action: action, Resource: resource };
  const single = !/\/\d+$/.test(place.pointer);
  const change: Change = single
    ? { op: 'set', resource: place.record.id, pointer: list, value: [place.value, value] }
    : { op: 'append', resource: place.record.id, pointer: list, value };
  return {
    changes: [change],
    title: `deny ${action} on ${resource === '*' ? 'everything' : shortName(resource.replace(/\/\*$/, ''))} in ${owner}`,
    effort: 'low',
    disruption,
    factor: 0,
    takes: { actions: [action], holders },
  };
}

const brief = (actions: readonly string[]): string =>
  actions.length === 0
    ? 'everything but a list'
    : actions.length > 2
      ? `${actions.slice(0, 2).join(', ')} and ${actions.length - 2} more`
      : actions.join(' and ');

function policyName({ record, pointer }: Place): string {
  const inline = /^(\/config\/[A-Za-z]+PolicyList\/\d+)\//.exec(pointer)?.[1];
  const name = inline === undefined ? undefined : textAt(at(record, inline), 'PolicyName');
  return name === undefined ? 'the policy' : `policy ${name}`;
}
