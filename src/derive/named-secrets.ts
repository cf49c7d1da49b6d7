import type { GraphBuilder } from '../graph/builder.ts';
import type { Evidence, Residual } from '../model/evidence.ts';
import { isArray, isObject, type Json, pointerToken, textAt, walkPath } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';

/** What a store of secrets shows of one of them: its name, and what else is written about it. Never its value. */
interface Shown {
  readonly store: SnapshotRecord;
  readonly pointer: string;
  readonly name: string;
  readonly about: string;
}

interface Owner {
  readonly id: string;
  readonly evidence: Evidence;
}

/** Words that people put around the name of whom a secret belongs to. */
const words =
  /(^|-)(password|passwd|pwd|pw|pass|secret|secretkey|clientsecret|client|credentials?|creds?|login|account|user|key|access|aws|azure|entra|iam|sp|app)(?=-|$)/g;
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
/** The name without those words: `peter-williams` of `peter.williams-password`. */
const bare = (text: string): string => plain(plain(text).replace(words, '-'));
const guid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/**
 * Secrets of people, applications and users of AWS that a store of either cloud holds by the name that it shows: a user's name, the id of an application. What such a secret opens is told by
 * its name only, so the step is conditional. The user of an automation account's credential stands beside it in words.
 */
export function addNamedSecrets(builder: GraphBuilder, snapshot: Snapshot): void {
  const automation = snapshot.records('Microsoft.Automation/automationAccounts');
  const shown = [...shownSecrets(snapshot)];
  if (shown.length + automation.length === 0) return;
  const people = new Map<string, Owner>();
  for (const user of snapshot.records('Microsoft.Graph/user'))
    people.set((textAt(user.config, 'userPrincipalName') ?? '').toLowerCase(), ownerOf(user, 'userPrincipalName'));
  for (const account of automation) {
    for (const { value, at } of walkPath(account.config, 'credentials[].properties.userName')) {
      const owner = people.get(String(value).toLowerCase());
      if (owner === undefined) continue;
      const evidence: Evidence = { resource: account.id, pointer: `/config/${at.join('/')}`, call: callOf(account, 'credentials') };
      hold(
        builder,
        account.id,
        owner,
        { technique: 'azure.automation-credential', value: 0.9, why: 'a runbook is handed the password of a credential' },
        [],
        evidence,
      );
    }
  }
  if (shown.length === 0) return;
  const named = ownersByName(snapshot, people);
  const applications = new Map(
    snapshot
      .records('Microsoft.Graph/servicePrincipal')
      .map((record) => [(textAt(record.config, 'appId') ?? '').toLowerCase(), ownerOf(record, 'appId')] as const),
  );
  for (const { store, pointer, name, about } of shown) {
    const ids = [...`${name} ${about}`.matchAll(guid)].flatMap(([id]) => applications.get(id.toLowerCase()) ?? []);
    const owner = named.get(bare(name));
    for (const found of new Set([...ids, ...(owner === undefined ? [] : [owner])])) {
      const residual: Residual = [{ allOf: [{ operator: 'StringEquals', key: 'postern:NamedSecret', values: [name], negated: false }] }];
      const evidence: Evidence = { resource: store.id, pointer, call: callOf(store, 'secrets') };
      hold(builder, store.id, found, { technique: 'azure.named-secret', value: 0.9, why: 'a long-lived secret in the store' }, residual, evidence);
    }
  }
}

function hold(
  builder: GraphBuilder,
  from: string,
  owner: Owner,
  { technique, value, why }: { readonly technique: string; readonly value: number; readonly why: string },
  residual: Residual,
  evidence: Evidence,
): void {
  if (!builder.has(from) || !builder.has(owner.id) || from === owner.id) return;
  builder.step({
    from,
    to: owner.id,
    kind: 'Holds',
    technique,
    label: 'holds a secret of',
    factors: [{ name: 'stored secret', value, why }],
    residual,
    evidence: [evidence, owner.evidence],
  });
}

const ownerOf = (record: SnapshotRecord, path: string): Owner => ({
  id: record.id,
  evidence: { resource: record.id, pointer: `/config/${path}`, call: record.calls[0] ?? '' },
});
const callOf = (record: SnapshotRecord, part: string): string =>
  record.calls.find((call) => call.toLowerCase().endsWith(`/${part.toLowerCase()}`)) ?? record.calls[0] ?? '';

/** Names that one owner alone has: an Entra user's, an application's, an IAM user's. Short ones are everybody's. */
function ownersByName(snapshot: Snapshot, people: ReadonlyMap<string, Owner>): ReadonlyMap<string, Owner> {
  const found = new Map<string, Owner | undefined>();
  const add = (text: string, owner: Owner): void => {
    const name = bare(text);
    if (name.length < 3) return;
    const known = found.get(name);
    found.set(name, !found.has(name) || known?.id === owner.id ? owner : undefined);
  };
  for (const [mail, owner] of people) add(mail.split('@')[0] ?? '', owner);
  for (const user of snapshot.records('Microsoft.Graph/user')) add(textAt(user.config, 'displayName') ?? '', ownerOf(user, 'displayName'));
  for (const user of snapshot.records('AWS::IAM::User')) add(textAt(user.config, 'UserName') ?? '', ownerOf(user, 'UserName'));
  return new Map([...found].flatMap(([name, owner]) => (owner === undefined ? [] : [[name, owner] as const])));
}

function* shownSecrets(snapshot: Snapshot): Generator<Shown> {
  for (const vault of snapshot.records('Microsoft.KeyVault/vaults')) {
    for (const { value, at } of walkPath(vault.config, 'secrets[]')) {
      const name = textAt(value, 'name')?.split('/').at(-1);
      const about = [textAt(value, 'properties.contentType') ?? '', ...texts(isObject(value) ? value['tags'] : undefined)].join(' ');
      if (name !== undefined) yield { store: vault, pointer: `/config/${at.map((part) => pointerToken(String(part))).join('/')}/name`, name, about };
    }
  }
  for (const type of ['AWS::SecretsManager::Secret', 'AWS::SSM::Parameter']) {
    for (const record of snapshot.records(type)) {
      const name = textAt(record.config, 'Name');
      if (name === undefined || (type === 'AWS::SSM::Parameter' && textAt(record.config, 'Type') !== 'SecureString')) continue;
      yield {
        store: record,
        pointer: '/config/Name',
        name: name.split('/').at(-1) ?? name,
        about: [name, textAt(record.config, 'Description') ?? '', ...texts(record.config['Tags'])].join(' '),
      };
    }
  }
}

function texts(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (isArray(value)) return value.flatMap(texts);
  return isObject(value) ? Object.values(value).flatMap((each) => texts(each)) : [];
}
