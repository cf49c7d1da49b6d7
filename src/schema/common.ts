import { z } from 'zod';
import { callStates } from '../model/answer-words.ts';

/** One of the words of a table, described by what it says of each. */
export const oneOf = (words: Readonly<Record<string, string>>) =>
  z.enum(Object.keys(words)).describe(
    Object.entries(words)
      .map(([word, means]) => `${word}: ${means}`)
      .join('; '),
  );

/** Pieces that several published formats share. Every object is closed: an unknown key in our own output is a bug. */
export const evidence = z
  .strictObject({
    resource: z.string().describe('id of the record'),
    pointer: z.string().describe('RFC 6901 pointer into the record'),
    call: z.string().describe('the provider call that answered it'),
  })
  .meta({ title: 'evidence' });

export const condition = z.strictObject({
  operator: z.string(),
  key: z.string(),
  values: z.array(z.string()),
  negated: z.boolean(),
});

export const factor = z.strictObject({ name: z.string(), value: z.number().gt(0).lte(1), why: z.string() });

export const callStatus = z.strictObject({
  call: z.string(),
  account: z.string(),
  region: z.string(),
  state: oneOf(callStates),
  requests: z.number().int().min(0),
  permission: z.string().optional(),
  message: z.string().optional(),
  resources: z.array(z.string()).optional(),
});

export const completeness = z.strictObject({ complete: z.boolean(), gaps: z.array(callStatus), notModelled: z.array(z.string()) });

export const verdict = z.enum(['proven', 'conditional', 'unknown']);
export const severity = z.enum(['critical', 'high', 'medium', 'low', 'info']);
export const acceptedBy = z.strictObject({ id: z.string(), reason: z.string(), owner: z.string(), expires: z.string() });
export const baselineState = z.enum(['new', 'unchanged', 'updated']);
