import type { Source } from './data.ts';
import { Estate } from './estate.ts';
import { redactedSource } from './redacted-source.ts';
import { WhatIf } from './what-if.ts';

/** The run that the page shows, with its names or without, and its estate once a view has asked for it. */
export class OpenRun {
  readonly #given: Source;
  #source: Source;
  #estate: Estate | undefined;
  #whatIf: WhatIf | undefined;

  constructor(given: Source) {
    this.#given = given;
    this.#source = given;
  }

  get source(): Source {
    return this.#source;
  }

  get estate(): Estate | undefined {
    return this.#estate;
  }

  get whatIf(): WhatIf | undefined {
    return this.#whatIf;
  }

  /** Whether names are hidden. */
  get hidden(): boolean {
    return this.#source !== this.#given;
  }

  hide(hidden: boolean): void {
    this.#source = hidden ? redactedSource(this.#given) : this.#given;
    this.#estate = undefined;
    this.#whatIf = undefined;
  }

  async withEstate(): Promise<Estate> {
    const source = this.#source;
    const data = await source.estate();
    // Names were hidden or shown meanwhile: those of the other estate must not come on the page.
    if (source !== this.#source) return this.withEstate();
    this.#estate ??= new Estate(data);
    this.#whatIf ??= new WhatIf(data, source.model.removals);
    return this.#estate;
  }
}
