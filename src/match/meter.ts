import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import type { Json } from '../model/json.ts';
import { children, comprehensions } from './expression-tree.ts';

/**
 * Counts what an evaluation of an expression costs, so that neither a hostile rule nor a hostile record can hold up a run: the engine cannot be interrupted, and a list of
 * 100,000 entries that is walked within a walk is ten thousand million steps.
 *
 * The expression is written out anew with a meter around everything that takes longer the more there is of it. A meter adds to the count and hands its value on; beyond the
 * limit it hands on an empty one, and what is asked of each element is asked no more. (An exception would not do: a quantifier of CEL keeps errors back and asks the next.)
 * Counted is the work, not the time: the same rule and record give the same result on any machine.
 */
export class Meter {
  #spent = 0;
  /** Elements that were begun and not ended: those of the walks that are open, and those whose question ended in an error that a quantifier kept back. */
  #open = 0;
  #over = false;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get over(): boolean {
    this.#over ||= this.#spent + this.#open * priceOfError > this.#limit;
    return this.#over;
  }

  reset(): void {
    this.#spent = 0;
    this.#open = 0;
    this.#over = false;
  }

  spend(steps: number): void {
    this.#spent += steps;
  }

  /** Makes the meters known to an environment in which metered expressions, and no others, are read. */
  install(env: Environment): void {
    const metered = (steps: (value: unknown, weight: number) => number) => (value: unknown, weight: bigint) => {
      if (!this.over) this.spend(steps(value, Number(weight)));
      return this.over ? emptied(value) : value;
    };
    env.registerFunction(`${ended}(): bool`, () => {
      this.#open++;
      return this.over;
    });
    env.registerFunction(`${done}(dyn): dyn`, (value: unknown) => {
      this.#open--;
      return value;
    });
    env.registerFunction(
      `${names.walk}(dyn, int): dyn`,
      metered((value, weight) => lengthOf(value) * weight),
    );
    env.registerFunction(
      `${names.part}(dyn, int): dyn`,
      metered((value, weight) => weight + (typeof value === 'string' ? value.length / 8 : lengthOf(value))),
    );
    env.registerFunction(
      `${names.whole}(dyn, int): dyn`,
      metered((value) => sizeOf(value, this.#limit - this.#spent)),
    );
    env.registerFunction(`${names.short}(dyn, int): dyn`, (value: unknown) => {
      if (typeof value !== 'string' || value.length <= longestShort) return value;
      this.spend(Number.POSITIVE_INFINITY);
      return '';
    });
  }
}

const names = { walk: '_walk', part: '_part', whole: '_whole', short: '_short' } as const;
type Kind = keyof typeof names;
const ended = '_ended';
const done = '_done';
/** An error of the engine writes out a message with its place. */
const priceOfError = 200;

/** Characters of a text that is looked for, that separates or that is read as a duration: such work grows with the product of two lengths, or faster. */
const longestShort = 200;

const isPlain = (value: unknown): value is Record<string, Json> =>
  value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;

const emptied = (value: unknown): unknown => (typeof value === 'string' ? '' : Array.isArray(value) ? [] : isPlain(value) ? {} : value);

function lengthOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  if (value instanceof Uint8Array) return value.length / 8;
  return isPlain(value) ? Object.keys(value).length : 1;
}

/** Values inside a value, counted up to a limit; without recursion, as a record may be nested as deep as it likes. */
function sizeOf(value: unknown, limit: number): number {
  let size = 0;
  const open: unknown[] = [value];
  while (open.length > 0 && size <= limit) {
    const next = open.pop();
    size += typeof next === 'string' ? 1 + next.length / 64 : 1;
    if (Array.isArray(next)) for (const each of next) open.push(each);
    else if (isPlain(next)) for (const each of Object.values(next)) open.push(each);
  }
  return size;
}

/** Take the same time whatever they are asked of, or bind a name. `has` takes a chain of names alone, in which no meter may stand. */
const constant = ['orValue', 'or', 'hasValue', 'value', 'bind', 'startsWith', 'endsWith', 'has', 'type', 'of', 'none'];
/** Take a short text: as what is looked for, or as what is read. */
const takesShort = ['contains', 'indexOf', 'lastIndexOf', 'split', 'join', 'duration'];
const fields = /^get[A-Z]/;

/** The expression of a tree with its meters. What `names` calls is not known where users' expressions are checked, so that none can call it itself. */
export function metered(node: ASTNode, text: string): string {
  const inner = (child: ASTNode): string => metered(child, text);
  const meter = (kind: Kind, child: ASTNode, weight = 1): string => (child.op === 'value' ? inner(child) : `${names[kind]}(${inner(child)}, ${weight})`);
  switch (node.op) {
    case 'value':
      return text.slice(node.start, node.end);
    case 'id':
      return node.args;
    case '.':
      return `${inner(node.args[0])}.${node.args[1]}`;
    case '.?':
      return `${inner(node.args[0])}.?${node.args[1]}`;
    case '[]':
      return `${inner(node.args[0])}[${inner(node.args[1])}]`;
    case '[?]':
      return `${inner(node.args[0])}[?${inner(node.args[1])}]`;
    case '!_':
      return `(!${inner(node.args)})`;
    case '-_':
      return `(-${inner(node.args)})`;
    case '?:':
      return `(${inner(node.args[0])} ? ${inner(node.args[1])} : ${inner(node.args[2])})`;
    case 'list':
      return `[${node.args.map(inner).join(', ')}]`;
    case 'map':
      return `{${node.args.map(([key, value]) => `${inner(key)}: ${inner(value)}`).join(', ')}}`;
    case 'in':
      return `(${inner(node.args[0])} in ${meter('walk', node.args[1])})`;
    case '==':
    case '!=':
      return compared('whole', node.op, ...node.args);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compared('part', node.op, ...node.args);
    case '+': {
      const [left, right] = node.args;
      return `(${meter('part', left)} + ${meter('part', right)})`;
    }
    case 'call':
      return call(node.args[0], undefined, node.args[1]);
    case 'rcall':
      return call(node.args[0], node.args[1], node.args[2]);
    default:
      return `(${inner(node.args[0])} ${node.op} ${inner(node.args[1])})`;
  }

  /** Against a literal nothing long is compared. */
  function compared(kind: Kind, op: string, left: ASTNode, right: ASTNode): string {
    return `(${right.op === 'value' ? inner(left) : meter(kind, left)} ${op} ${inner(right)})`;
  }

  /** What is asked of an element: nothing once the limit is passed, and `exists` and `all` end there. */
  function asked(name: string, each: ASTNode): string {
    return `(${ended}() ? dyn(${name === 'exists'}) : ${done}(${inner(each)}))`;
  }

  function call(name: string, receiver: ASTNode | undefined, args: readonly ASTNode[]): string {
    const own = args.map((each) => (constant.includes(name) ? inner(each) : meter(takesShort.includes(name) ? 'short' : 'part', each)));
    if (receiver === undefined) return `${name}(${own.join(', ')})`;
    if (comprehensions.includes(name)) {
      const weight = args.map(nodes).reduce((sum, each) => sum + each, 1);
      return `${meter('walk', receiver, weight)}.${name}(${args.map((each, index) => (index === 0 ? inner(each) : asked(name, each))).join(', ')})`;
    }
    if (constant.includes(name)) return `${inner(receiver)}.${name}(${own.join(', ')})`;
    // The clock of a time zone is asked for its words, which takes as long as hundreds of other steps.
    return `${meter('part', receiver, fields.test(name) && args.length > 0 ? 500 : 1)}.${name}(${own.join(', ')})`;
  }
}

const nodes = (node: ASTNode): number => children(node).reduce((sum, each) => sum + nodes(each), 1);
