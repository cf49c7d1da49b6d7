import type { Source } from './data.ts';
import { redacted, redactedEstate } from './redact.ts';

/** What the page shows with names hidden: no plan and no record, as both hold names in their texts. */
export function redactedSource(given: Source): Source {
  const { plan: _, ...nameless } = given;
  return {
    ...nameless,
    model: redacted(given.model),
    estate: async () => redactedEstate(await given.estate(), given.model),
    record: async () => undefined,
  };
}
