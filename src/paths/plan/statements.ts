import type { Change } from '../../model/change.ts';
import { isArray, isObject, type JsonObject, textAt } from '../../model/json.ts';
import { globMatches } from '../settings.ts';
import { at, type Candidate, type CandidateContext, type Hop, objectAt, type Place, shortName, texts, withoutStatement } from './candidate.ts';

const outside = (from: string): boolean => from === 'internet' || from === '*' || from.startsWith('aws:');

/** Changes of a policy statement that allows a step: without it, without one action, narrower, under a condition. */
export function statementCandidates(hop: Hop, place: Place, context: CandidateContext): readonly Candidate[] {
  const { record, pointer, value } = place;
  if (!isObject(value) || value['Effect'] !== 'Allow' || record.type.startsWith('AWS::Organizations::')) return [];
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
  // A statement that says no more than this one thing is taken out rather than contradicted.
  const precise = actions.length === 1 && resources.length === 1 && ![...actions, ...resources].some((text) => text.includes('*'));
  const breadth = precise
    ? 1
    : actions.some((action) => action === '*')
      ? 9
      : actions.some((action) => action.includes('*'))
        ? 6
        : Math.min(5, 1 + actions.length);
  const shared = Math.min(2, Math.max(0, holders.length - 1));
  const found: Candidate[] = [
    {
      changes: [withoutStatement(place)],
      title: `remove the statement${sidOf(statement)} that allows ${brief(actions)} from ${owner}`,
      effort: 'low',
      disruption: Math.min(9, breadth + shared),
      factor: 0,
      takes: { actions: actions.length === 0 ? ['*'] : actions, holders },
    },
  ];
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
      if (technique?.remove.includes(action) === true && exact < 0) found.push(deny(place, action, '*', owner, holders, 3 + shared));
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

/** A short number of a text, so that several such statements in one policy have different ids. */
function digits(text: string): string {
  if (text === '*') return '';
  let sum = 0;
  for (const char of text) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return String(sum);
}

function resourceCandidates(hop: Hop, place: Place, statement: JsonObject, context: CandidateContext): Candidate[] {
  const { record, pointer } = place;
  const trust = pointer.includes('/AssumeRolePolicyDocument/');
  const owner = trust ? `the trust policy of ${shortName(record.id)}` : `the policy of ${shortName(record.id)}`;
  const who = statement['Principal'];
  const services = isObject(who) && who['Service'] !== undefined;
  const found: Candidate[] = [
    {
      changes: [withoutStatement(place)],
      title: `remove the statement${sidOf(statement)} from ${owner}`,
      effort: 'low',
      disruption: services ? 7 : isObject(who) && texts(who['AWS']).length > 1 ? 6 : 5,
      factor: 0,
      takes: { actions: texts(statement['Action']), holders: [hop.from] },
    },
  ];
  if (isObject(who))
    for (const key of ['AWS', 'Service', 'Federated']) {
      const list = who[key];
      if (!isArray(list) || list.length < 2) continue;
      const position = list.findIndex((each) => typeof each === 'string' && names(each, hop));
      if (position >= 0)
        found.push({
          changes: [{ op: 'remove', resource: record.id, pointer: `${pointer}/Principal/${key}/${position}` }],
          title: `take ${shortName(String(list[position]))} out of ${owner}`,
          effort: 'low',
          disruption: 2,
          factor: 0,
          takes: { actions: texts(statement['Action']), holders: [hop.from] },
        });
    }
  if (outside(hop.from)) found.push(...outsiderCandidates(hop, place, owner, context));
  if (hop.from.startsWith('oidc:')) found.push(...subjectCandidates(hop, place, statement, owner));
  return found;
}

/** Whether an entry of a Principal list means the one who takes the step, or the service that runs for him. */
function names(entry: string, hop: Hop): boolean {
  const account = /^aws:account:(\d{12})$/.exec(hop.from)?.[1];
  if (account !== undefined) return entry === account || entry.startsWith(`arn:aws:iam::${account}:`);
  return entry === hop.from || (entry === '*' && outside(hop.from));
}

/** Conditions that keep outsiders out, or make them know something, and the block of public access of a bucket. */
function outsiderCandidates(hop: Hop, place: Place, owner: string, context: CandidateContext): Candidate[] {
  const { record, pointer } = place;
  const found: Candidate[] = [];
  const statement = objectAt(record, pointer);
  const taken = (key: string): boolean =>
    JSON.stringify(statement?.['Condition'] ?? {})
      .toLowerCase()
      .includes(key.toLowerCase());
  if (context.organization !== undefined && !taken('aws:PrincipalOrgID'))
    found.push({
      changes: [{ op: 'set', resource: record.id, pointer: `${pointer}/Condition/StringEquals/aws:PrincipalOrgID`, value: context.organization }],
      title: `admit principals of ${context.organization} only in ${owner}`,
      effort: 'low',
      disruption: 2,
      factor: 0,
      takes: { actions: texts(statement?.['Action']), holders: [hop.from] },
    });
  if (pointer.includes('/AssumeRolePolicyDocument/') && hop.from.startsWith('aws:') && hop.from !== 'aws:anyone' && !taken('sts:ExternalId'))
    found.push({
      changes: [
        {
          op: 'set',
          resource: record.id,
          pointer: `${pointer}/Condition/StringEquals/sts:ExternalId`,
          value: `postern-${digits(record.id)}-${digits(hop.from)}`,
        },
      ],
      title: `ask for an external id in ${owner}`,
      effort: 'medium',
      disruption: 2,
      factor: 0.2,
    });
  if (record.type === 'AWS::S3::Bucket' && (hop.from === 'internet' || hop.from === 'aws:anyone')) {
    const value = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
    found.push({
      changes: [{ op: 'set', resource: record.id, pointer: '/config/GetPublicAccessBlock/PublicAccessBlockConfiguration', value }],
      title: `block public access of bucket ${shortName(record.id)}`,
      effort: 'low',
      disruption: 2,
      factor: 0,
      takes: { actions: texts(statement?.['Action']), holders: [hop.from] },
    });
  }
  return found;
}

/** One subject of several that a trust policy admits. */
function subjectCandidates(hop: Hop, place: Place, statement: JsonObject, owner: string): Candidate[] {
  const [, host = '', subject = ''] = /^oidc:([^:]+):(.*)$/.exec(hop.from) ?? [];
  const conditions = statement['Condition'];
  if (!isObject(conditions)) return [];
  return Object.entries(conditions).flatMap(([operator, keys]): Candidate[] => {
    const list = isObject(keys) ? keys[`${host}:sub`] : undefined;
    // Behind the subject the claims stand that it must bear.
    const position = isArray(list) ? list.findIndex((each) => subject === each || subject.startsWith(`${String(each)} with `)) : -1;
    if (!isArray(list) || list.length < 2 || position < 0) return [];
    return [
      {
        changes: [{ op: 'remove', resource: place.record.id, pointer: `${place.pointer}/Condition/${operator}/${host.replaceAll('/', '~1')}:sub/${position}` }],
        title: `no longer admit ${String(list[position])} in ${owner}`,
        effort: 'low',
        disruption: 2,
        factor: 0,
        takes: { actions: texts(statement['Action']), holders: [hop.from] },
      },
    ];
  });
}

/** AWS's own policies cannot be changed; they can be taken off whoever holds them. */
export function detached(hop: Hop, policy: string, context: CandidateContext): Candidate[] {
  const own = context.record(hop.from);
  if (own === undefined) return [];
  const groups = texts(own.config['GroupList']).map((name) => context.record(own.id.replace(/:user\/.*$/, `:group/${name}`)));
  return [own, ...groups].flatMap((record): Candidate[] => {
    const list = record?.config['AttachedManagedPolicies'];
    const position = isArray(list) ? list.findIndex((each) => textAt(each, 'PolicyArn') === policy) : -1;
    if (record === undefined || position < 0) return [];
    return [
      {
        changes: [{ op: 'remove', resource: record.id, pointer: `/config/AttachedManagedPolicies/${position}` }],
        title: `detach ${shortName(policy)} from ${shortName(record.id)}`,
        effort: 'low',
        disruption: 7,
        factor: 0,
        takes: { actions: ['*'], holders: holdersOf(record.id, record.type, context) },
      },
    ];
  });
}

const holdersOf = (id: string, type: string, context: CandidateContext): readonly string[] =>
  type === 'AWS::IAM::User' || type === 'AWS::IAM::Role' ? [id] : context.holders(id);

const sidOf = (statement: JsonObject): string => (typeof statement['Sid'] === 'string' ? ` ${statement['Sid']}` : '');
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
