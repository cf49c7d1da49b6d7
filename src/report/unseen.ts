import type { Completeness, Finding } from '../model/assessment.ts';
import { gapTexts } from './words.ts';

/** How many checks came to no verdict, for how many of them a rule could not be evaluated, and the permissions that would have told. */
export interface Undecided {
  readonly checks: number;
  readonly errors: number;
  readonly missing: readonly string[];
}

/** Counts checks without a verdict while findings are made: those of a large estate are not held together. */
export class UndecidedChecks {
  #checks = 0;
  #errors = 0;
  readonly #missing = new Set<string>();

  add({ result, missing = [] }: Finding): void {
    if (result !== 'unknown' && result !== 'error') return;
    this.#checks++;
    if (result === 'error') this.#errors++;
    for (const each of missing) this.#missing.add(each);
  }

  get undecided(): Undecided {
    return { checks: this.#checks, errors: this.#errors, missing: [...this.#missing].sort() };
  }
}

/** The checks without a verdict among findings. */
export function undecidedOf(findings: readonly Finding[]): Undecided {
  const checks = new UndecidedChecks();
  for (const finding of findings) checks.add(finding);
  return checks.undecided;
}

/** What a reader must be told of what is not in a report. One place for the terminal, every format and the viewer: they must not differ in what they call complete. */
export interface Unseen {
  /** `complete`, or that it is not, as the end of a sentence about the collection. */
  readonly collection: string;
  readonly gaps: readonly string[];
  /** `61 checks are not decided, for lack of kinesis:ListStreams and 4 more`; empty where all are. A collection may be complete and never have been asked for what a rule reads. */
  readonly undecided: string;
  /** The same in a few words: `3 gaps, 61 checks not decided`; empty where nothing is missing. */
  readonly short: string;
}

/** @param shown so many missing permissions are named */
export function unseen(completeness: Completeness, undecided: Undecided, shown = 12): Unseen {
  const gaps = gapTexts(completeness);
  const { checks } = undecided;
  const short = [
    ...(gaps.length === 0 ? [] : [`${gaps.length} ${gaps.length === 1 ? 'gap' : 'gaps'}`]),
    ...(gaps.length === 0 && !completeness.complete ? ['incomplete'] : []),
    ...(checks === 0 ? [] : [`${checks.toLocaleString('en')} ${checks === 1 ? 'check' : 'checks'} not decided`]),
  ];
  return { collection: collectionText(completeness, gaps), gaps, undecided: undecidedText(undecided, shown), short: short.join(', ') };
}

function collectionText({ complete }: Completeness, gaps: readonly string[]): string {
  const warning = 'what is not seen is not safe';
  if (!complete) return `INCOMPLETE: ${warning}`;
  return gaps.length === 0 ? 'complete' : `complete, but ${warning}`;
}

function undecidedText({ checks, errors, missing }: Undecided, shown: number): string {
  if (checks === 0) return '';
  const rest = missing.length > shown ? ` and ${missing.length - shown} more` : '';
  const lack = missing.length === 0 ? '' : `, for lack of ${missing.slice(0, shown).join(', ')}${rest}`;
  const failed = errors === 0 ? '' : `; for ${errors} the rule could not be evaluated`;
  return `${checks} ${checks === 1 ? 'check is' : 'checks are'} not decided${lack}${failed}`;
}
