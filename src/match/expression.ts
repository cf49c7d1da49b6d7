import { type ASTNode, Environment, EvaluationError, ParseError } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { isArray, isObject, type Json } from '../model/json.ts';
import { children, comprehensions } from './expression-tree.ts';
import { Meter, metered } from './meter.ts';
import type { MatchClock } from './tests.ts';
import type { Truth } from './truth.ts';

/**
 * The expression leaf: CEL, for arithmetic, dates and comparisons across fields. The engine stands behind this file alone.
 *
 * It cannot run code, reach a prototype or take exponential time: `matches()` is a JavaScript RegExp in this engine (`^(a+)+$` on 31 characters took 52 s), so it is
 * refused and `re()` on RE2 stands in for it; comprehensions nest twice at most, expressions are short, one evaluation may take so many steps (see `Meter`), and each rule
 * has a time budget.
 */
export interface Expression {
  /** Paths that it reads from the variables, for checks against declared fields: `config.MaxSessionDuration`. */
  readonly paths: readonly (readonly string[])[];
  /**
   * Anything that cannot be evaluated (a key that is not there, a text where a number should be) is `unknown` with its reason, never true or false.
   * Throws where it would take too long.
   */
  evaluate(variables: Readonly<Record<string, Json>>): { readonly truth: Truth; readonly reason?: string };
}

/** What an expression is asked of is so large that it was not evaluated to the end. Others may be smaller. */
export class TooLargeHere extends Error {}

/** What is wrong with an expression, and where in its text (0-based offset). */
export interface ExpressionProblem {
  readonly message: string;
  readonly offset: number;
  readonly help?: string;
}

const deepest = 2;
const longestText = 1000;
/** Milliseconds that one expression may take over all resources of a run. A rule that takes longer is an error, not a slow scan. */
const budget = 10_000;
/** Steps of one evaluation, a step being one part of an expression for one element: about half a second's work. */
const mostSteps = 5_000_000;

const written = { maxAstNodes: 500, maxDepth: 40, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 };
/** With a meter around each part, an expression is larger than what its author may write. */
const rewritten = { ...written, maxAstNodes: 2000, maxDepth: 200 };

function environment(variables: readonly string[], meter: Meter, limits: typeof written): Environment {
  const env = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false, limits });
  for (const name of variables) env.registerVariable(name, name === 'now' ? 'google.protobuf.Timestamp' : 'dyn');
  env.registerFunction('re(string, string): bool', (text: string, pattern: string) => {
    const compiled = compiledPattern(pattern);
    meter.spend((text.length * compiled.programSize()) / 4);
    return !meter.over && compiled.matcher(text).find();
  });
  // JSON has one kind of number, which is a double here; `MaxSessionDuration + 1` is meant all the same.
  const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
    '%': (a, b) => a % b,
  };
  for (const [operator, run] of Object.entries(arithmetic)) {
    env.registerOperator(`double ${operator} int`, (a: number, b: bigint) => run(a, Number(b)));
    env.registerOperator(`int ${operator} double`, (a: bigint, b: number) => run(Number(a), b));
  }
  return env;
}

const patterns = new Map<string, RE2JS>();
function compiledPattern(text: string): RE2JS {
  const known = patterns.get(text);
  if (known !== undefined) return known;
  const compiled = RE2JS.compile(text);
  patterns.set(text, compiled);
  return compiled;
}

/** Compiles an expression over named variables, or says what is wrong with it. `now`, the end of the collection, is always there. */
export function compileExpression(text: string, variables: readonly string[], clock: MatchClock): Expression | readonly ExpressionProblem[] {
  if (text.length > longestText) return [{ message: `the expression has ${text.length} characters`, offset: 0, help: `at most ${longestText}` }];
  const meter = new Meter(mostSteps);
  const env = environment([...variables, 'now'], meter, written);
  let parsed: ReturnType<Environment['parse']>;
  try {
    parsed = env.parse(text);
  } catch (error) {
    if (error instanceof ParseError) return [{ message: lowered(error.summary), offset: error.range?.start ?? 0 }];
    throw error;
  }
  const problems = inspect(parsed.ast, 0);
  if (problems.length > 0) return problems;
  const { valid, type, error } = parsed.check();
  if (!valid) {
    const help = `known: ${variables.join(', ')}, now`;
    return [
      { message: lowered(error?.summary ?? 'it cannot be read'), offset: error?.range?.start ?? 0, ...(error?.code === 'unknown_variable' ? { help } : {}) },
    ];
  }
  if (type !== 'bool' && type !== 'dyn') return [{ message: `the expression is a ${type}, not true or false`, offset: 0 }];
  const paths: (readonly string[])[] = [];
  readPaths(parsed.ast, new Set(), paths);
  const now = new Date(clock.now);
  const counted = environment([...variables, 'now'], meter, rewritten);
  meter.install(counted);
  const run = counted.parse(metered(parsed.ast, text));
  let spent = 0;
  return {
    paths,
    evaluate(values) {
      if (spent > budget) throw new Error(`the expression \`${text}\` took longer than ${budget / 1000} s over all resources`);
      meter.reset();
      const begun = performance.now();
      let result: unknown;
      let failed: unknown;
      try {
        result = run({ ...values, now });
      } catch (error) {
        failed = error;
      }
      spent += performance.now() - begun;
      if (meter.over) throw new TooLargeHere(`the expression \`${text}\` takes more than ${mostSteps} steps here: it was not evaluated`);
      if (typeof result === 'boolean') return { truth: result };
      // Not every error is the engine's own: a text that is no JSON and a time zone that there is not are told by what reads them.
      const reason = failed instanceof EvaluationError ? failed.summary : failed instanceof Error ? failed.message : 'it is neither true nor false';
      return { truth: 'unknown', reason: lowered(reason) };
    },
  };
}

const lowered = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

/** What this file forbids, as it stands in the tree. */
function inspect(node: ASTNode, depth: number): readonly ExpressionProblem[] {
  const name = node.op === 'call' || node.op === 'rcall' ? node.args[0] : undefined;
  const nested = node.op === 'rcall' && comprehensions.includes(node.args[0]) ? depth + 1 : depth;
  // What is walked stands beside the walk: `a.filter(…).exists(…)` is one walk after the other.
  const depthOf = (child: ASTNode): number => (node.op === 'rcall' && child === node.args[1] ? depth : nested);
  const own: ExpressionProblem[] = [];
  if (name === 'matches') own.push({ message: '`matches` is not offered', offset: node.start, help: 're(text, "pattern"), which takes linear time' });
  // Told once, at the walk that is one too deep, and not again for what stands inside it.
  if (nested === deepest + 1 && nested > depth)
    own.push({
      message: `lists are walked ${nested} deep`,
      offset: node.start,
      help: `at most ${deepest} of ${comprehensions.slice(0, 5).join(', ')} inside each other`,
    });
  if (node.op === 'call' && name === 're') own.push(...patternProblem(node.args[1][1]));
  return [...own, ...children(node).flatMap((child) => inspect(child, depthOf(child)))];
}

function patternProblem(pattern: ASTNode | undefined): readonly ExpressionProblem[] {
  if (pattern === undefined) return [];
  if (pattern.op !== 'value' || typeof pattern.args !== 'string')
    return [{ message: 'the pattern of `re` is not a text', offset: pattern.start, help: 're(config.Name, "^prod-")' }];
  try {
    compiledPattern(pattern.args);
    return [];
  } catch (error) {
    return [{ message: `\`${pattern.args}\` is no regular expression: ${error instanceof Error ? error.message : ''}`, offset: pattern.start }];
  }
}

/** Longest chains of names from a variable: `config.a.b` of `config.a.b.size() > 1`. Names that a comprehension binds are no variables. */
function readPaths(node: ASTNode, bound: ReadonlySet<string>, into: (readonly string[])[]): void {
  const chain = chainOf(node);
  if (chain !== undefined) {
    if (!bound.has(chain[0] ?? '') && chain[0] !== 'now' && chain[0] !== 'cel' && chain[0] !== 'optional') into.push(chain);
    return;
  }
  let inner = bound;
  if (node.op === 'rcall' && (comprehensions.includes(node.args[0]) || node.args[0] === 'bind')) {
    const names = node.args[2].flatMap((arg) => (arg.op === 'id' ? [arg.args] : []));
    inner = new Set([...bound, ...names]);
  }
  for (const child of children(node)) readPaths(child, inner, into);
}

function chainOf(node: ASTNode): readonly string[] | undefined {
  if (node.op === 'id') return [node.args];
  if (node.op === '.' || node.op === '.?') {
    const [parent, key] = node.args;
    const before = chainOf(parent);
    return before === undefined || typeof key !== 'string' ? undefined : [...before, key];
  }
  if (node.op === '[]' || node.op === '[?]') {
    const [parent, key] = node.args;
    const before = chainOf(parent);
    return before === undefined || key.op !== 'value' || typeof key.args !== 'string' ? undefined : [...before, key.args];
  }
  return undefined;
}

/** The value at a chain of names, and how far the chain led. */
export function follow(root: Json, chain: readonly string[]): { readonly value: Json | undefined; readonly found: readonly string[] } {
  let value: Json | undefined = root;
  const found: string[] = [];
  for (const key of chain) {
    if (isArray(value) || !isObject(value) || !Object.hasOwn(value, key)) return { value: undefined, found };
    value = value[key];
    found.push(key);
  }
  return { value, found };
}
