import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { ConditionAtom, Residual } from '../../src/model/evidence.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { isArray, isObject } from '../../src/model/json.ts';

/** A case as `iam simulate` takes it, and what must come out. */
export interface FileCase {
  readonly file: string;
  readonly source: string;
  readonly name: string;
  readonly input: JsonObject;
  /** `allow`, `deny`, `explicit deny`, `unknown`, `error`, or the entries of a residual. */
  readonly expect: string | readonly string[];
  /** `layer policy#statement` of every deciding statement. */
  readonly by?: readonly string[];
  /** Parts of the message of an error, or of a malformed policy's problem. */
  readonly says?: string;
}

const folder = new URL('../cases/iam/aws/', import.meta.url);

/** Every case of `test/cases/iam/aws`. Each file has `source`, `cases` and defaults that a case may override. */
export function readCases(): FileCase[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .flatMap((file) => {
      const document = parse(readFileSync(new URL(file, folder), 'utf8')) as { source: string; defaults?: JsonObject; cases: JsonObject[] };
      return document.cases.map((entry): FileCase => {
        const { name, expect, by, says, source, ...given } = { ...document.defaults, ...entry };
        return {
          file,
          source: String(source ?? document.source),
          name: String(name),
          expect: isObject(expect) ? (expect['if'] as string[]) : String(expect),
          input: { name: String(name), ...expand(given) },
          ...(by === undefined ? {} : { by: by as string[] }),
          ...(says === undefined ? {} : { says: String(says) }),
        };
      });
    });
}

/** `identity`, `resource`, … hold statements or a whole document; a statement may be `Allow s3:GetObject * alice`. */
function expand(given: JsonObject): JsonObject {
  const { identity, boundary, session, trust, endpoint, scp, rcp, ...rest } = given;
  const out: Record<string, Json> = {};
  for (const [key, value] of Object.entries(rest)) if (value !== undefined) out[key] = value;
  if (identity !== undefined) out['identityPolicies'] = [policy('identity', identity)];
  if (boundary !== undefined) out['permissionBoundary'] = policy('boundary', boundary);
  if (session !== undefined) out['sessionPolicies'] = [policy('session', session)];
  if (trust !== undefined) out['resourcePolicy'] = policy('resource', trust);
  if (endpoint !== undefined) out['endpointPolicies'] = [policy('endpoint', endpoint)];
  if (scp !== undefined) out['scps'] = levels('scp', scp);
  if (rcp !== undefined) out['rcps'] = levels('rcp', rcp);
  return out;
}

/** A list of levels, each a list of statements. */
const levels = (name: string, value: Json): Json =>
  isArray(value) ? value.map((level, index) => (isArray(level) && level.length === 0 ? [] : [policy(`${name}${index}`, level)])) : value;

function policy(name: string, value: Json): Json {
  if (isObject(value)) return { name, policy: value };
  return { name, policy: { Version: '2012-10-17', Statement: (isArray(value) ? value : [value]).map(statement) } };
}

function statement(value: Json): Json {
  if (typeof value !== 'string') return value;
  const [Effect = '', Action = '', Resource = '', who] = value.split(' ');
  const principal =
    who === undefined
      ? {}
      : { Principal: who === '*' ? '*' : { [/\.amazonaws\.com$/.test(who) ? 'Service' : /provider\//.test(who) ? 'Federated' : 'AWS']: who } };
  return { Effect, ...principal, Action, ...(Resource === '-' ? {} : { Resource }) };
}

/** `aws:SourceIp IpAddress 10.0.0.0/8`, with `not ` before a negated one; ` and ` between the atoms of an entry. */
export const residualText = (residual: Residual): string[] => residual.map((entry) => entry.allOf.map(atomText).join(' and '));

const atomText = (atom: ConditionAtom): string => `${atom.negated ? 'not ' : ''}${atom.key} ${atom.operator} ${atom.values.join('|')}`;
