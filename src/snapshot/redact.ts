import { createHmac } from 'node:crypto';
import type { ResourceType } from '../model/collector.ts';
import { isArray, isObject, type Json, type JsonObject } from '../model/json.ts';

/**
 * What stands in a snapshot in place of a secret: a keyed hash, so that equal secrets can be recognised and nothing can be guessed from it without the key, and what the secret is.
 * Access key ids are no secrets; they are kept because they lead to their user.
 */
interface Redacted {
  readonly hash: string;
  /** `text` when only the place says that it may be a secret. */
  readonly kind: string;
  readonly length: number;
  readonly accessKeyIds?: readonly string[];
  /** Hosts of data services of Azure whose key stands beside them in a connection string: where the secret leads, never what it is. */
  readonly endpoints?: readonly string[];
  /** Ids of applications, which are no secrets. */
  readonly clientIds?: readonly string[];
  /** Hosts of stores that are named without a key: whoever runs there comes with an identity. */
  readonly stores?: readonly string[];
  /** Objects of S3 that the text takes something from, as `bucket/key`. */
  readonly objects?: readonly string[];
}

interface SecretPattern {
  readonly kind: string;
  /** The whole match is replaced, or the group `s` of it. */
  readonly pattern: RegExp;
}

/** Texts that are secrets wherever they stand. Each expression is linear: no nested repetition. */
const patterns: readonly SecretPattern[] = [
  { kind: 'private-key', pattern: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{0,20000}?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g },
  { kind: 'aws-secret-access-key', pattern: /(?:aws)?_?secret_?(?:access)?_?key["']?\s{0,3}[=:]\s{0,3}["']?(?<s>[A-Za-z0-9/+=]{40})/gi },
  { kind: 'aws-session-token', pattern: /aws_?session_?token["']?\s{0,3}[=:]\s{0,3}["']?(?<s>[A-Za-z0-9/+=]{60,2000})/gi },
  { kind: 'json-web-token', pattern: /\beyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{4,4000}\.[A-Za-z0-9_-]{0,4000}/g },
  { kind: 'github-token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255})/g },
  { kind: 'gitlab-token', pattern: /\bglpat-[A-Za-z0-9_-]{20,100}/g },
  { kind: 'slack-token', pattern: /\bxox[abprs]-[A-Za-z0-9-]{10,200}/g },
  { kind: 'slack-webhook', pattern: /https:\/\/hooks\.slack\.com\/services\/(?<s>[A-Za-z0-9/]{20,100})/g },
  { kind: 'stripe-key', pattern: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,200}/g },
  { kind: 'google-api-key', pattern: /\bAIza[A-Za-z0-9_-]{35}/g },
  { kind: 'npm-token', pattern: /\bnpm_[A-Za-z0-9]{36}/g },
  // Keys that addresses of functions and of storage carry: `?code=…`, `&sig=…`.
  { kind: 'url-key', pattern: /[?&](?:code|sig)=(?<s>[A-Za-z0-9%+/=_-]{16,400})/g },
  { kind: 'url-password', pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"']{0,100}:(?<s>[^\s@/"']{1,200})@/gi },
  {
    kind: 'password',
    // A colon must be followed by white space or a quote: `secret:prod/db` is the end of an ARN.
    pattern:
      /(?:passw(?:or)?d|passphrase|pwd|secret|api[-_]?key|apikey|auth[-_]?token|access[-_]?token|token|client[-_]?secret)["']?(?:\s{0,3}=\s{0,3}|:\s{1,3}|:(?=["']))["']?(?<s>[^\s"',;&)}]{4,500})/gi,
  },
  { kind: 'password', pattern: /--(?:password|passwd|token|secret|api-key)[= ]["']?(?<s>[^\s"']{4,500})/gi },
];

/** Connection strings: the host that is named and, beside it, a key. */
const connections: readonly { readonly host: RegExp; readonly key: RegExp; readonly suffix?: string }[] = [
  { host: /\bAccountName=([a-z0-9]{3,24})\b/i, key: /\bAccountKey=/i, suffix: '.blob.core.windows.net' },
  // A shared access signature in an address, in whichever cloud.
  { host: /\bhttps:\/\/([a-z0-9]{3,24})\.(?:blob|dfs|file|queue|table)\.core\.[a-z]{1,20}\.(?:net|cn)\b/i, key: /[?&]sig=/i, suffix: '.blob.core.windows.net' },
  { host: /\bEndpoint=sb:\/\/([a-z0-9-]{1,60}\.servicebus\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn))/i, key: /\bSharedAccessKey=/i },
  { host: /\bAccountEndpoint=https:\/\/([a-z0-9-]{1,60}\.documents\.azure\.(?:com|us|cn))/i, key: /\bAccountKey=/i },
  { host: /\b([a-z0-9-]{1,63}\.database\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn))\b/i, key: /\b(?:password|pwd)=/i },
  {
    host: /\b([a-z0-9-]{1,63}\.(?:postgres|mysql)\.database\.(?:azure\.com|usgovcloudapi\.net|chinacloudapi\.cn))\b/i,
    key: /\b(?:password|pwd)=|:\/\/[^\s:/@]{1,128}:[^\s@]{1,256}@/i,
  },
  { host: /\b([a-z0-9-]{1,63}\.redis\.cache\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn))\b/i, key: /\bpassword=/i },
];
/**
 * Settings by which a function finds its store with its identity: `AzureWebJobsStorage__accountName`, `…__blobServiceUri`
 * (https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity).
 */
const storeName = /^AzureWebJobsStorage__(?:accountName|blobServiceUri)$/i;
const storeHost = /^(?:https:\/\/)?([a-z0-9]{3,24})(?:\.blob\.core\.[a-z]{1,20}\.(?:net|cn)\/?)?$/;
const clientName = /(?:client|app(?:lication)?)[-_]?id$/i;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const accessKeyId = /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g;
/** Names of fields, variables and tags whose value is a secret. */
const secretName =
  /passw(?:or)?d|passphrase|secret(?!s?manager)|(?:^|[^a-z])pwd|api[-_]?key|auth[-_]?token|access[-_]?token|session[-_]?token|private[-_]?key|connection[-_]?string|credential/i;
/** Fields of the providers' answers that look like one by name and are none. */
const harmless =
  /^(?:.*(?:Arns?|Ids?|Enabled|Status|Name|Names|Type|Required|Length|Date|LastUsed|LastChanged|LastRotated|Policy|Prefix|Expir\w*|Version|Versions|Rotat\w*|Age|Count)|SecretList|Secrets?|HasSecret.*|MasterUserSecret|PasswordPolicy|CredentialReport|(?:Minimum|Require|Allow|Max|Hard|Expire|Reuse)\w*|secretOptions|GetSecretValue|GetCredentialReport|registryCredential|repositoryCredentials|valueFrom|UsePreviousValue)$/;

export class Redactor {
  readonly #key: Uint8Array;

  /** @param key at least 16 bytes; never part of a snapshot */
  constructor(key: Uint8Array) {
    if (key.length < 16) throw new RangeError('a redaction key has at least 16 bytes');
    this.#key = key;
  }

  /** The configuration without secrets: declared places are replaced whole, everything else where a text is a secret by its form or its name. */
  config(config: JsonObject, type: ResourceType | undefined): JsonObject {
    let result: Json = config;
    for (const { path, encoding } of type?.secrets ?? []) result = this.#declared(result, path.split('.'), encoding);
    const clean = this.#anywhere(result, '');
    return isObject(clean) ? clean : {};
  }

  /** A text for logs and messages: secrets in it are cut out. */
  text(text: string): string {
    return this.#inText(text);
  }

  #declared(value: Json, keys: readonly string[], encoding: 'base64' | undefined): Json {
    const [head, ...rest] = keys;
    if (head === undefined) return this.#below(value, encoding);
    const each = head.endsWith('[]');
    const name = each ? head.slice(0, -2) : head;
    if (!isObject(value) || !Object.hasOwn(value, name)) return value;
    const inner = value[name] ?? null;
    const next = each && isArray(inner) ? inner.map((item) => this.#declared(item, rest, encoding)) : this.#declared(inner, rest, encoding);
    return { ...value, [name]: next };
  }

  /** Every text below a declared place. */
  #below(value: Json, encoding: 'base64' | undefined): Json {
    if (typeof value === 'string') return value === '' ? value : this.#replace(value, encoding === 'base64' ? decoded(value) : value, undefined);
    if (typeof value === 'number') return this.#replace(String(value), String(value), undefined);
    if (isArray(value)) return value.map((item) => this.#below(item, encoding));
    if (!isObject(value) || '$redacted' in value) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#named(this.#below(item ?? null, encoding), item, key)]));
  }

  /** The id of an application says whose secret stands beside it, the name of a store where the code lies; they are none themselves. */
  #named(redacted: Json, value: Json | undefined, name: string): Json {
    const marker = isObject(redacted) ? redacted['$redacted'] : undefined;
    if (!isObject(marker) || typeof value !== 'string') return redacted;
    if (clientName.test(name) && uuid.test(value)) return { $redacted: { ...marker, clientIds: [value.toLowerCase()] } };
    const store = storeName.test(name) ? storeHost.exec(value)?.[1] : undefined;
    return store === undefined ? redacted : { $redacted: { ...marker, stores: [`${store}.blob.core.windows.net`] } };
  }

  #anywhere(value: Json, name: string): Json {
    if (typeof value === 'string') {
      if (value !== '' && secretName.test(name) && !harmless.test(name)) return this.#replace(value, value, undefined);
      return this.#inText(value);
    }
    if (isArray(value)) return value.map((item) => this.#anywhere(item, name));
    if (!isObject(value) || '$redacted' in value) return value;
    const pair = pairName(value);
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const isPairValue = pair !== undefined && (key === 'Value' || key === 'value' || key === 'ParameterValue');
        return [this.#inText(key), this.#anywhere(item ?? null, isPairValue ? pair : key)];
      }),
    );
  }

  #inText(text: string): string {
    if (text.length < 12) return text;
    let result = text;
    for (const { kind, pattern } of patterns) {
      pattern.lastIndex = 0;
      if (!pattern.test(result)) continue;
      pattern.lastIndex = 0;
      result = result.replace(pattern, (match, ...rest) => {
        const groups = rest.at(-1) as { s?: string } | undefined;
        const secret = typeof groups === 'object' && groups !== null && groups.s !== undefined ? groups.s : match;
        return match.replace(secret, `[redacted ${kind} ${this.#hash(secret)}]`);
      });
    }
    return result;
  }

  #replace(value: string, readable: string, kind: string | undefined): JsonObject {
    const ids = [...new Set(readable.match(accessKeyId) ?? [])].sort();
    const redacted = {
      hash: this.#hash(value),
      kind: kind ?? kindOf(readable),
      length: value.length,
      ...(ids.length === 0 ? {} : { accessKeyIds: ids }),
      ...endpointsOf(readable),
      ...objectsOf(readable),
    } satisfies Redacted;
    return { $redacted: redacted };
  }

  #hash(secret: string): string {
    return createHmac('sha256', this.#key).update(secret).digest('hex').slice(0, 32);
  }
}

function endpointsOf(text: string): Pick<Redacted, 'endpoints'> {
  const found = connections.flatMap(({ host, key, suffix = '' }) => {
    const name = key.test(text) ? host.exec(text)?.[1] : undefined;
    return name === undefined ? [] : [`${name.toLowerCase()}${suffix}`];
  });
  return found.length === 0 ? {} : { endpoints: [...new Set(found)].sort() };
}

/**
 * `s3://bucket/key`, `https://bucket.s3.region.amazonaws.com/key` and `https://s3.region.amazonaws.com/bucket/key`
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html), without the query, which may be a signature.
 */
const objectUrls: readonly RegExp[] = [
  /\bs3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[A-Za-z0-9!_.*()/=-]{1,500})/g,
  /\bhttps:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.s3(?:[.-][a-z0-9-]{1,30})?\.amazonaws\.com(\/[A-Za-z0-9!_.*()/=-]{1,500})/g,
  /\bhttps:\/\/s3(?:[.-][a-z0-9-]{1,30})?\.amazonaws\.com\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[A-Za-z0-9!_.*()/=-]{1,500})/g,
];

function objectsOf(text: string): Pick<Redacted, 'objects'> {
  const found = objectUrls.flatMap((pattern) => [...text.matchAll(pattern)].map(([, bucket = '', key = '']) => `${bucket}${key}`));
  return found.length === 0 ? {} : { objects: [...new Set(found)].sort() };
}

function kindOf(text: string): string {
  const ids = text.match(accessKeyId);
  for (const { kind, pattern } of patterns) {
    pattern.lastIndex = 0;
    if (pattern.test(text)) return kind;
  }
  if (ids !== null) return 'aws-access-key-id';
  return 'text';
}

function decoded(value: string): string {
  const text = Buffer.from(value, 'base64').toString('utf8');
  return text.includes('\uFFFD') ? value : text;
}

/** `{Key: 'db-password', Value: …}`, `{name: …, value: …}`, `{ParameterKey: …, ParameterValue: …}` */
function pairName(value: JsonObject): string | undefined {
  for (const key of ['Key', 'key', 'Name', 'name', 'ParameterKey', 'TagKey'] as const) {
    const name = value[key];
    if (typeof name === 'string' && ('Value' in value || 'value' in value || 'ParameterValue' in value)) return name;
  }
  return undefined;
}
