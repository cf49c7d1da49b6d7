/** A place in a text file, 1-based. */
export interface Position {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * The user's input is wrong: exit code 2. `message` is lower case, without a full stop, with the user's text in backticks; `help` says how to mend it.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly position: Position | undefined;
  readonly help: string | undefined;
  /** A short name of this sort of error that never changes, `R104`: for editors and for looking it up. */
  readonly code: string | undefined;

  constructor(message: string, options: { position?: Position; help?: string; code?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.position = options.position;
    this.help = options.help;
    this.code = options.code;
  }

  /** `file:line:column code message` and a `help:` line. */
  format(): string {
    const { file, line, column } = this.position ?? {};
    const place = file === undefined ? '' : `${[file, line, column].filter((part) => part !== undefined).join(':')} `;
    return `${place}${this.code === undefined ? '' : `${this.code} `}${this.message}${this.help === undefined ? '' : `\n  help: ${this.help}`}`;
  }
}

/** Several input errors of one file or pack, reported together. */
export class InputErrors extends Error {
  override readonly name = 'InputErrors';
  readonly errors: readonly InputError[];

  constructor(errors: readonly InputError[]) {
    super(errors.map((error) => error.format()).join('\n'));
    this.errors = errors;
  }
}

const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};

/** The known word nearest to a mistyped one, for "did you mean"; `undefined` where none is near (Levenshtein distance over two and over a third of its length). */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d < least) [best, least] = [candidate, d];
  }
  return best;
}
