import type { Evidence } from '../../model/evidence.ts';
import { type Json, resolvePointer, textAt } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import type { BulkGrant, IamEngine } from '../api.ts';
import { actions } from '../catalogue.ts';

/** A statement with a wildcard, and what it lets somebody reach in this estate. */
export interface WildcardGrant {
  readonly evidence: Evidence;
  /** The policy as it stands there: its `Action` and `Resource`. */
  readonly action: Json;
  readonly resource: Json;
  readonly principals: readonly string[];
  /** Resources that the statement's dangerous actions reach, by what they are worth to an attacker. */
  readonly reaches: { readonly administrators: number; readonly identities: number; readonly secrets: number; readonly data: number; readonly other: number };
  /** The worth of all that, the order of the list. */
  readonly weight: number;
  readonly examples: readonly { readonly action: string; readonly resource: string }[];
}

type Kind = keyof WildcardGrant['reaches'];

/** What one resource of a kind is worth: becoming an administrator ends the matter, another identity may lead anywhere, a secret opens something, data is what is lost. */
const worth: Readonly<Record<Kind, number>> = { administrators: 100, identities: 10, secrets: 8, data: 5, other: 1 };

const types: Readonly<Record<string, Kind>> = {
  'AWS::IAM::User': 'identities',
  'AWS::IAM::Role': 'identities',
  'AWS::SecretsManager::Secret': 'secrets',
  'AWS::SSM::Parameter': 'secrets',
  'AWS::KMS::Key': 'secrets',
  'AWS::S3::Bucket': 'data',
  'AWS::DynamoDB::Table': 'data',
  'AWS::RDS::DBInstance': 'data',
  'AWS::RDS::DBCluster': 'data',
  'AWS::EC2::Snapshot': 'data',
  'AWS::SQS::Queue': 'data',
};

/** Actions that give away what a resource holds: what an attacker does at the end of a path, so no technique names them all. */
export const takesData: readonly string[] = [
  'dynamodb:GetItem',
  'dynamodb:Scan',
  'ec2:CreateSnapshot',
  'kms:CreateGrant',
  'kms:Decrypt',
  'rds:CopyDBSnapshot',
  's3:DeleteObject',
  's3:GetObject',
  's3:PutBucketPolicy',
  's3:PutObject',
  'secretsmanager:GetSecretValue',
  'sqs:ReceiveMessage',
  'ssm:GetParameter',
];

interface Found {
  readonly evidence: Evidence;
  readonly statement: { readonly [key: string]: Json | undefined };
  readonly principals: Set<string>;
  readonly resources: Map<string, { kind: Kind; action: string }>;
}

/**
 * Statements with wildcards in order of what they let somebody reach, not of how many stars they have: every dangerous action is asked of everybody about every resource of the snapshot that it
 * takes, and a grant counts for the statements that allow it.
 */
export function wildcardGrants(engine: IamEngine, snapshot: Snapshot, dangerous: readonly string[]): readonly WildcardGrant[] {
  const found = new Map<string, Found>();
  for (const action of [...new Set(dangerous.map((each) => each.toLowerCase()))].sort()) {
    const candidates = candidatesOf(snapshot, action);
    if (candidates.length === 0) continue;
    for (const grant of engine.bulk({ action, candidates })) {
      const known = engine.principal(grant.principal);
      if (known === undefined || known.kind === 'outsider' || known.serviceLinked) continue;
      for (const [id, list] of allowing(engine, grant, action, candidates)) {
        for (const evidence of list) {
          const entry = entryOf(found, snapshot, evidence);
          if (entry === undefined) continue;
          entry.principals.add(grant.principal);
          if (!entry.resources.has(id)) entry.resources.set(id, { kind: kindOf(engine, snapshot, id), action: actions().get(action)?.name ?? action });
        }
      }
    }
  }
  return [...found.values()].map(weighed).sort((a, b) => b.weight - a.weight || (keyOf(a.evidence) < keyOf(b.evidence) ? -1 : 1));
}

/** Sets up to this size are explained resource by resource: a set says once what allows it, and another of its resources may be allowed by another statement. */
const small = 64;

/** The resources of a grant, each with the statements that allow it. */
function* allowing(engine: IamEngine, grant: BulkGrant, action: string, candidates: readonly string[]): Generator<readonly [string, readonly Evidence[]]> {
  for (const member of grant.set.members) {
    const text = candidates[member] ?? '';
    const id = text.replace(/\/\*$/, '');
    const each = grant.set.members.length <= small && text === id;
    const decided = each ? engine.can(grant.principal, action, text).decidedBy.filter((by) => by.effect === 'Allow' && by.layer !== 'scp') : [];
    yield [id, each ? decided.flatMap((by) => by.evidence ?? []) : grant.evidence];
  }
}

const keyOf = (evidence: Evidence): string => `${evidence.resource}${evidence.pointer}`;

/** Resources of the snapshot that an action takes, by the ARN formats of the catalogue. */
function candidatesOf(snapshot: Snapshot, action: string): readonly string[] {
  const formats = (actions().get(action)?.resources ?? []).map((format) => new RegExp(`^${escaped(format)}$`));
  if (formats.length === 0) return [];
  const ids: string[] = [];
  for (const type of snapshot.types())
    for (const { id } of snapshot.records(type)) {
      // An object is no record: the bucket stands for some object in it.
      const asked = type === 'AWS::S3::Bucket' && formats.some((format) => format.test(`${id}/x`)) ? `${id}/*` : id;
      if (asked !== id || (id.startsWith('arn:') && formats.some((format) => format.test(id)))) ids.push(asked);
    }
  return [...new Set(ids)].sort();
}

/** `${Name}` stands for anything but a colon; roles and users may have a path. */
const escaped = (format: string): string =>
  format
    .split(/\$\{[^}]+\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^:]*');

function entryOf(found: Map<string, Found>, snapshot: Snapshot, evidence: Evidence): Found | undefined {
  const key = keyOf(evidence);
  const known = found.get(key);
  if (known !== undefined) return known;
  const record = snapshot.find(evidence.resource);
  const statement = record === undefined ? undefined : resolvePointer(record as unknown as Json, evidence.pointer);
  if (typeof statement !== 'object' || statement === null || Array.isArray(statement)) return undefined;
  const fields = statement as { readonly [key: string]: Json | undefined };
  // A trust or bucket policy names its one resource; what is too wide there is who it trusts.
  if (fields['Principal'] !== undefined || fields['NotPrincipal'] !== undefined) return undefined;
  const texts = JSON.stringify([fields['Action'], fields['Resource']]);
  if (!texts.includes('*') && fields['NotAction'] === undefined && fields['NotResource'] === undefined) return undefined;
  const entry: Found = { evidence, statement: fields, principals: new Set(), resources: new Map() };
  found.set(key, entry);
  return entry;
}

function kindOf(engine: IamEngine, snapshot: Snapshot, id: string): Kind {
  const type = snapshot.find(id)?.type ?? '';
  const kind = types[type] ?? 'other';
  if (type === 'AWS::SSM::Parameter' && textAt(snapshot.find(id)?.config, 'Type') !== 'SecureString') return 'other';
  return kind === 'identities' && engine.admin(id).verdict === 'yes' ? 'administrators' : kind;
}

function weighed({ evidence, statement, principals, resources }: Found): WildcardGrant {
  const reaches = { administrators: 0, identities: 0, secrets: 0, data: 0, other: 0 };
  for (const { kind } of resources.values()) reaches[kind]++;
  const order = [...resources].sort(([a, x], [b, y]) => worth[y.kind] - worth[x.kind] || (a < b ? -1 : 1));
  return {
    evidence,
    action: statement['Action'] ?? { NotAction: statement['NotAction'] ?? null },
    resource: statement['Resource'] ?? { NotResource: statement['NotResource'] ?? null },
    principals: [...principals].sort(),
    reaches,
    weight: Object.entries(reaches).reduce((sum, [kind, count]) => sum + count * (worth[kind as Kind] ?? 0), 0),
    examples: order.slice(0, 3).map(([resource, { action }]) => ({ action, resource })),
  };
}
