import type { Assessment } from '../model/assessment.ts';

export interface ReportFormat {
  readonly name: string;
  readonly means: string;
  readonly extension: string;
  /** Renders the assessment; imports what it needs on first use. */
  readonly render: (assessment: Assessment) => Promise<string | Uint8Array>;
}

/** Every report format. One line each; adding one is its file and its line here. */
export const reportFormats: readonly ReportFormat[] = [
  {
    name: 'json',
    means: 'the versioned assessment that the others are made from',
    extension: 'json',
    render: async (it) => `${JSON.stringify(it, null, 1)}\n`,
  },
  { name: 'md', means: 'Markdown for pull requests and job summaries', extension: 'md', render: async (it) => (await import('./markdown.ts')).markdown(it) },
];
