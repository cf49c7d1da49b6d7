import type { Evidence } from '../model/evidence.ts';
import type { StructureKind } from '../model/vocabulary.ts';

/** A structure edge that no single reference of a configuration names: it is found by what several records say together. */
export interface StructureLink {
  readonly from: string;
  readonly to: string;
  readonly kind: StructureKind;
  readonly evidence: readonly Evidence[];
}
