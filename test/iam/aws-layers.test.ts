import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { explainLayers } from '../../src/iam/aws/explain.ts';
import { readCase } from '../../src/iam/aws/simulate.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { residualText } from './case-file.ts';

interface LayerCase {
  readonly name: string;
  readonly case: JsonObject;
  /** `layer level: says (role) by policy#statement effect, … if …; note`, in order. */
  readonly layers: readonly string[];
}

const file = new URL('../cases/iam/layers.yaml', import.meta.url);
const document = parse(readFileSync(file, 'utf8'), { merge: true }) as { readonly cases: readonly LayerCase[] };

describe('what each layer says of a request', () => {
  test.each(document.cases.map((each) => [each.name, each] as const))('%s', (_name, each) => {
    const { requests } = readCase({
      principal: 'arn:aws:iam::111122223333:role/app',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::b/k',
      resourceAccount: '111122223333',
      ...each.case,
    });
    const told = requests.flatMap((request) =>
      explainLayers(request).map(({ layer, level, says, role, statements, residual, note }) => {
        const by = statements.map((one) => `${one.policy}#${one.statement} ${one.effect}`).join(', ');
        const open = residual.length === 0 ? '' : ` if ${residualText(residual).join(' or ')}`;
        return `${layer}${level === '' ? '' : ` ${level}`}: ${says} (${role})${by === '' ? '' : ` by ${by}`}${open}${note === undefined ? '' : `; ${note}`}`;
      }),
    );
    expect(told).toEqual(each.layers);
  });
});
