import type { Evidence } from '../../model/evidence.ts';
import { isArray, type Json, resolvePointer } from '../../model/json.ts';

/** Where a policy document stands in the snapshot. */
export interface Location {
  readonly resource: string;
  /** Pointer of the document. */
  readonly pointer: string;
  readonly call: string;
}

/** Evidence for one statement; a document whose Statement is a single object has no index in it. */
export function statementEvidence(location: Location, statement: number, record: Json | undefined): Evidence {
  const document = record === undefined ? undefined : resolvePointer(record, location.pointer);
  const statements = document === undefined ? undefined : resolvePointer(document, '/Statement');
  const suffix = statements === undefined ? '' : isArray(statements) ? `/Statement/${statement}` : '/Statement';
  return { resource: location.resource, pointer: `${location.pointer}${suffix}`, call: location.call };
}
