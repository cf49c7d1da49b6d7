import { z } from 'zod';
import { exposed, iamSimulation, reach, reachPair } from './answers.ts';
import { assessment, findings } from './assessment.ts';
import { manifest, settings } from './files.ts';
import { iamLint, iamRightsize, iamUnused, iamWildcards } from './iam.ts';
import { paths, pathsBatch } from './paths.ts';
import { assertions, assertionsResult, baseline, blast, changeFile, diff, explain, plan, suppressionsList, whatIf } from './plans.ts';
import { framework, rule } from './rule-files.ts';

/** Every published format. One line each; the JSON Schema is made from it. */
export const schemas: Readonly<Record<string, z.ZodType>> = {
  assertions,
  'assertions-result': assertionsResult,
  assessment,
  baseline,
  blast,
  change: changeFile,
  diff,
  explain,
  exposed,
  findings,
  framework,
  'iam-lint': iamLint,
  'iam-rightsize': iamRightsize,
  'iam-simulation': iamSimulation,
  'iam-unused': iamUnused,
  'iam-wildcards': iamWildcards,
  manifest,
  paths,
  'paths-batch': pathsBatch,
  plan,
  reach,
  'reach-pair': reachPair,
  rule,
  settings,
  'suppressions-list': suppressionsList,
  'what-if': whatIf,
};

/** JSON Schema 2020-12 of a published format. */
export function jsonSchema(name: string): object | undefined {
  const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  if (schema === undefined) return undefined;
  return { ...z.toJSONSchema(schema, { target: 'draft-2020-12' }), title: `postern ${name}/v1` };
}
