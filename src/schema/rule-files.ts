import { z } from 'zod';
import { categories, confidences, efforts, expectations, families, ruleProviders, severities, statuses } from '../model/rule-words.ts';
import { edgeKindNames } from '../model/vocabulary.ts';

/** Rule and framework files, for editors: `# yaml-language-server: $schema=rule.v1.schema.json`. The loader checks more than a JSON Schema can say. */

const text = z.string().min(1);
const short = text.max(400);
const ruleId = z.string().regex(/^[a-z0-9]+(\.[a-z0-9-]+){2,}$/);
const keys = <T extends object>(table: T) => z.enum(Object.keys(table) as [keyof T & string, ...(keyof T & string)[]]);
const attackId = z.string().regex(/^T\d{4}(\.\d{3})?$/);
const mitigationId = z.string().regex(/^M\d{4}$/);

/** `path|modifier: value`; the reference page lists the modifiers. */
const matcher: z.ZodType = z
  .union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown()))])
  .meta({ title: 'matcher', description: 'a map of `path|modifier: value`, all of which hold, or a list of maps, any of which holds' });

const params = z.record(
  z.string().regex(/^[A-Za-z_]\w*$/),
  z.strictObject({ type: z.enum(['text', 'int', 'number', 'bool', 'list<text>', 'list<int>']).optional(), default: z.unknown(), help: z.string().optional() }),
);

const example = z.strictObject({
  name: text,
  expect: z.enum(expectations),
  count: z.number().int().min(0).optional().describe('how many findings fail'),
  resource: z.record(z.string(), z.unknown()).optional().describe('configuration; $missing, $tags, $name, $id, $region describe the resource'),
  others: z.array(z.record(z.string(), z.unknown())).optional().describe('resources beside it, for `lacks`: type and configuration'),
  uncollected: z.array(text).optional().describe('types whose listing was not answered'),
  can: z.array(text).optional().describe('alice can iam:PassRole on *'),
  graph: z.array(text).optional().describe('(net:Internet)-[:Reaches]->(web:Compute)'),
  network: z.array(text).optional().describe('internet -> web: tcp 22; dead-rule sg: why'),
  nodes: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  params: z.record(z.string(), z.unknown()).optional(),
});

const common = {
  schema: z.literal('rule/v1'),
  id: ruleId.describe('provider.service.slug; for ever'),
  aliases: z.array(ruleId).optional().describe('former ids'),
  title: z.string().min(1).max(120).describe('the secure state, not an order'),
  severity: z.enum(severities),
  confidence: z.enum(confidences).optional(),
  status: z.enum(statuses).optional(),
  since: text.optional(),
  replacedBy: ruleId.optional(),
  provider: z.enum(ruleProviders),
  family: keys(families).optional().describe('risk family'),
  categories: z.array(keys(categories)).optional(),
  description: short.optional(),
  risk: short.describe('what may happen'),
  references: z.array(text).optional(),
  needs: z.array(text).optional().describe('resource types without which the result is unknown'),
  params: params.optional(),
  evidence: z.array(text).optional().describe('paths shown beside what matched'),
  attack: z.array(attackId).min(1),
  mitigations: z.array(mitigationId).optional(),
  d3fend: z.array(z.string().regex(/^D3-[A-Z]+$/)).optional(),
  remediation: z.strictObject({
    summary: text,
    effort: z.enum(efforts).optional(),
    cli: text.optional(),
    terraform: text.optional(),
    console: text.optional(),
    cut: z
      .array(z.enum(edgeKindNames as [string, ...string[]]))
      .optional()
      .describe('kinds of steps whose removal breaks the path'),
  }),
  tags: z.array(text).optional(),
  tests: z.array(example).min(2),
};

const related = z.strictObject({
  type: text,
  where: matcher.optional(),
  link: z.record(z.string(), text).optional().describe('path in the other resource: path in this one'),
  in: z.enum(['account', 'region', 'snapshot']).optional(),
  at_least: z.number().int().min(0).optional().describe('how many must fit; 1'),
  at_most: z.number().int().min(0).optional().describe('how many may fit'),
});

/** `schema: rule/v1` */
export const rule = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('resource'),
    match: z.strictObject({ type: text, where: matcher.optional() }),
    flag: z.record(z.string(), z.unknown()).optional().describe('a matcher, or named matchers and a `condition` over their names'),
    lacks: z
      .union([related, z.array(related)])
      .optional()
      .describe('what must be there beside it; wrong only where nothing fits'),
    message: text,
  }),
  z.strictObject({
    ...common,
    kind: z.literal('identity'),
    can: z.strictObject({
      who: matcher.optional(),
      all_of: z.array(text).optional(),
      any_of: z.array(text).optional(),
      on: text.optional(),
      unless: matcher.optional(),
      context: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
      administrators: z.boolean().optional(),
    }),
    message: text,
  }),
  z.strictObject({
    ...common,
    kind: z.literal('graph'),
    graph: z.strictObject({
      path: text.describe('(a:Internet)-[:Reaches*1..3]->(b:Compute), (b)-[:RunsAs]->(c:Principal)'),
      where: z.record(z.string(), matcher).optional(),
      per: z.array(text).optional(),
    }),
    message: text.optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('network'),
    network: z.strictObject({
      from: z
        .union([z.literal('internet'), matcher])
        .optional()
        .describe('internet, or a matcher over id, name, type, account, region, tags'),
      to: matcher.optional(),
      ports: z.array(z.number().int().min(0).max(65_535)).optional().describe('TCP ports; none: any traffic'),
      share: z.number().min(0).max(1).optional().describe('least share of the internet that must come through'),
      audit: z.enum(['dead-rule', 'shadowed-entry', 'redundant-rule', 'open-but-unreachable', 'origin-bypass', 'effective-differs']).optional(),
    }),
    message: text,
  }),
]);

/** `schema: framework/v1` */
export const framework = z.strictObject({
  schema: z.literal('framework/v1'),
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  version: text,
  title: text,
  publisher: text,
  source: text.describe('where the framework is published'),
  licence: text.describe('on what terms its ids and titles are used'),
  provider: z.enum(ruleProviders).optional(),
  controls: z
    .array(
      z.strictObject({
        id: text,
        title: z.string().min(1).max(200),
        section: z.string().optional(),
        automation: z.enum(['automated', 'manual']),
        rules: z.array(ruleId).optional(),
        attack: z.array(attackId).optional().describe('every rule that names one of these checks the control too'),
        mitigations: z.array(mitigationId).optional(),
        reason: z.string().min(1).max(200).optional().describe('why no rule checks it'),
      }),
    )
    .min(1),
});
