import { nearest } from '../model/error.ts';
import { type EdgeKind, edgeKindNames, type NodeKind, nodeKindNames } from '../model/vocabulary.ts';

export interface PatternNode {
  readonly alias: string;
  readonly kind: NodeKind | undefined;
}

export interface PatternEdge {
  /** Index of the alias that it starts at. */
  readonly from: number;
  /** Index of the alias that it leads to: a new one, or one that another edge led to already, which closes a ring. */
  readonly to: number;
  /** Empty: any step. */
  readonly kinds: readonly EdgeKind[];
  readonly least: number;
  readonly most: number;
}

/**
 * `(a:Kind)-[:Edge|Edge*1..3]->(b:Kind)…, (b)-[:Edge]->(c)` : openCypher's path patterns, to the right only, without MATCH, WHERE and RETURN. The first path names its aliases; each
 * further one starts at an alias that was named before, and so is a branch of the same match.
 */
export interface Pattern {
  readonly nodes: readonly PatternNode[];
  /** In the order of the text. Every alias but the first is what some edge leads to first. */
  readonly edges: readonly PatternEdge[];
}

/** Whether an edge is the first that leads to its alias; another one closes a ring. */
export const discovers = ({ edges }: Pattern, edge: PatternEdge): boolean => edge.to !== 0 && edges.find(({ to }) => to === edge.to) === edge;

/** Longest variable-length hop: beyond it a pattern says nothing a reader could check. */
const longest = 6;

const nodeForm = /^\(\s*([A-Za-z]\w*)?\s*(?::\s*([A-Za-z]\w*))?\s*\)\s*/;
const edgeForm = /^-\[\s*(?::\s*([A-Za-z]\w*(?:\s*\|\s*:?\s*[A-Za-z]\w*)*))?\s*(\*\s*(\d+)?\s*(?:\.\.\s*(\d+))?)?\s*\]->\s*/;

/** Parses a pattern, or says what is wrong with it. */
export function parsePattern(text: string): Pattern | { readonly problem: string } {
  const parser = new PatternParser(text.trim());
  return parser.pattern();
}

class PatternParser {
  readonly #nodes: PatternNode[] = [];
  readonly #edges: PatternEdge[] = [];
  #rest: string;

  constructor(text: string) {
    this.#rest = text;
  }

  pattern(): Pattern | { readonly problem: string } {
    for (let path = 0; ; path++) {
      const problem = this.#path(path === 0);
      if (problem !== undefined) return { problem };
      if (this.#rest === '') return { nodes: this.#nodes, edges: this.#edges };
      this.#rest = this.#rest.slice(1).trimStart();
    }
  }

  /** One path, up to a comma or the end. */
  #path(first: boolean): string | undefined {
    let here = this.#node(first ? 'new' : 'known');
    if (typeof here === 'string') return here;
    for (let hop = 0; ; hop++) {
      if (this.#rest === '' || this.#rest.startsWith(','))
        return hop === 0 ? (first ? 'a pattern has at least two nodes' : 'a branch has at least two nodes') : undefined;
      const edge = this.#edge();
      if (typeof edge === 'string') return edge;
      const next = this.#node('any');
      if (typeof next === 'string') return next;
      if (next === here) return `the alias \`${this.#nodes[here]?.alias}\` stands twice in a row`;
      this.#edges.push({ from: here, to: next, ...edge });
      here = next;
    }
  }

  /** Index of the alias that stands next, or what is wrong with it. */
  #node(expected: 'new' | 'known' | 'any'): number | string {
    const found = nodeForm.exec(this.#rest);
    if (found === null) return `a node such as (vm:Compute) is expected at \`${this.#rest.slice(0, 20)}\``;
    const [whole, alias = `_${this.#nodes.length}`, kindText] = found;
    const kind = nodeKindNames.find((name) => name === kindText);
    if (kindText !== undefined && kind === undefined) {
      const near = nearest(kindText, nodeKindNames);
      return `\`${kindText}\` is no node kind; ${near === undefined ? `known: ${nodeKindNames.join(', ')}` : `did you mean ${near}?`}`;
    }
    this.#rest = this.#rest.slice(whole.length);
    const index = this.#nodes.findIndex((each) => each.alias === alias);
    if (index < 0 && expected === 'known')
      return `\`${alias}\` starts a branch and no earlier path names it (named: ${this.#nodes.map((each) => each.alias).join(', ')})`;
    if (index < 0) return this.#nodes.push({ alias, kind }) - 1;
    if (kindText !== undefined && kind !== this.#nodes[index]?.kind) return `the alias \`${alias}\` stands twice, with different kinds`;
    return index;
  }

  #edge(): Omit<PatternEdge, 'from' | 'to'> | string {
    const step = edgeForm.exec(this.#rest);
    if (step === null) return `an edge such as -[:Reaches*1..3]-> is expected at \`${this.#rest.slice(0, 20)}\``;
    const kinds: EdgeKind[] = [];
    for (const name of (step[1] ?? '')
      .split('|')
      .map((part) => part.replace(/[\s:]/g, ''))
      .filter((part) => part !== '')) {
      const known = edgeKindNames.find((each) => each === name);
      if (known === undefined) {
        const near = nearest(name, edgeKindNames);
        return `\`${name}\` is no edge kind; ${near === undefined ? `known: ${edgeKindNames.join(', ')}` : `did you mean ${near}?`}`;
      }
      kinds.push(known);
    }
    const variable = step[2] !== undefined;
    const ranged = variable && step[2]?.includes('..');
    const least = variable ? Number(step[3] ?? '1') : 1;
    const most = !variable ? 1 : ranged ? Number(step[4] ?? String(longest)) : step[3] === undefined ? longest : least;
    if (most > longest || least > most) return `\`${step[2]}\` is no length from 0 to ${longest}`;
    this.#rest = this.#rest.slice(step[0].length);
    return { kinds, least, most };
  }
}
