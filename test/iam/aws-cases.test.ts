import { describe, expect, test } from '@jest/globals';
import { simulateCase } from '../../src/iam/aws/simulate.ts';
import type { Json } from '../../src/model/json.ts';
import type { SpecCase } from '../spec/iam/authorize.ts';
import { compareWithSpec } from '../spec/iam/compare.ts';
import { readCases, residualText } from './case-file.ts';

const cases = readCases();

test('there are cases for every rule, each with a name of its own', () => {
  expect(cases.length).toBeGreaterThan(300);
  const names = cases.map((each) => `${each.file} ${each.name}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe.each([...new Set(cases.map((each) => each.file))])('%s', (file) => {
  test.each(cases.filter((each) => each.file === file).map((each) => [each.name, each] as const))('%s', (_name, each) => {
    const result = simulateCase(each.input as Json, 0);
    const decision = result.decision === 'deny' && result.explicit ? 'explicit deny' : result.decision;
    if (each.expect === 'cut')
      expect(result).toMatchObject({ decision: 'conditional', residual: { length: 64 }, missing: [expect.stringContaining('more than 64 alternatives')] });
    else expect(decision === 'conditional' ? residualText(result.residual) : decision).toEqual(each.expect);
    expect(result.explicit).toBe(each.expect === 'explicit deny');
    expect(result.missing === undefined).toBe(each.expect !== 'unknown' && each.expect !== 'cut');
    if (each.by !== undefined) expect(result.decidedBy.map((by) => `${by.layer} ${by.policy}#${by.statement}`)).toEqual(each.by);
    const said = [result.message, ...(result.problems ?? []).map((problem) => `${problem.policy} ${problem.at}: ${problem.message}`)].join('\n');
    if (each.says !== undefined) expect(said).toContain(each.says);
    // The specification must agree, wherever it speaks: it knows no grammar and no lists of resources.
    if (each.file === 'malformed.yaml' || result.problems !== undefined || typeof each.input['resource'] !== 'string') return;
    expect(compareWithSpec(each.input as unknown as SpecCase).difference).toBeUndefined();
  });
});
