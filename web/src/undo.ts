import type { ViewState } from './state.ts';

/** What a reader takes back: not where he looked, but what he did. */
const done = ['cuts', 'pins', 'loose', 'closed', 'places'] as const;
type Done = Pick<ViewState, (typeof done)[number]>;

const of = (state: ViewState): Done => ({ cuts: state.cuts, pins: state.pins, loose: state.loose, closed: state.closed, places: state.places });
const same = (a: Done, b: Done): boolean => done.every((name) => String(a[name]) === String(b[name]));

/** The cuts, pins, expansions and moves of a session, to be taken back and made again. */
export class Undo {
  #past: Done[] = [];
  #future: Done[] = [];

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** The state changed by something that a reader did. */
  note(before: ViewState, after: ViewState): void {
    if (same(of(before), of(after))) return;
    this.#past.push(of(before));
    this.#future = [];
  }

  /** What was before the last thing that was done. */
  undo(now: ViewState): Partial<ViewState> | undefined {
    const found = this.#past.pop();
    if (found !== undefined) this.#future.push(of(now));
    return found;
  }

  redo(now: ViewState): Partial<ViewState> | undefined {
    const found = this.#future.pop();
    if (found !== undefined) this.#past.push(of(now));
    return found;
  }

  clear(): void {
    this.#past = [];
    this.#future = [];
  }
}
