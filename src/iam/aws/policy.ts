import { nearest } from '../../model/error.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { trimmed } from '../../model/trimmed.ts';
import { type ActionMatcher, compileActions } from './action.ts';
import { type Condition, compileCondition } from './condition.ts';
import { internTable } from './intern.ts';
import { operatorNames } from './operators.ts';
import { compilePrincipal, type PrincipalElement } from './principal.ts';
import { compileResources, type ResourceMatcher } from './resource.ts';

/**
 * What a document is attached to. It decides the grammar: identity-like documents (identity, boundary, session, SCP) have no Principal and must name resources; those on
 * a resource (resource, trust, RCP, endpoint) must name principals, and trust and repository policies leave Resource out.
 */
export type PolicyUse = 'identity' | 'resource';

/** What a statement says, without its place. Equal rules of all documents are one object. */
export interface Rule {
  readonly effect: 'Allow' | 'Deny';
  readonly principal: PrincipalElement | undefined;
  readonly action: ActionMatcher;
  readonly resource: ResourceMatcher;
  readonly conditions: readonly Condition[];
}

export interface Statement {
  /** Place in the document; 0 where Statement is a single object. */
  readonly index: number;
  readonly sid: string | undefined;
  readonly rule: Rule;
}

export interface PolicyProblem {
  /** `Statement/2/Condition/StringEqual` */
  readonly at: string;
  /** Lower case, what is wrong. */
  readonly message: string;
}

/** A compiled document. One with problems has no statements: AWS rejects a malformed document as a whole (`MalformedPolicyDocument`), never a statement of it. */
export interface Policy {
  readonly version: '2008-10-17' | '2012-10-17';
  readonly statements: readonly Statement[];
  readonly problems: readonly PolicyProblem[];
}

const topKeys = ['Version', 'Id', 'Statement'];
const statementKeys = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

const documents = internTable<Policy>();
const rules = internTable<Rule>();

/** Compiles a document; equal documents give one object. Never throws: what AWS would reject is in `problems`. Takes JSON text too, percent-encoded or plain. */
export function compilePolicy(document: Json | undefined, use: PolicyUse): Policy {
  const parsed = typeof document === 'string' ? parseText(document) : { value: document };
  if ('error' in parsed) return rejected([{ at: '', message: parsed.error }]);
  const identity = `${use} ${JSON.stringify(parsed.value)}`;
  const known = documents.get(identity);
  // Stryker disable next-line ConditionalExpression: a new object means the same.
  if (known !== undefined) return known;
  const policy = compileDocument(parsed.value, use);
  documents.set(identity, policy);
  return policy;
}

const rejected = (problems: readonly PolicyProblem[]): Policy => ({ version: '2012-10-17', statements: [], problems });

function parseText(text: string): { value: Json } | { error: string } {
  try {
    const value: Json = JSON.parse(text.startsWith('%7B') ? decodeURIComponent(text) : text);
    return { value };
  } catch {
    return { error: 'is not JSON' };
  }
}

function compileDocument(document: Json | undefined, use: PolicyUse): Policy {
  if (!isObject(document)) return rejected([{ at: '', message: 'a policy must be an object' }]);
  const problems: PolicyProblem[] = [];
  unknownKeys(document, topKeys, '', problems);
  const given = document['Version'] ?? '2008-10-17';
  if (given !== '2008-10-17' && given !== '2012-10-17')
    problems.push({ at: 'Version', message: `\`${String(given)}\` is no version, there are 2012-10-17 and 2008-10-17` });
  if (document['Id'] !== undefined && typeof document['Id'] !== 'string') problems.push({ at: 'Id', message: 'must be a string' });
  const version = given === '2012-10-17' ? given : '2008-10-17';
  const list = document['Statement'];
  if (list === undefined) problems.push({ at: 'Statement', message: 'is missing' });
  const statements: Statement[] = [];
  for (const [index, entry] of (list === undefined ? [] : isArray(list) ? list : [list]).entries()) {
    const statement = compileStatement(entry, index, version, use, problems);
    // Stryker disable next-line ConditionalExpression: then there is a problem, and the document has no statements.
    if (statement !== undefined) statements.push(statement);
  }
  return problems.length > 0 ? rejected(problems) : { version, statements: trimmed(statements), problems: trimmed(problems) };
}

function unknownKeys(object: JsonObject, known: readonly string[], at: string, problems: PolicyProblem[]): void {
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    problems.push({ at: at === '' ? key : `${at}/${key}`, message: `unknown element${near === undefined ? '' : `, did you mean ${near}?`}` });
  }
}

function compileStatement(entry: Json, index: number, version: string, use: PolicyUse, problems: PolicyProblem[]): Statement | undefined {
  const at = `Statement/${index}`;
  const before = problems.length;
  const bad = (where: string, message: string): void => void problems.push({ at: `${at}/${where}`, message });
  if (!isObject(entry)) {
    problems.push({ at, message: 'must be an object' });
    return undefined;
  }
  unknownKeys(entry, statementKeys, at, problems);
  const sid = entry['Sid'];
  if (sid !== undefined && typeof sid !== 'string') bad('Sid', 'must be a string');
  const effect = entry['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') bad('Effect', 'must be Allow or Deny, "the Effect value is case sensitive"');
  const actions = either(entry, 'Action', 'NotAction', true, bad);
  for (const action of actions.texts)
    if (!/^\*+$/.test(action) && !/^[^:\s]+:\S+$/.test(action)) bad('Action', `\`${action}\` must be \`*\` or service:action`);
  const resources = either(entry, 'Resource', 'NotResource', use === 'identity', bad);
  if (use === 'identity') {
    for (const text of resources.texts) {
      if (!/^\*+$/.test(text) && !text.startsWith('arn:') && !text.startsWith('${')) bad('Resource', `\`${text}\` must be an ARN or \`*\``);
    }
  }
  const principal = compileWho(entry, use, bad);
  const conditions = compileConditions(entry['Condition'], version === '2012-10-17', bad);
  // Stryker disable next-line ConditionalExpression,LogicalOperator: with a problem the document has no statements.
  if (problems.length > before || (effect !== 'Allow' && effect !== 'Deny')) return undefined;
  const rule: Rule = {
    effect,
    principal,
    action: compileActions(actions.texts, actions.negated),
    resource: compileResources(resources.present ? resources.texts : ['*'], resources.negated, version === '2012-10-17'),
    conditions: trimmed(conditions),
  };
  return { index, sid: typeof sid === 'string' ? sid : undefined, rule: internRule(rule) };
}

type Report = (where: string, message: string) => void;

function either(
  entry: JsonObject,
  plain: string,
  negated: string,
  needed: boolean,
  bad: Report,
): { texts: readonly string[]; negated: boolean; present: boolean } {
  const isNegated = entry[negated] !== undefined;
  if (entry[plain] !== undefined && isNegated) bad(plain, `stands beside ${negated}, only one of them may`);
  const value = entry[plain] ?? entry[negated];
  if (value === undefined) {
    if (needed) bad(plain, `is missing, and so is ${negated}`);
    return { texts: [], negated: false, present: false };
  }
  const texts: string[] = [];
  for (const text of isArray(value) ? value : [value]) {
    if (typeof text === 'string' && text !== '') texts.push(text);
    else bad(isNegated ? negated : plain, 'must be a string or a list of strings');
  }
  return { texts, negated: isNegated, present: true };
}

function compileWho(entry: JsonObject, use: PolicyUse, bad: Report): PrincipalElement | undefined {
  const { Principal: plain, NotPrincipal: negated } = entry;
  if (use === 'identity') {
    if (plain !== undefined || negated !== undefined) bad('Principal', 'has no place in a policy that is not attached to a resource');
    return undefined;
  }
  if (plain !== undefined && negated !== undefined) bad('Principal', 'stands beside NotPrincipal, only one of them may');
  if (plain === undefined && negated === undefined) bad('Principal', 'is missing');
  const element = compilePrincipal(plain ?? negated, plain === undefined);
  if (typeof element !== 'string') return element;
  if (plain !== undefined || negated !== undefined) bad(plain === undefined ? 'NotPrincipal' : 'Principal', element);
  return undefined;
}

function compileConditions(block: Json | undefined, withVariables: boolean, bad: Report): readonly Condition[] {
  if (block === undefined) return [];
  if (!isObject(block)) {
    bad('Condition', 'must be an object');
    return [];
  }
  const conditions: Condition[] = [];
  for (const [operator, lines] of Object.entries(block)) {
    if (!isObject(lines)) {
      bad(`Condition/${operator}`, 'must be an object of keys');
      continue;
    }
    for (const [key, value] of Object.entries(lines)) {
      const texts: string[] = [];
      for (const item of isArray(value) ? value : [value]) {
        if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') texts.push(String(item));
        else bad(`Condition/${operator}/${key}`, 'must be a string, number, boolean or a list of them');
      }
      const condition = compileCondition(operator, key, texts, withVariables);
      if (condition !== undefined) conditions.push(condition);
      else {
        const near = nearest(operator, operatorNames);
        bad(`Condition/${operator}`, `unknown condition operator${near === undefined ? '' : `, did you mean ${near}?`}`);
        break;
      }
    }
  }
  return conditions;
}

const ids = new WeakMap<object, number>();
let nextId = 0;
function idOf(part: object | undefined): number {
  // Stryker disable next-line UnaryOperator: no part has this number.
  if (part === undefined) return -1;
  const known = ids.get(part);
  if (known !== undefined) return known;
  ids.set(part, nextId);
  // Stryker disable next-line UpdateOperator: any number that is not used yet.
  return nextId++;
}

/** One object for equal rules; the parts are hash-consed already, so their identities are the key. */
function internRule(rule: Rule): Rule {
  // Stryker disable next-line MethodExpression,ArrowFunction,ArithmeticOperator: in another order a rule is only not shared.
  const conditions = rule.conditions.map(idOf).sort((a, b) => a - b);
  const identity = JSON.stringify([rule.effect, idOf(rule.principal), idOf(rule.action), idOf(rule.resource), conditions]);
  const known = rules.get(identity);
  // Stryker disable next-line ConditionalExpression: a new object means the same.
  if (known !== undefined) return known;
  rules.set(identity, rule);
  return rule;
}
