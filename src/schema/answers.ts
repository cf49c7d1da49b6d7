import { z } from 'zod';
import { decisions } from '../model/answer-words.ts';
import { condition, evidence, oneOf } from './common.ts';

const residual = z.array(z.strictObject({ allOf: z.array(condition) }));

const decidedBy = z.strictObject({
  layer: z.enum(['scp', 'rcp', 'boundary', 'session', 'identity', 'resource', 'endpoint']),
  policy: z.string(),
  statement: z.number().int().min(0),
  effect: z.enum(['Allow', 'Deny']),
  evidence: evidence.optional(),
});

const simulation = z.strictObject({
  name: z.string(),
  decision: oneOf(decisions),
  explicit: z.boolean().describe('a Deny statement decided'),
  residual,
  decidedBy: z.array(decidedBy),
  missing: z.array(z.string()).optional().describe('calls and permissions that would have told'),
  allowedBy: z
    .enum(['read', 'unread'])
    .optional()
    .describe(
      'of unknown: whether statements that were read allow it, so that only what was not read could take it away, or only what was not read could allow it',
    ),
  refused: z.string().optional().describe('of deny: why the service refuses it, whatever policies say'),
  layers: z
    .array(
      z.strictObject({
        layer: z.enum(['scp', 'rcp', 'boundary', 'session', 'identity', 'resource', 'endpoint']),
        level: z.string(),
        says: z.enum(['allow', 'deny', 'conditional', 'deny-if', 'silent']),
        role: z.enum(['must-allow', 'may-allow', 'may-deny']),
        residual,
        statements: z.array(decidedBy),
        note: z.string().optional(),
      }),
    )
    .optional(),
  problems: z.array(z.strictObject({ policy: z.string(), at: z.string(), message: z.string() })).optional(),
  message: z.string().optional(),
});

/** `postern iam simulate` */
export const iamSimulation = z.strictObject({ schema: z.literal('iam-simulation/v1'), results: z.array(simulation) });

const stop = z.enum([
  'security-group',
  'network-acl',
  'no-route',
  'blackhole',
  'no-public-address',
  'no-session',
  'firewall',
  'no-such-host',
  'not-listening',
  'endpoint-policy',
  'unknown-neighbour',
  'not-transitive',
]);

/** `postern reach --batch` */
export const reach = z.strictObject({
  schema: z.literal('reach/v1'),
  results: z.array(
    z.strictObject({
      name: z.string(),
      verdict: z.enum(['yes', 'no', 'conditional', 'unknown']),
      hops: z.array(z.strictObject({ resource: z.string(), decision: z.string(), evidence: z.array(evidence) })),
      stoppedBy: z.strictObject({ resource: z.string(), reason: stop, evidence: z.array(evidence).optional() }).nullable(),
      message: z.string().optional(),
    }),
  ),
});

const portSets = z.array(z.strictObject({ protocol: z.enum(['tcp', 'udp', 'icmp', 'other']), ranges: z.array(z.tuple([z.number().int(), z.number().int()])) }));

/** `postern reach SNAP FROM TO --format json` */
export const reachPair = z.strictObject({
  schema: z.literal('reach-pair/v1'),
  from: z.string(),
  to: z.string(),
  verdict: z.enum(['yes', 'no', 'conditional', 'unknown']),
  flows: portSets,
  via: reach.shape.results.element,
});

/** `postern exposed SNAP --format json` */
export const exposed = z.strictObject({
  schema: z.literal('exposed/v1'),
  exposures: z.array(
    z.strictObject({
      sources: z.array(z.string()),
      destinations: z.array(z.string()),
      flows: portSets,
      from: z.strictObject({ cidrs: z.array(z.string()), share: z.number() }).optional(),
      residual,
      missing: z.array(z.string()),
      evidence: z.array(evidence),
    }),
  ),
});
