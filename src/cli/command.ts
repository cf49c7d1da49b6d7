/** One flag: parsing, `--help`, completion and the reference page all follow from this entry. */
export interface FlagSpec {
  /** `--fail-on` */
  readonly name: `--${string}`;
  readonly short?: `-${string}`;
  /** Name of the value in the help; absent for a switch. */
  readonly value?: string;
  readonly help: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  /** May be given several times; the value is a list. */
  readonly repeat?: true;
}

export interface ArgumentSpec {
  readonly name: string;
  readonly help: string;
  readonly optional?: true;
  readonly many?: true;
}

export interface Invocation {
  readonly args: readonly string[];
  /** The text of a flag that takes a value. */
  text(flag: string): string | undefined;
  list(flag: string): readonly string[];
  on(flag: string): boolean;
  /** Whether the command has this flag at all. */
  has(flag: string): boolean;
  readonly io: Io;
}

/** The only way a command talks: data to stdout, everything else to stderr. */
export interface Io {
  out(text: string | Uint8Array): void;
  err(text: string): void;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  stdin(): Promise<string>;
  readonly signal: AbortSignal;
}

/** 0 clean, 1 findings or paths at or over the threshold, 2 bad input, 3 incomplete under --strict, 4 internal error, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 130;

export interface CommandSpec {
  /** `iam simulate`: words as typed. */
  readonly name: string;
  readonly summary: string;
  readonly args: readonly ArgumentSpec[];
  readonly flags: readonly FlagSpec[];
  readonly examples?: readonly string[];
  /** Imports the implementation on first use, so that `--help` stays fast. */
  readonly load: () => Promise<{ readonly run: (invocation: Invocation) => Promise<ExitCode> }>;
}
