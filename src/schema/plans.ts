import { z } from 'zod';
import { finding } from './assessment.ts';
import { completeness, evidence } from './common.ts';
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
        access: z.array(
          z.strictObject({
            holder: z.string(),
            access: z.string(),
            use: z.enum(['used', 'unused', 'unknown']),
            last: z.string().optional(),
            why: z.string().optional().describe('for unknown: what would tell'),
          }),
        ),
      }),
    }),
  ),
  remaining: z.array(path),
});

const cause = z.strictObject({
  resource: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  pointers: z.array(z.string()),
  proof: z.enum(['verified', 'together', 'named']).describe('whether the change alone, made to the old snapshot, has the effect'),
});
const moving = z.strictObject({ path, causes: z.array(cause) });
const shifted = moving.extend({ before: z.strictObject({ id: z.string(), risk: z.number() }) });
const finds = z.array(z.strictObject({ finding, causes: z.array(cause) }));
const source = z.strictObject({ hash: z.string(), end: z.string() });

/** `postern diff --format json` */
export const diff = z.strictObject({
  schema: z.literal('diff/v1'),
  completeness,
  before: source,
  after: source,
  changes: z.array(z.strictObject({ resource: z.string(), type: z.string(), change: z.enum(['added', 'removed', 'changed']), pointers: z.array(z.string()) })),
  risk,
  paths: z.strictObject({ added: z.array(moving), removed: z.array(moving), riskier: z.array(shifted), safer: z.array(shifted), unchanged: z.number().int() }),
  findings: z.strictObject({ added: finds, removed: finds }),
});

/** `postern assert --format json` */
export const assertionsResult = z.strictObject({
  schema: z.literal('assertions-result/v1'),
  completeness,
  results: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(['never', 'must']),
      result: z.enum(['pass', 'fail', 'unknown']),
      message: z.string(),
      because: z.string(),
      path: path.nullable(),
    }),
  ),
});

const ends = z.union([z.string(), z.array(z.string())]);
const pair = z.strictObject({ from: ends.optional(), to: ends });

/** What `postern assert` reads. */
export const assertions = z.strictObject({
  schema: z.literal('assertions/v1'),
  snapshot: z.string().optional(),
  assertions: z
    .array(
      z.strictObject({
        name: z.string().optional(),
        never: pair.optional(),
        must: pair.optional(),
        because: z.string().optional(),
        above: z.number().min(0).lt(1).optional(),
      }),
    )
    .min(1),
});

/** `postern baseline write` */
export const baseline = z.strictObject({
  schema: z.literal('baseline/v1'),
  snapshot: source,
  paths: z.array(z.strictObject({ id: z.string(), way: z.string(), risk: z.number(), title: z.string() })),
  findings: z.array(z.strictObject({ id: z.string(), rule: z.string(), resource: z.string() })),
});

const reached = z.strictObject({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  account: z.string(),
  likelihood: z.number().min(0).max(1),
  hops: z.number().int(),
  value: z.number().optional(),
  risk: z.number().optional(),
});

/** `postern blast --format json` */
export const blast = z.strictObject({
  schema: z.literal('blast/v1'),
  completeness,
  node: z.string(),
  direction: z.enum(['reaches', 'reached-by']),
  total: z.number().int(),
  kinds: z.array(z.strictObject({ kind: z.string(), count: z.number().int() })),
  nodes: z.array(reached),
});

const statement = evidence.extend({ value: json });

/** `postern explain --format json` */
export const explain = z.strictObject({
  schema: z.literal('explain/v1'),
  completeness,
  kind: z.enum(['path', 'node', 'finding']),
  path: z
    .strictObject({
      path,
      arithmetic: z.string(),
      entry: z.strictObject({ likelihood: z.number(), why: z.string() }),
      steps: z.array(
        z.strictObject({
          step: path.shape.steps.element,
          arithmetic: z.string(),
          proofs: z.array(z.strictObject({ technique: z.string(), likelihood: z.number(), statements: z.array(statement) })),
          fix: z.array(z.strictObject({ technique: z.string(), title: z.string(), fix: z.string() })),
          changes: z.array(z.string()),
        }),
      ),
    })
    .optional(),
  node: z
    .strictObject({
      id: z.string(),
      kind: z.string(),
      type: z.string(),
      name: z.string(),
      account: z.string(),
      region: z.string(),
      tags: z.record(z.string(), z.string()),
      value: z.number().optional(),
      why: z.string().optional(),
      reaches: z.number().int(),
      reachedBy: z.number().int(),
      riskiest: z.array(path),
      worst: z.array(reached),
      through: z.number().int(),
    })
    .optional(),
  finding: finding.optional(),
  statements: z.array(statement).optional(),
  remediation: z.string().optional(),
});

/** `postern suppress list --format json` */
export const suppressionsList = z.strictObject({
  schema: z.literal('suppressions-list/v1'),
  suppressions: z.array(
    z.strictObject({
      id: z.string(),
      state: z.enum(['live', 'expired', 'unused']),
      owner: z.string(),
      reason: z.string(),
      expires: z.string(),
      rules: z.array(z.string()),
      paths: z.array(z.string()),
      ticket: z.string(),
    }),
  ),
});
