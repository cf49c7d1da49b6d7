import type { Assessment, ExposurePath } from '../model/assessment.ts';
import type { Json } from '../model/json.ts';
import { edgeKinds, nodeKinds } from '../model/vocabulary.ts';

/** Where the layout put a node of a diagram, in pixels; the centre. */
export interface Placed {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly group: string;
}

export interface DiagramGroup {
  readonly id: string;
  readonly label: string;
}

export interface Diagram {
  readonly path: string;
  readonly nodes: readonly Placed[];
  readonly groups: readonly DiagramGroup[];
  readonly width: number;
  readonly height: number;
}

/** Everything the page needs. It is the assessment, the diagrams, and the records that the evidence points at (already redacted when they were collected). */
export interface ViewModel {
  readonly schema: 'view/v1';
  readonly assessment: Assessment;
  readonly diagrams: readonly Diagram[];
  /** Evidence key `resource#pointer` -> what stands there in the snapshot. */
  readonly records: Readonly<Record<string, Json>>;
  readonly legend: {
    readonly nodes: Readonly<Record<string, { readonly label: string; readonly means: string }>>;
    readonly edges: Readonly<Record<string, { readonly label: string; readonly means: string }>>;
  };
}

export const evidenceKey = (evidence: { readonly resource: string; readonly pointer: string }): string => `${evidence.resource}#${evidence.pointer}`;

/** Nodes of a path from left to right. */
export function pathNodes(path: ExposurePath): readonly string[] {
  return path.steps.length === 0 ? [path.target.id] : [path.entry.id, ...path.steps.map((step) => step.to)];
}

/** The legend of what is drawn, from the vocabulary. */
export function legend(assessment: Assessment): ViewModel['legend'] {
  const kinds = new Set(Object.values(assessment.nodes).map((node) => node.kind));
  const steps = new Set(assessment.paths.paths.flatMap((path) => path.steps.map((step) => step.kind)));
  const pick = (
    table: Readonly<Record<string, { label: string; means: string }>>,
    used: ReadonlySet<string>,
  ): Record<string, { label: string; means: string }> =>
    Object.fromEntries(
      Object.entries(table)
        .filter(([name]) => used.has(name))
        .map(([name, { label, means }]) => [name, { label, means }]),
    );
  return { nodes: pick(nodeKinds, kinds), edges: pick(edgeKinds, steps) };
}
