import { z } from 'zod';
import { callStatus } from './common.ts';

/** `manifest.json` of a snapshot. */
export const manifest = z.strictObject({
  schema: z.literal('snapshot/v1'),
  tool: z.string(),
  state: z.enum(['complete', 'incomplete']),
  scope: z.strictObject({ providers: z.array(z.string()), accounts: z.array(z.string()), regions: z.array(z.string()) }),
  start: z.string(),
  end: z.string(),
  files: z.array(z.strictObject({ path: z.string(), sha256: z.string(), count: z.number().int(), type: z.string(), account: z.string(), region: z.string() })),
  calls: z.array(callStatus),
  unrecognised: z.array(z.strictObject({ file: z.string(), reason: z.string() })).optional(),
  unused: z
    .array(z.strictObject({ what: z.string(), count: z.number().int() }))
    .optional()
    .describe('what an import knew and has no use for'),
  finished: z.array(z.string()).optional().describe('while it is incomplete: what was collected whole'),
  previous: z.string().optional(),
});

/** `postern.yaml` */
export const settings = z.strictObject({
  schema: z.literal('settings/v1').optional(),
  estate: z.string().optional(),
  names: z.record(z.string(), z.string()).optional(),
  jewels: z
    .array(
      z.strictObject({
        id: z.string().optional(),
        name: z.string().optional(),
        type: z.string().optional(),
        kind: z.string().optional(),
        account: z.string().optional(),
        tags: z.record(z.string(), z.string()).optional(),
        value: z.number().min(0).max(100),
        why: z.string().optional(),
      }),
    )
    .optional(),
  entries: z.record(z.string(), z.number().min(0).max(1)).optional(),
  risk: z.record(z.string(), z.number().min(0).max(100)).optional(),
});
