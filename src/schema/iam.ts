import { z } from 'zod';
import { evidence } from './common.ts';

const use = z.enum(['used', 'unused', 'new', 'unknown']);
const count = z.number().int().min(0);
const time = z.string().nullable().describe('ISO 8601; null: never, as far back as AWS reports');

/** `postern iam unused SNAP` */
export const iamUnused = z.strictObject({
  schema: z.literal('iam-unused/v1'),
  since: z.string(),
  principals: z.array(
    z.strictObject({
      principal: z.string(),
      kind: z.string(),
      verdict: use,
      lastUsed: time,
      created: time,
      services: z.array(
        z.strictObject({ service: z.string(), verdict: z.enum(['used', 'unused', 'unknown']), lastUsed: time, granted: count, unused: count, unknown: count }),
      ),
      actions: z.strictObject({ granted: count, unused: count, unknown: count }),
      missing: z.array(z.string()),
    }),
  ),
  keys: z.array(z.strictObject({ id: z.string(), user: z.string(), verdict: use, lastUsed: time, created: time })),
});

/** `postern iam rightsize SNAP PRINCIPAL` */
export const iamRightsize = z.strictObject({
  schema: z.literal('iam-rightsize/v1'),
  principal: z.string(),
  since: z.string().nullable(),
  replaces: z.array(z.string()).describe('names of the policies whose place the suggestion takes'),
  policies: z.array(z.strictObject({ document: z.record(z.string(), z.unknown()), characters: count })),
  kept: z.array(z.string()),
  unreported: z.array(z.string()).describe('kept because nobody reports whether they are used'),
  removed: z.array(z.string()),
  proof: z.strictObject({ requests: count, lost: count, gained: count }),
});

/** `postern iam wildcards SNAP` */
export const iamWildcards = z.strictObject({
  schema: z.literal('iam-wildcards/v1'),
  total: count,
  grants: z.array(
    z.strictObject({
      evidence,
      action: z.unknown(),
      resource: z.unknown(),
      principals: z.array(z.string()),
      reaches: z.strictObject({ administrators: count, identities: count, secrets: count, data: count, other: count }),
      weight: z.number(),
      examples: z.array(z.strictObject({ action: z.string(), resource: z.string() })),
    }),
  ),
});

/** `postern iam lint` */
export const iamLint = z.strictObject({
  schema: z.literal('iam-lint/v1'),
  documents: count,
  problems: z.array(
    z.strictObject({
      code: z.string(),
      severity: z.enum(['error', 'warning']),
      file: z.string().optional(),
      line: z.number().int().optional(),
      column: z.number().int().optional(),
      resource: z.string().optional(),
      pointer: z.string(),
      message: z.string(),
      help: z.string(),
    }),
  ),
});
