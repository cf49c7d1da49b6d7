import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import Ajv04 from 'ajv-draft-04';
import type { Assessment } from '../../src/model/assessment.ts';
import { cell, csv } from '../../src/report/csv.ts';
import { reportFormats } from '../../src/report/formats.ts';
import { jsonSchema } from '../../src/schema/registry.ts';
import { assessmentFixture, hostile, manyFindings } from '../support/assessment.ts';
import { parseXml } from '../support/xml.ts';

const schemas = process.env['POSTERN_TEST_SCHEMAS'];
/** Official schemas come from packages, see scripts/provision.js; `npm test` brings them. */
const official = schemas === undefined ? test.skip : test;
const load = (name: string): object => JSON.parse(readFileSync(path.join(schemas ?? '', name), 'utf8')) as object;
const errorsOf = (validate: ValidateFunction, value: unknown): unknown => {
  validate(value);
  return validate.errors ?? [];
};
async function render(name: string, assessment: Assessment = assessmentFixture): Promise<string> {
  const content = await reportFormats.find((format) => format.name === name)?.render(assessment);
  return typeof content === 'string' ? content : Buffer.from(content ?? []).toString('latin1');
}

const empty: Assessment = {
  ...assessmentFixture,
  findings: [],
  frameworks: [],
  rules: {},
  records: {},
  nodes: {},
  paths: { ...assessmentFixture.paths, paths: [], stories: [], chokePoints: [], chokeSteps: [], chokePlaces: [] },
};

describe.each([
  ['everything', assessmentFixture],
  ['nothing', empty],
  ['many findings', manyFindings(300)],
])('%s', (_name, assessment) => {
  test('fits the published schema of the assessment', () => {
    expect(errorsOf(new Ajv2020({ strict: false }).compile(jsonSchema('assessment') ?? {}), JSON.parse(JSON.stringify(assessment)))).toEqual([]);
  });

  official('SARIF fits the schema of OASIS', async () => {
    const validate = new Ajv04.default({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(load('sarif.json'));
    expect(errorsOf(validate, JSON.parse(await render('sarif', assessment)))).toEqual([]);
  });

  official('OCSF events fit OCSF 1.8.0', async () => {
    const classes = new Map([2003, 2004, 2008].map((uid) => [uid, new Ajv2020({ strict: false, validateFormats: false }).compile(load(`ocsf-${uid}.json`))]));
    const events = JSON.parse(await render('ocsf', assessment)) as { class_uid: number }[];
    for (const event of events) {
      const validate = classes.get(event.class_uid);
      if (validate === undefined) throw new Error(`class ${event.class_uid}`);
      expect({ event, errors: errorsOf(validate, event) }).toEqual({ event, errors: [] });
    }
    expect(events.length).toBe(assessment.findings.length + assessment.paths.paths.length);
  });

  official('OSCAL fits the schema of NIST', async () => {
    const validate = new Ajv({ strict: false, validateFormats: false, logger: false }).compile(load('oscal.json'));
    expect(errorsOf(validate, JSON.parse(await render('oscal', assessment)))).toEqual([]);
  });

  test.each(reportFormats.map((format) => format.name))('%s: the same input gives the same bytes', async (name) =>
    expect(await render(name, structuredClone(assessment))).toBe(await render(name, assessment)),
  );
});

describe('SARIF as GitHub takes it', () => {
  interface Result {
    readonly ruleId: string;
    readonly locations: readonly { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: object } }[];
    readonly partialFingerprints: Readonly<Record<string, string>>;
    readonly baselineState?: string;
    readonly suppressions?: readonly object[];
    readonly codeFlows?: readonly { readonly threadFlows: readonly { readonly locations: readonly object[] }[] }[];
  }
  interface Log {
    readonly runs: readonly {
      readonly automationDetails: { readonly id: string };
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string; readonly properties: Readonly<Record<string, unknown>> }[] } };
      readonly results: readonly Result[];
    }[];
  }
  const log = async (assessment: Assessment = assessmentFixture): Promise<Log> => JSON.parse(await render('sarif', assessment)) as Log;

  test('every result has a place with all four numbers, the fingerprint that is read, and a rule with severity and precision', async () => {
    const { runs } = await log();
    for (const run of runs) {
      for (const result of run.results) {
        expect(result.locations[0]?.physicalLocation.region).toEqual({ startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 });
        expect(result.locations[0]?.physicalLocation.artifactLocation.uri).toMatch(/^cloud\/[^/]+\/[^/]+\/[^/]+\/[^/]+\/[^/]+\.json$/);
        expect(result.partialFingerprints['primaryLocationLineHash']).toMatch(/^\w{16}:1$/);
        const rule = run.tool.driver.rules.find((each) => each.id === result.ruleId);
        expect(Number(rule?.properties['security-severity'])).toBeGreaterThan(0);
        expect(['very-high', 'high', 'medium', 'low']).toContain(rule?.properties['precision']);
      }
    }
  });
  test('hops are a code flow and a graph; state and acceptance are told', async () => {
    const { runs } = await log();
    const results = runs.flatMap((run) => run.results);
    const path = results.find((result) => result.ruleId === 'postern.path.critical');
    expect(path?.codeFlows?.[0]?.threadFlows[0]?.locations.length).toBe(4);
    expect(path?.baselineState).toBe('new');
    expect(results.find((result) => result.ruleId === 'aws.iam.passes-any-role')?.baselineState).toBe('unchanged');
    expect(results.find((result) => result.ruleId === 'aws.iam.access-key-old')?.suppressions?.length).toBe(1);
    expect(results.some((result) => result.ruleId === 'aws.s3.versioning')).toBe(false);
  });
  test('forty accounts stay below twenty runs, each with a category of its own, and an account keeps its run', async () => {
    const many = manyFindings(4000);
    const spread = (accounts: number): Assessment => ({
      ...many,
      findings: many.findings.map((finding, index) => ({ ...finding, account: String(100000000000 + (index % accounts)) })),
    });
    const { runs } = await log(spread(40));
    expect(runs.length).toBeLessThanOrEqual(20);
    expect(new Set(runs.map((run) => run.automationDetails.id.split('/').slice(0, 2).join('/'))).size).toBe(runs.length);
    const runOf = ({ runs: all }: Log, id: string) =>
      all.find((run) => run.results.some((result) => result.partialFingerprints['postern/v1'] === id))?.automationDetails.id;
    const id = many.findings[0]?.id ?? '';
    expect(runOf(await log(spread(41)), id)).toBe(runOf({ runs }, id));
  });
  test('a run holds 25,000 results, and says how many it leaves out', async () => {
    const { runs } = await log(manyFindings(25_010));
    expect(runs[0]?.results.length).toBe(25_000);
    expect(JSON.stringify(runs[0])).toContain('10 more findings of 111122223333');
  });
});

describe('CSV', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-2', "'-2"],
    ['\tx', "'\tx"],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    ['=cmd|"x"', '"\'=cmd|""x"""'],
    ['plain', 'plain'],
  ])('%j is written %j', (text, written) => expect(cell(text)).toBe(written));

  test('every row has as many cells as the head, whatever is in them', () => {
    const rows = csv(assessmentFixture).split('\r\n').slice(0, -1);
    const count = (row: string): number => row.replaceAll(/"(?:[^"]|"")*"/g, 'x').split(',').length;
    expect(new Set(rows.map(count)).size).toBe(1);
    expect(rows.length).toBe(assessmentFixture.findings.length + 1);
    expect(csv(assessmentFixture)).toContain(`'=HYPERLINK`);
  });
});

describe('JUnit', () => {
  test('is XML whose counts add up, with unknown and accepted as skipped', async () => {
    const root = parseXml(await render('junit'));
    expect(root.name).toBe('testsuites');
    expect(root.attributes).toMatchObject({ tests: '7', failures: '3', errors: '1', skipped: '2' });
    for (const suite of root.children) {
      expect(suite.name).toBe('testsuite');
      const cases = suite.children.filter((child) => child.name === 'testcase');
      const has = (name: string): string => String(cases.filter((each) => each.children.some((child) => child.name === name)).length);
      expect(suite.attributes).toMatchObject({ tests: String(cases.length), failures: has('failure'), errors: has('error'), skipped: has('skipped') });
    }
  });
  test('one framework gives a suite for each control that was checked', async () => {
    const root = parseXml(await render('junit', { ...assessmentFixture, frameworks: assessmentFixture.frameworks.slice(0, 1) }));
    expect(root.children.map((suite) => suite.attributes['name']?.split(' ').slice(0, 2).join(' '))).toEqual([
      'cis-aws 2.1.4',
      'cis-aws 2.1.1',
      'cis-aws 1.14',
    ]);
  });
  test('characters that XML forbids do not get through', async () => expect(await render('junit')).not.toContain('\u0007'));
});

describe('Markdown', () => {
  test('stays below what GitHub takes, with everything that matters in it', async () => {
    const text = await render('md', manyFindings(50_000));
    expect(text.length).toBeLessThanOrEqual(65_000);
    expect(text).toMatch(/and \d+ more, in the JSON report/);
    expect(text).toContain('## Since the baseline');
  });
  test('names cannot become markup or mention people', async () => {
    const text = await render('md', JSON.parse(JSON.stringify(assessmentFixture).replaceAll('Internet', '@everyone')) as Assessment);
    expect(text).not.toMatch(/(?<!\\)<img/);
    expect(text).not.toMatch(/(?<![\\`\w])@everyone/);
  });
});

describe('OpenGraph', () => {
  /** A folder with the schemas that BloodHound publishes; no package holds them. */
  const published = process.env['POSTERN_TEST_OPENGRAPH'] ?? '';
  interface Graph {
    readonly graph: {
      readonly nodes: readonly { readonly id: string; readonly kinds: readonly string[]; readonly properties: Readonly<Record<string, unknown>> }[];
      readonly edges: readonly { readonly kind: string; readonly start: { readonly value: string }; readonly end: { readonly value: string } }[];
    };
  }
  test('ids have no colon, kinds are at most three with a prefix, ends exist, properties are plain', async () => {
    const { graph } = JSON.parse(await render('opengraph')) as Graph;
    const ids = new Set(graph.nodes.map((node) => node.id));
    expect(ids.size).toBe(graph.nodes.length);
    for (const node of graph.nodes) {
      expect(node.id).not.toContain(':');
      expect(node.kinds.length).toBeLessThanOrEqual(3);
      for (const kind of node.kinds) expect(kind).toMatch(/^[A-Z][A-Za-z0-9]*_/);
      expect(Object.keys(node.properties)).not.toContain('objectid');
      for (const value of Object.values(node.properties))
        expect(Array.isArray(value) ? value.every((each) => typeof each === 'string') : typeof value).not.toBe('object');
    }
    for (const edge of graph.edges) for (const end of [edge.start, edge.end]) expect(ids.has(end.value)).toBe(true);
    expect(graph.edges.length).toBe(4);
  });
  if (existsSync(published)) {
    test('fits the schemas of BloodHound', async () => {
      const schema = (name: string) => new Ajv({ strict: false }).compile(JSON.parse(readFileSync(path.join(published, name), 'utf8')) as object);
      const { graph } = JSON.parse(await render('opengraph')) as Graph;
      for (const node of graph.nodes) expect(errorsOf(schema('opengraph-node.json'), node)).toEqual([]);
      for (const edge of graph.edges) expect(errorsOf(schema('opengraph-edge.json'), edge)).toEqual([]);
    });
  }
});

test('hostile names stand in the fixture', () => expect(JSON.stringify(assessmentFixture)).toContain(JSON.stringify(hostile).slice(1, 10)));
