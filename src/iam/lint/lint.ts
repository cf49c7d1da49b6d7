import { nearest } from '../../model/error.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { compilePolicy, type PolicyUse, type Statement } from '../aws/policy.ts';
import { actions, catalogueSource, servicePrefixes } from '../catalogue.ts';
import { actionsLike, actionsOf, countOf, namesOf, within } from '../usage/action-sets.ts';
import { lintConditions } from './conditions.ts';
import { arnsMeet } from './meet.ts';
import type { LintProblem } from './problem.ts';

type Path = readonly (string | number)[];

/** What a document is attached to, by its statements: only a resource's own policy names principals. */
export function useOfDocument(document: Json): PolicyUse {
  return statementsOf(document).some(({ value }) => value['Principal'] !== undefined || value['NotPrincipal'] !== undefined) ? 'resource' : 'identity';
}

/**
 * What in a document does not do what it seems to. A malformed one has its malformations only: AWS does not take it. `use` as `useOfDocument` tells unless the caller knows
 * better.
 */
export function lintPolicy(document: Json, use: PolicyUse = useOfDocument(document)): readonly LintProblem[] {
  const policy = compilePolicy(document, use);
  if (policy.problems.length > 0) {
    return policy.problems.map(({ at, message }) => ({
      code: 'malformed',
      severity: 'error',
      path: at === '' ? [] : at.split('/').map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
      message,
      help: 'AWS rejects the whole document',
    }));
  }
  const sources = statementsOf(document);
  return policy.statements.flatMap((statement, index): LintProblem[] => {
    const source = sources[index];
    return source === undefined
      ? []
      : [...lintStatement(statement, source.value, source.path, policy.version), ...stoppedHere(statement, policy.statements, source.path)];
  });
}

function statementsOf(document: Json): readonly { readonly value: JsonObject; readonly path: Path }[] {
  const list = isObject(document) ? document['Statement'] : undefined;
  if (isObject(list)) return [{ value: list, path: ['Statement'] }];
  return isArray(list) ? list.flatMap((value, index) => (isObject(value) ? [{ value, path: ['Statement', index] }] : [])) : [];
}

function* lintStatement({ rule }: Statement, source: JsonObject, path: Path, version: string): Generator<LintProblem> {
  const { effect, action, principal } = rule;
  const texts = textsOf(source[action.negated ? 'NotAction' : 'Action']);
  const at = [...path, action.negated ? 'NotAction' : 'Action'];
  const unknown = texts.filter((text) => countOf(actionsLike(text)) === 0 && !/^\*+$/.test(text));
  for (const text of unknown) yield unknownAction(text, [...at, ...(isArray(source[at.at(-1) ?? '']) ? [texts.indexOf(text)] : [])], effect, action.negated);
  if (texts.length === 0)
    yield { code: 'no-values', severity: 'error', path: at, message: 'the list of actions is empty, so the statement does nothing', help: 'name the actions' };
  if (effect === 'Deny' && !action.negated && texts.length > 0 && unknown.length === texts.length)
    yield { code: 'deny-never', severity: 'error', path: at, message: 'none of the actions exists, so the Deny never matches', help: 'correct the names' };
  if (effect === 'Allow' && action.negated)
    yield {
      code: 'allow-not-action',
      severity: 'warning',
      path: at,
      message: 'allows every action of AWS but these, the ones that come later too',
      help: 'list what is allowed; or Deny these and Allow the rest by name',
    };
  if (effect === 'Allow' && principal?.negated === true)
    yield {
      code: 'allow-not-principal',
      severity: 'error',
      path: [...path, 'NotPrincipal'],
      message: 'allows everybody but these, strangers and anonymous callers too',
      help: 'name who is allowed in Principal',
    };
  if (effect === 'Deny' && principal?.negated === true)
    yield {
      code: 'deny-not-principal',
      severity: 'warning',
      path: [...path, 'NotPrincipal'],
      message: 'denies every principal that has a permissions boundary, the listed ones too',
      help: 'use Principal "*" with ArnNotEquals on aws:PrincipalArn',
    };
  if (version !== '2012-10-17' && /\$\{[^}]+\}/.test(JSON.stringify([source['Resource'], source['NotResource'], source['Condition']])))
    yield {
      code: 'version-variables',
      severity: 'error',
      path,
      message: `\`\${…}\` is plain text in a document of version ${version}`,
      help: 'set "Version": "2012-10-17"',
    };
  const known = namesOf(actionsOf(action)).map((name) => name.toLowerCase());
  const exact = action.negated ? [] : texts.map((text) => text.toLowerCase()).filter((text) => actions().has(text));
  yield* lintConditions({ effect, path, condition: source['Condition'], actions: action.negated ? [] : known, exact });
  if (!action.negated && unknown.length === 0) yield* unreachable(rule, source, path, texts);
}

const textsOf = (value: Json | undefined): readonly string[] =>
  typeof value === 'string' ? [value] : isArray(value) ? value.filter((each) => typeof each === 'string') : [];

function unknownAction(text: string, path: Path, effect: string, negated: boolean): LintProblem {
  const [service = '', name = ''] = text.split(':');
  const prefixes = servicePrefixes();
  const near = prefixes.includes(service.toLowerCase())
    ? nearest(
        name,
        namesOf(actionsLike(`${service}:*`)).map((each) => each.split(':')[1] ?? ''),
      )
    : nearest(service.toLowerCase(), prefixes);
  const full = near === undefined ? undefined : prefixes.includes(service.toLowerCase()) ? `${service}:${near}` : `${near}:${name}`;
  const what = /[*?]/.test(text) ? `\`${text}\` matches no action` : `there is no action \`${text}\``;
  const then = negated ? '' : effect === 'Deny' ? ', so nothing is denied by it' : ', so nothing is allowed by it';
  return {
    code: 'unknown-action',
    // An action that AWS added after the table was made is no mistake: only one that looks like another surely is.
    severity: full === undefined || Math.abs(full.length - text.length) > 2 ? 'warning' : 'error',
    path,
    message: `${what} (${catalogueSource()})${then}`,
    help: full === undefined ? 'correct the name; an action newer than the table is evaluated all the same' : `did you mean ${full}?`,
  };
}

/** Actions of which no resource of the statement is one. */
function* unreachable(rule: Statement['rule'], source: JsonObject, path: Path, texts: readonly string[]): Generator<LintProblem> {
  if (rule.resource.negated || rule.resource.all || source['Resource'] === undefined) return;
  const resources = textsOf(source['Resource']).map((text) => text.replace(/\$\{[^}]*\}/g, '*'));
  const stranded: string[] = [];
  for (const text of texts) {
    const names = namesOf(actionsLike(text)).map((name) => name.toLowerCase());
    if (names.length > 0 && !names.some((name) => reaches(name, resources))) stranded.push(text);
  }
  if (stranded.length === 0) return;
  const all = stranded.length === texts.length;
  const formats = [...new Set(stranded.flatMap((text) => actions().get(text.toLowerCase())?.resources ?? []))];
  yield {
    code: all && rule.effect === 'Deny' ? 'deny-never' : 'resource-unreachable',
    severity: all ? 'error' : 'warning',
    path: [...path, 'Resource'],
    message: `${stranded.join(', ')} ${stranded.length === 1 ? 'takes' : 'take'} no resource like ${textsOf(source['Resource']).join(', ')}, so nothing is ${rule.effect === 'Deny' ? 'denied' : 'allowed'} there`,
    help: formats.length === 0 ? 'use Resource "*" for these actions' : `use a resource like ${formats.slice(0, 3).join(' or ')}`,
  };
}

function reaches(action: string, resources: readonly string[]): boolean {
  const formats = actions().get(action)?.resources ?? [];
  // "s3:ListAllMyBuckets" is granted on `arn:aws:s3:::*` in AWS's own examples; see `resourceToMatch`.
  if (formats.length === 0) return resources.some((text) => /^\*+$/.test(text)) || action === 's3:listallmybuckets';
  // A bucket's name has no slash in it, so what has one is an object.
  const fits = (format: string, text: string): boolean => !(format.endsWith(':::${BucketName}') && text.includes('/'));
  return resources.some((text) => formats.some((format) => fits(format, text) && arnsMeet(format.replace(/\$\{[^}]+\}/g, '*'), text)));
}

/** An Allow that a Deny beside it always takes away. */
function* stoppedHere({ rule }: Statement, statements: readonly Statement[], path: Path): Generator<LintProblem> {
  if (rule.effect !== 'Allow') return;
  const stopping = statements.find(
    ({ rule: other }) =>
      other.effect === 'Deny' &&
      other.conditions.length === 0 &&
      (other.principal === undefined || other.principal.any) &&
      countOf(actionsOf(rule.action)) > 0 &&
      within(actionsOf(rule.action), actionsOf(other.action)) &&
      ((other.resource.all && !other.resource.negated) || other.resource === rule.resource),
  );
  if (stopping !== undefined)
    yield {
      code: 'stopped-here',
      severity: 'error',
      path,
      message: `the Deny in statement ${stopping.index} always stops what this one allows`,
      help: 'take one of the two away, or narrow the Deny',
    };
}
