import type { Io } from './command.ts';
import { redraw } from './terminal.ts';

/** Progress on stderr: one line that changes on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #io: Io;
  readonly #total: number;
  readonly #shown: boolean;
  #done = 0;
  #records = 0;
  #last = 0;

  constructor(io: Io, total: number, shown: boolean) {
    this.#io = io;
    this.#total = total;
    this.#shown = shown;
  }

  step(what: string, requests: number, records: number): void {
    this.#done++;
    this.#records += records;
    if (!this.#shown) return;
    const now = Date.now();
    const line = `${this.#done}/${this.#total} ${what}: ${this.#records} resources, ${requests} requests`;
    if (this.#io.stderrIsTerminal) {
      if (now - this.#last < 80 && this.#done < this.#total) return;
      this.#io.err(`${redraw}${line}`);
    } else if (now - this.#last > 10_000 || this.#done === this.#total) this.#io.err(`${line}\n`);
    else return;
    this.#last = now;
  }

  end(): void {
    if (this.#shown && this.#io.stderrIsTerminal) this.#io.err('\n');
  }
}
