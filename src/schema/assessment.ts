import { z } from 'zod';
import { confidences, families } from '../model/rule-words.ts';
import { acceptedBy, baselineState, completeness, evidence, severity } from './common.ts';
import { paths } from './paths.ts';

export const finding = z.strictObject({
  id: z.string(),
  rule: z.string(),
  title: z.string(),
  severity,
  result: z.enum(['fail', 'pass', 'unknown', 'error', 'suppressed']),
  resource: z.string(),
  resourceType: z.string(),
  account: z.string(),
  region: z.string(),
  message: z.string(),
  evidence: z.array(evidence.extend({ expected: z.string().optional(), actual: z.json().optional() })),
  missing: z.array(z.string()).optional(),
  suppression: acceptedBy.optional(),
  state: baselineState.optional(),
});

const rule = z.strictObject({
  id: z.string(),
  title: z.string(),
  severity,
  confidence: z.enum(confidences),
  provider: z.string(),
  family: z.enum(Object.keys(families)),
  categories: z.array(z.string()),
  description: z.string(),
  risk: z.string(),
  remediation: z.strictObject({
    summary: z.string(),
    effort: z.string().optional(),
    cli: z.string().optional(),
    terraform: z.string().optional(),
    console: z.string().optional(),
  }),
  references: z.array(z.string()),
  attack: z.array(z.string()),
  mitigations: z.array(z.string()),
});

const count = z.number().int().min(0);
const framework = z.strictObject({
  id: z.string(),
  version: z.string(),
  title: z.string(),
  publisher: z.string(),
  source: z.string(),
  licence: z.string(),
  coverage: z.strictObject({ automated: count, manual: count, 'not-collected': count, uncovered: count }),
  controls: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      section: z.string(),
      coverage: z.enum(['automated', 'manual', 'not-collected', 'uncovered']),
      result: z.enum(['fail', 'pass', 'unknown', 'suppressed', 'manual', 'uncovered', 'not-applicable']),
      reason: z.string().optional(),
      rules: z.array(z.string()),
      counts: z.strictObject({ fail: count, pass: count, unknown: count, error: count, suppressed: count }),
    }),
  ),
});

const named = z.strictObject({ kind: z.string(), type: z.string(), name: z.string(), account: z.string(), region: z.string() });

/** `postern report -f json`: what every other format is made from. */
export const assessment = z.strictObject({
  schema: z.literal('assessment/v1'),
  tool: z.strictObject({ name: z.literal('postern'), version: z.string() }),
  snapshot: z.strictObject({ hash: z.string(), start: z.string(), end: z.string(), accounts: z.array(z.string()), records: z.number().int().min(0) }),
  completeness,
  summary: z.strictObject({
    nodes: z.number().int(),
    steps: z.number().int(),
    findings: z.record(severity, z.number().int()),
    paths: z.number().int(),
    riskiest: z.number(),
  }),
  paths,
  findings: z.array(finding),
  rules: z.record(z.string(), rule),
  frameworks: z.array(framework),
  records: z.record(z.string(), z.strictObject({ file: z.string(), line: z.number().int().min(1) })).describe('where each record stands that is evidence'),
  comparison: z
    .strictObject({
      baseline: z.strictObject({ hash: z.string(), end: z.string() }),
      newFindings: z.array(z.string()),
      fixedFindings: z.array(z.strictObject({ id: z.string(), rule: z.string(), resource: z.string(), severity, title: z.string() })),
      unchangedFindings: count,
      newPaths: z.array(z.string()),
      fixedPaths: z.array(z.strictObject({ id: z.string(), title: z.string(), risk: z.number() })),
    })
    .optional(),
  nodes: z.record(z.string(), named),
  techniques: z.record(z.string(), z.strictObject({ title: z.string(), fix: z.string(), attack: z.array(z.string()), references: z.array(z.string()) })),
});

/** `postern check --format json` */
export const findings = z.strictObject({ schema: z.literal('findings/v1'), completeness, findings: z.array(finding), frameworks: z.array(framework) });
