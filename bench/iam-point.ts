import { Context, factsOf } from '../src/iam/aws/context.ts';
import { ALLOW, decide, EXPLICIT_DENY, evaluate, IMPLICIT_DENY } from '../src/iam/aws/evaluate.ts';
import { compilePolicy } from '../src/iam/aws/policy.ts';
import { PolicySet } from '../src/iam/aws/policy-set.ts';
import type { AccessRequest } from '../src/iam/aws/request.ts';
import { parseRequester } from '../src/iam/aws/requester.ts';
import type { Json } from '../src/model/json.ts';
import { seeded } from '../test/arbitrary/iam-world.ts';

const services = ['s3', 'ec2', 'lambda', 'dynamodb', 'sqs', 'sns', 'kms', 'iam', 'logs', 'ecs', 'rds', 'sts'];
const verbs = ['Get', 'List', 'Put', 'Delete', 'Create', 'Update', 'Describe', 'Tag'];
const nouns = ['Object', 'Item', 'Function', 'Key', 'Queue', 'Role', 'Policy', 'Table', 'Stream', 'Task'];

/** Principals with ten policies of about nine kilobytes, 30 % with a boundary, three levels of SCPs, half the resources with a policy. */
function requests(count: number, seed: number): AccessRequest[] {
  const source = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[source.below(list.length)] ?? (list[0] as T);
  const action = (): string => `${pick(services)}:${pick(verbs)}${pick(nouns)}`;
  const statement = (effect: string, who: boolean): Json => ({
    Effect: effect,
    ...(who ? { Principal: { AWS: [`arn:aws:iam::111122223333:role/app-${source.below(500)}`, '444455556666'] } } : {}),
    Action: Array.from({ length: 12 }, () => (source.below(5) === 0 ? `${pick(services)}:${pick(verbs)}*` : action())),
    Resource: Array.from({ length: 4 }, () => `arn:aws:${pick(services)}:*:111122223333:${source.below(3) === 0 ? '*' : `thing-${source.below(40)}/*`}`),
    ...(source.below(5) === 0
      ? { Condition: { StringEquals: { 'aws:PrincipalTag/team': [`team-${source.below(9)}`, 'core'] }, Bool: { 'aws:SecureTransport': 'true' } } }
      : {}),
  });
  const document = (statements: readonly Json[]): Json => ({ Version: '2012-10-17', Statement: statements });
  const pool = Array.from({ length: 400 }, (_, index) => ({
    name: `policy-${index}`,
    policy: compilePolicy(
      document([...Array.from({ length: 3 }, () => statement('Allow', false)), ...(index % 8 === 0 ? [statement('Deny', false)] : [])]),
      'identity',
    ),
  }));
  const all = { name: 'FullAWSAccess', policy: compilePolicy(document([{ Effect: 'Allow', Action: '*', Resource: '*' }]), 'identity') };
  const guard = { name: 'guard', policy: compilePolicy(document([{ Effect: 'Deny', Action: ['iam:Delete*', 'kms:Delete*'], Resource: '*' }]), 'identity') };
  const scps = [new PolicySet([all]), new PolicySet([all, guard]), new PolicySet([all])];
  const principals = Array.from({ length: 500 }, (_, index) => ({
    requester: parseRequester(`arn:aws:iam::111122223333:role/app-${index}`),
    tags: factsOf({ 'aws:PrincipalTag/team': [`team-${index % 9}`] }, ['aws:principaltag/']),
    identity: new PolicySet(Array.from({ length: 10 }, () => pick(pool))),
    boundary: index % 10 < 3 ? new PolicySet([all]) : undefined,
  }));
  const onResources = Array.from(
    { length: 50 },
    (_, index) =>
      new PolicySet([{ name: `resource-${index}`, policy: compilePolicy(document([statement('Allow', true), statement('Deny', true)]), 'resource') }]),
  );
  const asked = Array.from({ length: 100 }, () => action().toLowerCase());
  return Array.from({ length: count }, (_, index): AccessRequest => {
    const principal = pick(principals);
    const name = pick(asked);
    if (principal.requester === undefined) throw new Error('no principal');
    return {
      requester: principal.requester,
      action: name,
      resource: `arn:aws:${name.split(':')[0]}:eu-west-1:111122223333:thing-${source.below(40)}/part-${index % 97}`,
      resourceAccount: '111122223333',
      context: new Context([principal.requester.facts, principal.tags, factsOf({ 'aws:SecureTransport': ['true'] })], false),
      identity: principal.identity,
      boundary: principal.boundary,
      session: undefined,
      resourcePolicy: index % 2 === 0 ? pick(onResources) : undefined,
      grants: undefined,
      scps,
      rcps: undefined,
      endpoint: undefined,
      requesterInManagementAccount: false,
      resourceInManagementAccount: false,
      unread: [],
    };
  });
}

/** Point decisions a second, warm: the bare decision, and the one with its statements. */
export function pointLines(count = 2_000, seed = 1): string[] {
  const list = requests(count, seed);
  const tally = [0, 0, 0, 0];
  for (const request of list) tally[decide(request)] = (tally[decide(request)] ?? 0) + 1;
  // The middle of five parts with the slowest and the quickest: the machine may be shared, and its clock unsteady.
  const rate = (ask: (request: AccessRequest) => void, rounds: number): string => {
    const parts = Array.from({ length: 5 }, () => {
      const start = performance.now();
      for (let round = 0; round < rounds; round++) for (const request of list) ask(request);
      return (rounds * list.length) / ((performance.now() - start) / 1000);
    }).sort((one, other) => one - other);
    const text = (value: number | undefined): string => Math.round(value ?? 0).toLocaleString('en');
    return `${text(parts[2])} decisions/s (${text(parts[0])} to ${text(parts[4])})`;
  };
  rate(decide, 80);
  const bare = rate(decide, 160);
  rate(evaluate, 4);
  const explained = rate(evaluate, 8);
  const single: number[] = [];
  for (let index = 0; index < 2_000; index++) {
    const request = list[index % list.length];
    if (request === undefined) continue;
    const start = process.hrtime.bigint();
    decide(request);
    single.push(Number(process.hrtime.bigint() - start));
  }
  single.sort((a, b) => a - b);
  return [
    `iam point: ${list.length} requests of seed ${seed}: ${tally[ALLOW]} allow, ${tally[IMPLICIT_DENY]} implicit, ${tally[EXPLICIT_DENY]} explicit deny, ${tally[3]} open`,
    `iam point: ${bare} warm, p50 ${single[1_000]} ns, p99 ${single[1_980]} ns (timer included)`,
    `iam point: ${explained} with the deciding statements`,
  ];
}
