import { decodeDocuments, itemConfig } from '../../collect/build.ts';
import type { ResourceType, TypeTable } from '../../model/collector.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import type { Redactor } from '../redact.ts';
import { callStates } from './answered.ts';
import { addDraft, attach, type Draft, type Raw } from './drafts.ts';
import { answersOf, type Imported, type ImportInput, isEmptyAnswer, isObjectListing, parseJson } from './inputs.ts';
import { type AskedAt, PlaceFinder } from './places.ts';
import { createRecogniser, type FoundDetail } from './recognise.ts';
import { unaskedCalls } from './unasked.ts';

export interface ImportOptions extends AskedAt {
  readonly types: TypeTable;
  readonly redactor: Redactor;
}

/** Makes records of answers that people already have. Neither the order of the files nor their names matter, except that a folder `<12 digits>/<region>/` tells where they were asked. */
export function importAws(inputs: readonly ImportInput[], options: ImportOptions): Imported {
  const recogniser = createRecogniser(options.types);
  const raws: Raw[] = [];
  const details: (FoundDetail & { readonly file: string })[] = [];
  const unrecognised: { file: string; reason: string }[] = [];
  const places = new PlaceFinder(options);
  const asked: { call: string; file: string; spec: ResourceType }[] = [];
  for (const { file, text } of inputs) {
    if (!/\.(json|jsonl|ndjson)$/i.test(file) && !/^\s*[[{]/.test(text)) {
      unrecognised.push({ file, reason: 'no JSON' });
      continue;
    }
    const document = parseJson(text, file);
    places.learn(file, document);
    const strange = new Set<string>();
    let understood = 0;
    for (const { answer, request } of answersOf(document)) {
      const result = recogniser.answer(answer, request);
      for (const found of result.items) asked.push({ call: found.call, file, spec: found.spec });
      for (const found of result.items)
        for (const item of found.items) raws.push({ type: found.type, spec: found.spec, call: found.call, config: itemConfig(item), file, request });
      for (const found of result.details) details.push({ ...found, file });
      understood += result.items.length + result.details.length;
      for (const key of result.unknown) strange.add(key);
    }
    if (strange.size > 0)
      unrecognised.push({ file, reason: `no answer of a known call has the key${strange.size > 1 ? 's' : ''} ${[...strange].sort().slice(0, 8).join(', ')}` });
    else if (understood === 0 && !isEmptyAnswer(document) && !isObjectListing(document)) unrecognised.push({ file, reason: 'no answer of a known call' });
  }
  const drafts = new Map<string, Draft>();
  for (const raw of raws) addDraft(drafts, raw, places, unrecognised);
  attach(drafts, details, places, unrecognised);
  const records = [...drafts.values()].map((draft): SnapshotRecord => {
    const decoded = decodeDocuments(draft.config, draft.spec);
    return {
      type: draft.type,
      id: draft.id,
      account: draft.account,
      region: draft.region,
      config: options.redactor.config(decoded, draft.spec),
      calls: [...draft.calls].sort(),
    };
  });
  const answered = callStates(records, asked, details, places);
  return { records, calls: [...answered, ...unaskedCalls(records, answered, options.types)], unrecognised };
}
