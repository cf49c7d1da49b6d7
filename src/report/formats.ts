import type { Assessment } from '../model/assessment.ts';
import { jsonBytes } from './json-pieces.ts';

export interface ReportFormat {
  readonly name: string;
  readonly means: string;
  readonly extension: string;
  /** Bytes instead of text: never written to a terminal. */
  readonly binary?: true;
  /** Renders the assessment; imports what it needs on first use. */
  readonly render: (assessment: Assessment) => Promise<string | Uint8Array>;
}

/** Every report format. One line each; adding one is its file and its line here. */
export const reportFormats: readonly ReportFormat[] = [
  {
    name: 'json',
    means: 'the versioned assessment that the others are made from',
    extension: 'json',
    render: async (it) => jsonBytes(it),
  },
  { name: 'csv', means: 'one row a finding, RFC 4180', extension: 'csv', render: async (it) => (await import('./csv.ts')).csv(it) },
  { name: 'html', means: 'one page that needs nothing else', extension: 'html', render: async (it) => (await import('./html/page.ts')).htmlReport(it) },
  { name: 'junit', means: 'JUnit XML for CI systems', extension: 'junit.xml', render: async (it) => (await import('./junit.ts')).junit(it) },
  { name: 'md', means: 'Markdown for pull requests and job summaries', extension: 'md', render: async (it) => (await import('./markdown.ts')).markdown(it) },
  { name: 'ocsf', means: 'OCSF 1.8 findings with attack graphs', extension: 'ocsf.json', render: async (it) => (await import('./ocsf.ts')).ocsf(it) },
  {
    name: 'opengraph',
    means: 'BloodHound OpenGraph of the paths',
    extension: 'opengraph.json',
    render: async (it) => (await import('./opengraph.ts')).opengraph(it),
  },
  { name: 'oscal', means: 'OSCAL assessment results', extension: 'oscal.json', render: async (it) => (await import('./oscal.ts')).oscal(it) },
  { name: 'pdf', means: 'a tagged PDF for auditors', extension: 'pdf', binary: true, render: async (it) => await (await import('./pdf/document.ts')).pdf(it) },
  { name: 'sarif', means: 'SARIF 2.1.0 for code scanning', extension: 'sarif', render: async (it) => (await import('./sarif.ts')).sarif(it) },
];
