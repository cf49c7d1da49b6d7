import type { ExposurePath } from '../../src/model/assessment.ts';
import type { Diagram, ViewModel } from '../../src/view/view-model.ts';
import type { Canvas } from './canvas.ts';
import type { Source } from './data.ts';
import type { Child } from './dom.ts';
import type { Estate } from './estate.ts';
import type { Around, Graph } from './graph.ts';
import type { ViewState } from './state.ts';
import type { Shown } from './take.ts';
import type { WhatIf } from './what-if.ts';

/** What a view shows itself on: the parts of the page, the state, and the one way to change it. */
export interface Stage {
  readonly source: Source;
  readonly model: ViewModel;
  readonly state: ViewState;
  readonly list: HTMLElement;
  readonly title: HTMLElement;
  readonly about: HTMLElement;
  readonly below: HTMLElement;
  readonly side: HTMLElement;
  readonly canvas: Canvas;
  /** Where an exploration is drawn, instead of the canvas. */
  readonly graph: Graph;
  /** There once a view has asked for it with `needEstate`, which shows the page again then. */
  readonly estate: Estate | undefined;
  readonly whatIf: WhatIf | undefined;
  needEstate(): HTMLElement;
  update(next: Partial<ViewState>): void;
  /** For screen readers. */
  say(text: string): void;
  /** For everybody, for a while. */
  tell(text: string): void;
  draw(shown: Shown): void;
  explore(shown: Shown, around: Around): void;
  /** Instead of a drawing. */
  blank(text: string): void;
  /** Buttons above the drawing, before those that fit and zoom. */
  tools(...buttons: readonly Child[]): void;
  /** The diagram with the groups that the state closes drawn as cards. */
  folded(diagram: Diagram): Diagram;
  path(): ExposurePath | undefined;
  /** The page of the chosen node. */
  node(): HTMLElement;
}
