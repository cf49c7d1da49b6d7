import { nearest } from '../model/error.ts';
import { type EdgeKind, edgeKindNames, type NodeKind, nodeKindNames } from '../model/vocabulary.ts';

export interface PatternNode {
  readonly alias: string;
  readonly kind: NodeKind | undefined;
}

export interface PatternEdge {
  /** Empty: any step. */
  readonly kinds: readonly EdgeKind[];
  readonly least: number;
  readonly most: number;
}

/** `(a:Kind)-[:Edge|Edge*1..3]->(b:Kind)…` : openCypher's path pattern, to the right only, without MATCH, WHERE and RETURN. */
export interface Pattern {
  readonly nodes: readonly PatternNode[];
  readonly edges: readonly PatternEdge[];
}

/** Longest variable-length hop: beyond it a pattern says nothing a reader could check. */
const longest = 6;

/** Parses a pattern, or says what is wrong with it. Aliases must be distinct. */
export function parsePattern(text: string): Pattern | { readonly problem: string } {
  const nodes: PatternNode[] = [];
  const edges: PatternEdge[] = [];
  let rest = text.trim();
  const node = /^\(\s*([A-Za-z]\w*)?\s*(?::\s*([A-Za-z]\w*))?\s*\)\s*/;
  const edge = /^-\[\s*(?::\s*([A-Za-z]\w*(?:\s*\|\s*:?\s*[A-Za-z]\w*)*))?\s*(\*\s*(\d+)?\s*(?:\.\.\s*(\d+))?)?\s*\]->\s*/;
  for (;;) {
    const found = node.exec(rest);
    if (found === null) return { problem: `a node such as (vm:Compute) is expected at \`${rest.slice(0, 20)}\`` };
    const [whole, alias = `_${nodes.length}`, kindText] = found;
    const kind = nodeKindNames.find((name) => name === kindText);
    if (kindText !== undefined && kind === undefined) {
      const near = nearest(kindText, nodeKindNames);
      return { problem: `\`${kindText}\` is no node kind; ${near === undefined ? `known: ${nodeKindNames.join(', ')}` : `did you mean ${near}?`}` };
    }
    if (nodes.some((each) => each.alias === alias)) return { problem: `the alias \`${alias}\` stands twice` };
    nodes.push({ alias, kind });
    rest = rest.slice(whole.length);
    if (rest === '') return nodes.length < 2 ? { problem: 'a pattern has at least two nodes' } : { nodes, edges };
    const step = edge.exec(rest);
    if (step === null) return { problem: `an edge such as -[:Reaches*1..3]-> is expected at \`${rest.slice(0, 20)}\`` };
    const kinds: EdgeKind[] = [];
    for (const name of (step[1] ?? '')
      .split('|')
      .map((part) => part.replace(/[\s:]/g, ''))
      .filter((part) => part !== '')) {
      const known = edgeKindNames.find((each) => each === name);
      if (known === undefined) {
        const near = nearest(name, edgeKindNames);
        return { problem: `\`${name}\` is no edge kind; ${near === undefined ? `known: ${edgeKindNames.join(', ')}` : `did you mean ${near}?`}` };
      }
      kinds.push(known);
    }
    const variable = step[2] !== undefined;
    const ranged = variable && step[2]?.includes('..');
    const least = variable ? Number(step[3] ?? '1') : 1;
    const most = !variable ? 1 : ranged ? Number(step[4] ?? String(longest)) : step[3] === undefined ? longest : least;
    if (most > longest || least > most) return { problem: `\`${step[2]}\` is no length from 0 to ${longest}` };
    edges.push({ kinds, least, most });
    rest = rest.slice(step[0].length);
  }
}
