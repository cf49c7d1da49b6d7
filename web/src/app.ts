import type { ExposurePath } from '../../src/model/assessment.ts';
import type { Diagram, ViewModel } from '../../src/view/view-model.ts';
import { Canvas } from './canvas.ts';
import { closeGroups } from './context.ts';
import type { Source } from './data.ts';
import { button, type Child, fill, h } from './dom.ts';
import type { Estate } from './estate.ts';
import { focusedMark, restoreFocus } from './focus.ts';
import { type Around, Graph } from './graph.ts';
import { header } from './header.ts';
import { keyboard } from './keyboard.ts';
import { listedStories } from './list.ts';
import { nodePanel } from './node-panel.ts';
import { normalised } from './normalise.ts';
import { onPaper } from './on-paper.ts';
import { OpenRun } from './open-run.ts';
import { pickCard, pickEdge, pickGroup } from './picks.ts';
import { Planes } from './planes.ts';
import { searchBox } from './search.ts';
import { expansion, showExplore } from './show-explore.ts';
import { showMap } from './show-map.ts';
import { openStory, showStories } from './show-stories.ts';
import { showCompare, showFindings } from './show-tables.ts';
import type { Stage } from './stage.ts';
import { initial, readState, type ViewName, type ViewState, writeState } from './state.ts';
import type { Shown } from './take.ts';
import { takeAway } from './take-away.ts';
import { Undo } from './undo.ts';
import { Voice } from './voice.ts';
import type { WhatIf } from './what-if.ts';

/** The page: one state, one way to change it, one way to show it. */
export class App implements Stage {
  readonly #run: OpenRun;
  state: ViewState;
  readonly list = h('nav', { class: 'list' });
  readonly title = h('h1', {});
  readonly about = h('p', { class: 'about' });
  readonly below = h('section', { class: 'below', id: 'hops', tabindex: '0', 'aria-label': 'The same as a table' });
  readonly side = h('aside', { class: 'drawer', 'aria-label': 'Details', tabindex: '0' });
  readonly canvas: Canvas;
  readonly graph: Graph;
  readonly #planes: Planes;
  readonly #root: HTMLElement;
  readonly #tools = h('div', { class: 'tools' });
  readonly #voice = new Voice();
  readonly #undo = new Undo();
  #folded: { readonly of: Diagram; readonly key: string; readonly diagram: Diagram } | undefined;
  #header: ReturnType<typeof header> | undefined;

  constructor(source: Source, root: HTMLElement) {
    this.#run = new OpenRun(source);
    this.#root = root;
    this.state = readState(location.hash);
    this.canvas = new Canvas(h('div', { class: 'canvas' }), {
      edge: (index) => pickEdge(this, this.#planes.shown?.diagram, index),
      node: (key) => pickCard(this, this.#planes.shown?.diagram, key),
      group: (id) => pickGroup(this, id),
      nothing: () => this.update({ hop: -1, node: '', card: '' }),
    });
    this.graph = new Graph({
      node: (key) => pickCard(this, this.#planes.shown?.diagram, key),
      expand: (keys) => this.#expand(keys),
      nothing: () => this.update({ node: '', card: '' }),
      tell: (text) => this.tell(text),
      moved: (places, byHand) => this.#moved(places, byHand),
    });
    this.#planes = new Planes(this.canvas, this.graph);
    addEventListener('hashchange', () => {
      if (location.hash !== writeState(this.state)) this.#become(readState(location.hash));
    });
    addEventListener('popstate', () => this.#become(readState(location.hash)));
    onPaper(this.#planes, this.below);
    keyboard({
      state: () => this.state,
      update: (next) => this.update(next),
      stories: () => listedStories(this.model, this.state),
      story: (listed) => openStory(this, listed),
      fit: () => this.#planes.fit(),
      takeBack: (which) => this.#takeBack(which),
      list: this.list,
    });
    this.#frame();
    this.#become({});
  }

  get source(): Source {
    return this.#run.source;
  }

  get model(): ViewModel {
    return this.source.model;
  }

  get estate(): Estate | undefined {
    return this.#run.estate;
  }

  get whatIf(): WhatIf | undefined {
    return this.#run.whatIf;
  }

  update(next: Partial<ViewState>): void {
    this.#undo.note(this.state, { ...this.state, ...next });
    this.#become(next);
  }

  /** Takes back the last cut, pin, expansion or move, or makes it again. */
  #takeBack(which: 'undo' | 'redo'): void {
    const found = this.#undo[which](this.state);
    if (found !== undefined) this.#become(found);
  }

  #become(next: Partial<ViewState>): void {
    const before = this.state;
    this.state = { ...before, ...next };
    if (this.state.hidden !== this.#run.hidden) this.#hide(this.state.hidden);
    this.state = normalised(this.model, this.state);
    const hash = writeState(this.state);
    // A new view is a step that the browser's back button takes back; a letter in a filter is not.
    if (location.hash !== hash) {
      if (before.view === this.state.view) history.replaceState(null, '', hash);
      else history.pushState(null, '', hash);
    }
    const focus = focusedMark();
    this.#show();
    restoreFocus(focus);
  }

  #hide(hidden: boolean): void {
    this.#run.hide(hidden);
    this.#undo.clear();
    // Ids are other words now: what was chosen by id is not there any more.
    const { view, story, path, hop, unfolded, finding, card, against } = this.state;
    this.state = { ...initial, view, story, path, hop, unfolded, finding, card, against, hidden };
    this.#frame();
  }

  needEstate(): HTMLElement {
    this.#run.withEstate().then(
      () => this.update({}),
      (error: unknown) =>
        fill(this.side, h('p', { class: 'failed', role: 'alert' }, `The estate could not be read: ${error instanceof Error ? error.message : String(error)}`)),
    );
    return h('p', { class: 'empty' }, 'Reading the estate…');
  }

  #frame(): void {
    const search = searchBox(
      () => this.model,
      () => this.#run.withEstate(),
      {
        node: (id) => this.#openNode(id),
        story: (path) => this.#openPath(path),
        finding: (index) => this.update({ view: 'findings', finding: String(index), node: '' }),
      },
    );
    this.#header = header(this.source, this.state, search, {
      view: (view) => this.#openView(view),
      hide: (hidden) => this.update({ hidden }),
      ...takeAway(this, this.#planes),
    });
    const skip = h('a', { class: 'skip', href: '#hops' }, 'Skip to the table');
    skip.addEventListener('click', (event) => {
      event.preventDefault();
      this.below.focus();
    });
    const bar = h('div', { class: 'bar' }, h('div', {}, this.title, this.about), this.#tools);
    fill(
      this.#root,
      skip,
      this.#header.element,
      h('div', { class: 'columns' }, this.list, h('main', {}, bar, this.canvas.host, this.graph.host, this.below), this.side),
      this.#voice.host,
    );
  }

  #openView(view: ViewName): void {
    const path = this.path();
    const start = this.state.node !== '' ? [this.state.node] : path === undefined ? [] : [path.steps[0]?.to ?? path.entry.id];
    this.update({ view, node: '', card: '', hop: -1, filter: '', ...(view === 'explore' && this.state.pins.length === 0 ? { pins: start } : {}) });
  }

  #openNode(id: string): void {
    const { view, pins } = this.state;
    this.update({ node: id, ...(view === 'explore' && !pins.includes(id) ? { pins: [...pins, id] } : {}) });
  }

  #openPath(path: string): void {
    const { filter, verdict, level, entry, age } = initial;
    this.update({ view: 'stories', path, hop: -1, node: '', filter, verdict, level, entry, age });
  }

  path(): ExposurePath | undefined {
    return this.model.assessment.paths.paths.find((path) => path.id === this.state.path);
  }

  say(text: string): void {
    this.#voice.say(text);
  }

  tell(text: string): void {
    this.#voice.tell(text);
  }

  #moved(places: string, byHand: boolean): void {
    if (byHand) this.update({ places });
    else {
      // Nobody asked for it: the address follows, and that is all.
      this.state = { ...this.state, places };
      history.replaceState(null, '', writeState(this.state));
    }
  }

  #expand(keys: readonly string[]): void {
    const { shown } = this.#planes;
    if (shown !== undefined) this.update(expansion(shown.diagram, keys, this.state));
  }

  #show(): void {
    const { view } = this.state;
    this.#root.setAttribute('data-view', view);
    this.#header?.update(this.state);
    this.tools();
    if (view === 'stories') showStories(this);
    else if (view === 'network' || view === 'identity') showMap(this, view);
    else if (view === 'explore') showExplore(this, { pick: (key) => pickCard(this, this.#planes.shown?.diagram, key), expand: (keys) => this.#expand(keys) });
    else if (view === 'findings') showFindings(this);
    else showCompare(this);
  }

  tools(...buttons: readonly Child[]): void {
    fill(
      this.#tools,
      ...buttons,
      this.#undo.canUndo &&
        button('Undo', () => this.#takeBack('undo'), { 'data-focus': 'undo', title: 'Take the last cut, pin, expansion or move back (Ctrl+Z)' }),
      this.#undo.canRedo && button('Redo', () => this.#takeBack('redo'), { 'data-focus': 'redo', title: 'Make it again (Ctrl+Shift+Z)' }),
      button('Fit', () => this.#planes.overview(), { title: 'Everything in view' }),
      button('+', () => this.#planes.zoom(1.25), { 'aria-label': 'Larger' }),
      button('−', () => this.#planes.zoom(0.8), { 'aria-label': 'Smaller' }),
    );
  }

  draw(shown: Shown): void {
    this.#planes.draw(shown);
  }

  explore(shown: Shown, around: Around): void {
    this.#planes.explore(shown, around);
  }

  blank(text: string): void {
    fill(this.#tools);
    this.#planes.blank(text);
  }

  folded(diagram: Diagram): Diagram {
    const key = this.state.closed.join('\n');
    if (this.#folded?.of !== diagram || this.#folded.key !== key) this.#folded = { of: diagram, key, diagram: closeGroups(diagram, this.state.closed) };
    return this.#folded.diagram;
  }

  node(): HTMLElement {
    const { estate, state } = this;
    if (estate === undefined) return this.needEstate();
    return nodePanel(
      this.source,
      estate,
      state.node,
      {
        node: (id) => this.#openNode(id),
        explore: (id) => this.update({ view: 'explore', pins: [id], loose: [], places: '', node: id }),
        cut: (id) => this.update({ view: 'stories', panel: 'decide', node: '', cuts: [...state.cuts.filter((cut) => cut !== `n:${id}`), `n:${id}`] }),
        story: (path) => this.#openPath(path),
        finding: (index) => this.update({ view: 'findings', finding: String(index), node: '' }),
      },
      state.hidden,
    );
  }
}
