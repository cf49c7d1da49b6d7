import { z } from 'zod';
import { completeness } from './common.ts';
import { path } from './paths.ts';

const json = z.unknown().describe('any JSON value');
const record = z.strictObject({
  type: z.string(),
  id: z.string(),
  account: z.string(),
  region: z.string(),
  config: z.record(z.string(), json),
  calls: z.array(z.string()),
});

export const change = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('remove'), resource: z.string(), pointer: z.string() }),
  z.strictObject({ op: z.literal('set'), resource: z.string(), pointer: z.string(), value: json }),
  z.strictObject({ op: z.literal('append'), resource: z.string(), pointer: z.string(), value: json }),
  z.strictObject({ op: z.literal('delete'), resource: z.string() }),
  z.strictObject({ op: z.literal('create'), record }),
  z.strictObject({ op: z.literal('cut'), from: z.string(), to: z.string() }),
]);

/** What `postern whatif --apply` reads. */
export const changeFile = z.strictObject({ schema: z.literal('change/v1'), title: z.string().optional(), changes: z.array(change) });

const risk = z.strictObject({ before: z.number().min(0), after: z.number().min(0) });
const moved = z.strictObject({ before: z.strictObject({ id: z.string(), risk: z.number() }), after: path });

/** `postern whatif --format json` */
export const whatIf = z.strictObject({
  schema: z.literal('what-if/v1'),
  completeness,
  changes: z.array(change),
  risk,
  gone: z.array(path),
  new: z.array(path),
  riskier: z.array(moved),
  safer: z.array(moved),
  left: z.array(path),
});

/** `postern plan --format json` */
export const plan = z.strictObject({
  schema: z.literal('plan/v1'),
  completeness,
  goal: z.strictObject({ share: z.number().gt(0).max(1), target: z.string().optional() }),
  state: z.enum(['proved', 'impossible', 'unproved']),
  fewest: z.enum(['proved', 'bounded']).describe('whether no plan has fewer changes'),
  bound: z.number().int().min(0).describe('no plan has fewer changes than this'),
  rounds: z.number().int().min(0).describe('how often the estate was derived anew'),
  risk,
  steps: z.array(
    z.strictObject({
      title: z.string(),
      effort: z.enum(['low', 'medium', 'high']),
      removes: z.number(),
      changes: z.array(change),
      cli: z.string(),
      terraform: z.string(),
      policy: z.strictObject({ resource: z.string(), pointer: z.string(), document: json }).optional(),
      takesAway: z.strictObject({
        summary: z.string(),
        access: z.array(z.strictObject({ holder: z.string(), access: z.string(), use: z.enum(['used', 'unused', 'unknown']), last: z.string().optional() })),
      }),
    }),
  ),
  remaining: z.array(path),
});
