import { NormalizedSchema } from '@smithy/core/schema';

/**
 * Keeps what an answer holds and the SDK does not know yet, so that a rule written next year runs on last year's snapshot. The SDK's deserializers copy the members
 * of their model and drop all others; here the others are put back beside them, as the provider sent them. This file is a boundary: it reaches into the SDK's
 * protocol objects, and leaves them alone when they look otherwise than expected.
 */
export function keepUnmodelled(client: unknown): void {
  const protocol = read(read(client, 'config'), 'protocol');
  const outer = read(protocol, 'deserializer');
  if (!isRecord(protocol) || !isRecord(outer)) return;
  // REST protocols take headers and bodies apart first; the deserializer of the body stands behind.
  const inner = isRecord(outer['codecDeserializer']) ? outer['codecDeserializer'] : outer;
  const readStruct = inner['_readStruct'];
  const readSchema = inner['readSchema'];
  if (isMethod(readStruct)) {
    inner['_readStruct'] = function (this: unknown, schema: NormalizedSchema, value: unknown): unknown {
      return withOthers(schema, value, readStruct.call(this, schema, value), 'jsonName');
    };
  } else if (isMethod(readSchema)) {
    inner['readSchema'] = function (this: unknown, schema: Parameters<typeof NormalizedSchema.of>[0], value: unknown): unknown {
      const result = readSchema.call(this, schema, value);
      const normalized = NormalizedSchema.of(schema);
      return normalized.isStructSchema() ? withOthers(normalized, value, result, 'xmlName') : result;
    };
  }
  if (outer !== inner) keepTopLevel(protocol, outer);
}

/** REST protocols copy only the modelled members of the body's top level; one answer's own deserializer remembers the rest. */
function keepTopLevel(protocol: Members, outer: Members): void {
  const deserialize = protocol['deserializeResponse'];
  const readCodec = outer['readCodec'];
  if (!isMethod(deserialize) || !isMethod(readCodec)) return;
  protocol['deserializeResponse'] = async (...args: unknown[]): Promise<unknown> => {
    let body: unknown;
    const deserializer: Members = Object.create(outer);
    deserializer['readCodec'] = async (schema: unknown, bytes: unknown): Promise<unknown> => {
      body = await readCodec.call(outer, schema, bytes);
      return body;
    };
    const answering: Members = Object.create(protocol);
    answering['deserializer'] = deserializer;
    const answer = await deserialize.apply(answering, args);
    if (isRecord(answer) && isRecord(body)) for (const [key, value] of Object.entries(body)) if (!(key in answer)) answer[key] = value;
    return answer;
  };
}

/** Parts of the envelope, not of the answer. */
const envelope = /^(?:__type|requestId|RequestId|ResponseMetadata|HostId|#text|\$.*|@_.*|xmlns.*|__proto__|constructor|prototype)$/;

function withOthers(schema: NormalizedSchema, sent: unknown, result: unknown, trait: 'jsonName' | 'xmlName'): unknown {
  if (!isRecord(sent) || !isRecord(result) || schema.isUnionSchema()) return result;
  const known = new Set<string>();
  let renamed = false;
  for (const [member, of] of schema.structIterator()) {
    const name = of.getMemberTraits()[trait] ?? member;
    renamed ||= name !== member;
    known.add(name).add(member);
  }
  for (const [key, value] of Object.entries(sent)) {
    if (known.has(key) || value === null || value === undefined || envelope.test(key)) continue;
    // Where the model names members otherwise than the wire does (`vpcId`, `VpcId`), an unknown one is named as the model would.
    const name = renamed ? key.charAt(0).toUpperCase() + key.slice(1) : key;
    if (!known.has(name)) result[name] = trait === 'xmlName' ? plain(value) : value;
  }
  return result;
}

/** Parsed XML as the SDK would shape it, as far as that can be told without a model: `item` and `member` wrap the elements of lists. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  const keys = Object.keys(value).filter((key) => !envelope.test(key));
  const [only] = keys;
  if (keys.length === 1 && (only === 'item' || only === 'member')) {
    const items = value[only];
    return (Array.isArray(items) ? items : [items]).map(plain);
  }
  return Object.fromEntries(keys.map((key) => [key.charAt(0).toUpperCase() + key.slice(1), plain(value[key])]));
}

type Members = Record<string, unknown>;
const isRecord = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);
const isMethod = (value: unknown): value is (...args: unknown[]) => unknown => typeof value === 'function';
const read = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined);
