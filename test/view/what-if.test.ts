import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Analysis, analyse } from '../../src/cli/analysis.ts';
import { viewInput } from '../../src/cli/page.ts';
import { pathsReport } from '../../src/paths/report.ts';
import { assessment } from '../../src/report/assessment.ts';
import { buildView, type View } from '../../src/view/build.ts';
import { pathNodes } from '../../src/view/story-diagram.ts';
import { redacted, redactedEstate } from '../../web/src/redact.ts';
import { cutEvidence, cutNode, cutStep, WhatIf } from '../../web/src/what-if.ts';

let analysis: Analysis;
let view: View;
let whatIf: WhatIf;

beforeAll(async () => {
  analysis = await analyse(path.join('snapshots', 'demo'));
  const { snapshot, graph, completeness, techniques } = analysis;
  const paths = pathsReport(analysis.ranker(), completeness, 100);
  view = buildView(
    viewInput(
      analysis,
      assessment({ version: '0', snapshot, graph, completeness, paths, findings: [], rules: [], frameworks: [], techniques }),
      '/home/somebody/estate',
    ),
  );
  whatIf = new WhatIf(view.estate, view.model.removals);
});

const listed = (): { id: string; nodes: readonly string[] }[] => view.model.assessment.paths.paths.map((each) => ({ id: each.id, nodes: pathNodes(each) }));

describe('what if, in the browser', () => {
  test('ranks as the command line ranks', () => {
    expect(whatIf.base.paths.map((each) => each.risk.toFixed(2))).toEqual(
      analysis
        .ranker()
        .top(100)
        .map((each) => each.risk.toFixed(2)),
    );
    expect(whatIf.missing(listed(), whatIf.base)).toEqual(new Set());
  });

  test.each([0, 1, 2, 3, 5])('without choke point %i: as postern paths --avoid', (index) => {
    const id = view.model.assessment.paths.chokePoints[index]?.id ?? '';
    const avoid = new Set([analysis.graph.indexOf(id)]);
    expect(whatIf.after([cutNode(id)]).paths.map((each) => each.risk.toFixed(2))).toEqual(
      analysis
        .ranker({ avoid })
        .top(100)
        .map((each) => each.risk.toFixed(2)),
    );
  });

  test('a cut hop is on no path that is left, and every path without it stays', () => {
    for (const cut of view.model.assessment.paths.paths.slice(0, 40)) {
      const step = cut.steps.at(-1);
      if (step === undefined) continue;
      const after = whatIf.after([cutStep(step.from, step.to)]);
      const [from, to] = [step.from, step.to].map((id) => view.estate.ids.indexOf(id));
      for (const { nodes } of after.paths) expect(nodes.some((node, index) => node === from && nodes[index + 1] === to)).toBe(false);
      const gone = whatIf.missing(listed(), after);
      for (const other of view.model.assessment.paths.paths)
        expect(gone.has(other.id)).toBe(other.steps.some((each) => each.from === step.from && each.to === step.to));
      expect(after.risk).toBeLessThanOrEqual(whatIf.base.risk + 1e-9);
    }
  });

  test('a statement that goes takes the hops with it that it proves', () => {
    expect(view.model.removals.length).toBeGreaterThan(20);
    for (const { key } of view.model.removals) expect(whatIf.after([cutEvidence(key)]).risk).toBeLessThanOrEqual(whatIf.base.risk + 1e-9);
    const bucket = 'arn:aws:s3:::larkpay-marketing-exports#/config/GetBucketPolicy/Policy/Statement/0';
    const [first] = listed();
    expect(whatIf.missing(listed(), whatIf.after([cutEvidence(bucket)]))).toContain(first?.id);
  });
});

describe('what leaves the house', () => {
  test('no name, id or account is left in a redacted run', () => {
    const text = JSON.stringify([redacted(view.model), redactedEstate(view.estate, view.model)]);
    const left = [...text.matchAll(/.{0,60}(larkpay|bastion|\b\d{12}\b|arn:aws:|\bi-[0-9a-f]{8,}).{0,30}/g)].slice(0, 5).map(([found]) => found);
    expect(left).toEqual([]);
  });

  test('redacted, the same things are told apart as before', () => {
    const hidden = redacted(view.model);
    expect(hidden.assessment.paths.paths.map((each) => new Set(pathNodes(each)).size)).toEqual(
      view.model.assessment.paths.paths.map((each) => new Set(pathNodes(each)).size),
    );
    expect(new Set(redactedEstate(view.estate, view.model).ids).size).toBe(view.estate.ids.length);
  });

  test('the folders of this machine are not in a page', () => {
    expect(view.model.source.name).toBe('estate');
  });
});
