import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import { isArray, isObject } from '../../src/model/json.ts';
import { parseYaml } from '../../src/model/yaml-source.ts';
import { noSettings, parseSettings } from '../../src/paths/settings.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { riskEstate } from '../support/risk-estate.ts';

const file = path.join('test', 'cases', 'risk', 'ordering.yaml');
const [source] = parseYaml(readFileSync(file, 'utf8'), file);
const root = source !== undefined && isObject(source.value) ? source.value : {};
const pairs = (isArray(root['pairs']) ? root['pairs'] : []).map((entry) => {
  if (!isObject(entry)) throw new Error('a pair is a map');
  return { riskier: String(entry['riskier']), safer: String(entry['safer']), because: String(entry['because']) };
});
/** Pairs that the model is known to put the other way round. */
const otherwise = new Set((isArray(root['otherwise']) ? root['otherwise'] : []).map(String));

const types = await allTypes();
const risks = new Map<string, number>();

/** Risk of the riskiest path to what the sentence wants, by the whole programme. */
async function riskOf(sentence: string): Promise<number> {
  const known = risks.get(sentence);
  if (known !== undefined) return known;
  const { records, target } = riskEstate(sentence);
  const analysis = await analyseSnapshot(memorySnapshot(records, { types }), types, noSettings);
  const [path] = analysis.ranker().top(1, { to: analysis.resolver.many(target) });
  if (path === undefined) throw new Error(`no path in: ${sentence}`);
  // Two digits are for the reader; the order is that of the product.
  const risk = path.likelihood * path.value;
  risks.set(sentence, risk);
  return risk;
}

describe('the ranking agrees with argued pairs', () => {
  test('at least 200 pairs, each once, each with its reason', () => {
    expect(pairs.length).toBeGreaterThanOrEqual(200);
    expect(new Set(pairs.map((pair) => `${pair.riskier} > ${pair.safer}`)).size).toBe(pairs.length);
    for (const pair of pairs) expect(pair.because.length).toBeGreaterThan(10);
  });

  test('at least 95 % stand in the argued order, and the others are those that are listed', async () => {
    const wrong: string[] = [];
    for (const { riskier, safer } of pairs) if ((await riskOf(riskier)) <= (await riskOf(safer)) + 1e-9) wrong.push(`${riskier} > ${safer}`);
    expect(wrong.sort()).toEqual([...otherwise].sort());
    expect(1 - wrong.length / pairs.length).toBeGreaterThanOrEqual(0.95);
  }, 240_000);
});

describe('every number can be overridden', () => {
  const sentence = 'ssh from 0.0.0.0/0, imdsv1, reads, restricted bucket';
  test.each([
    ['technique.aws.imds-v1: 0.1', 0.4 * 0.1 * 0.98 * 85],
    ['technique.network.reaches: 0.2', 0.2 * 0.95 * 0.98 * 85],
    // The id that this technique had before.
    ['technique.aws.network-reaches: 0.2', 0.2 * 0.95 * 0.98 * 85],
    ['factor.exposed service: 0.2', 0.2 * 0.95 * 0.98 * 85],
    ['entry.Internet: 0.5', 0.5 * 0.4 * 0.95 * 0.98 * 85],
    ['value.restricted: 10', 0.4 * 0.95 * 0.98 * 10],
  ])('%s', async (line, risk) => {
    const { records, target } = riskEstate(sentence);
    const settings = parseSettings(`risk:\n  ${line}\n`, 'postern.yaml');
    const analysis = await analyseSnapshot(memorySnapshot(records, { types }), types, settings);
    const [best] = analysis.ranker().top(1, { to: analysis.resolver.many(target) });
    expect(best?.risk).toBeCloseTo(risk, 1);
  });

  test.each([
    ['vlaue.restricted: 20', 'did you mean value.restricted?'],
    ['entry.Internt: 0.5', 'did you mean entry.Internet?'],
    ['likelihood: 0.5', 'docs/model.md lists its names'],
  ])('a name that the table does not have is told: %s', (line, help) => {
    expect(() => parseSettings(`risk:\n  ${line}\n`, 'postern.yaml')).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ help: expect.stringContaining(help), position: expect.objectContaining({ line: 2 }) })] }),
    );
  });

  test('a likelihood over 1 is refused by its place', () => {
    expect(() => parseSettings('risk:\n  technique.aws.imds-v1: 3\n', 'postern.yaml')).toThrow(
      /postern\.yaml:2:\d+ `technique\.aws\.imds-v1` is not a likelihood/,
    );
  });
});
