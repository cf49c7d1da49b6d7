import { z } from 'zod';
import { acceptedBy, baselineState, completeness, condition, evidence, factor, verdict } from './common.ts';

const step = z.strictObject({
  from: z.string(),
  to: z.string(),
  kind: z.string(),
  label: z.string(),
  techniques: z.array(z.string()).min(1),
  likelihood: z.number().min(0).max(1),
  factors: z.array(factor),
  verdict,
  conditions: z.array(condition),
  missing: z.array(z.string()),
  evidence: z.array(evidence),
  ports: z.string().optional(),
});

const end = z.strictObject({ id: z.string(), kind: z.string(), name: z.string(), why: z.string().optional() });

export const path = z.strictObject({
  id: z.string(),
  risk: z.number().min(0).max(100),
  likelihood: z.number().min(0).max(1),
  value: z.number().min(0).max(100),
  verdict,
  entry: end,
  target: end,
  steps: z.array(step),
  conditions: z.array(condition).optional().describe('of the administration that the path ends in, which is no step of its own'),
  missing: z.array(z.string()).optional().describe('what was not collected of it'),
  suppression: acceptedBy.optional(),
  state: baselineState.optional(),
});

/** Share of the risk, and number of paths, that go through. */
const throughput = { share: z.number().min(0).max(1), paths: z.number().int().min(1) };

/** `postern paths --format json` */
export const paths = z.strictObject({
  schema: z.literal('paths/v1'),
  completeness,
  paths: z.array(path),
  stories: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      risk: z.number(),
      count: z.number().int().min(1),
      paths: z.array(z.string()),
      techniques: z.array(z.string()),
    }),
  ),
  chokePoints: z.array(z.strictObject({ id: z.string(), kind: z.string(), name: z.string(), ...throughput })),
  chokeSteps: z.array(z.strictObject({ from: z.string(), to: z.string(), kind: z.string(), technique: z.string(), ...throughput })),
  chokePlaces: z.array(
    z.strictObject({ nature: z.enum(['grant', 'rule', 'setting']), resource: z.string(), pointer: z.string(), ...throughput, ends: z.number().min(0).max(1) }),
  ),
});

/** `postern paths --batch` */
export const pathsBatch = z.strictObject({
  schema: z.literal('paths/v1'),
  completeness,
  results: z.array(z.strictObject({ name: z.string(), found: z.boolean(), path: path.nullable(), message: z.string().optional() })),
});
