import { isObject } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { azureCandidates } from './azure/places.ts';
import { at, type Candidate, type CandidateContext, type Hop, type Place } from './candidate.ts';
import { detached } from './detach.ts';
import { settingCandidates } from './settings-changes.ts';
import { statementCandidates } from './statements.ts';

/** Every change that is known at the places that prove a hop. */
export function candidatesFor(hop: Hop, context: CandidateContext): readonly Candidate[] {
  return hop.proof.evidence.flatMap(({ resource, pointer }): readonly Candidate[] => {
    if (/^arn:aws[a-z-]*:iam::aws:policy\//.test(resource)) return detached(hop, resource, context);
    const record = context.record(resource);
    if (record === undefined) return [];
    const place = placeOf(record, pointer);
    if (record.type.startsWith('Microsoft.')) return azureCandidates(hop, place, context);
    return /\/Statement(\/\d+)?$/.test(place.pointer) ? statementCandidates(hop, place, context) : settingCandidates(hop, place, context);
  });
}

/** The value at a pointer, `null` where a step rests on that nothing stands there; a policy that had one statement and no list has it without a number. */
function placeOf(record: SnapshotRecord, pointer: string): Place {
  const value = at(record, pointer);
  if (value !== undefined) return { record, pointer, value };
  const single = pointer.replace(/\/Statement\/0$/, '/Statement');
  const alone = at(record, single);
  return alone !== undefined && isObject(alone) ? { record, pointer: single, value: alone } : { record, pointer, value: null };
}
