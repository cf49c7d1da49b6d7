import cytoscape, { type Core, type ElementDefinition, type StylesheetJson } from 'cytoscape';
import type { ExposurePath } from '../../src/model/assessment.ts';
import type { ViewModel } from '../../src/view/view-model.ts';
import { glyph } from './glyphs.ts';
import { kindLabel, kindOf, nameOf } from './text.ts';

interface Theme {
  readonly text: string;
  readonly faint: string;
  readonly surface: string;
  readonly line: string;
  readonly accent: string;
  readonly jewel: string;
  readonly entry: string;
}

const theme = (root: HTMLElement): Theme => {
  const style = getComputedStyle(root);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: read('--text'),
    faint: read('--faint'),
    surface: read('--surface'),
    line: read('--line'),
    accent: read('--accent'),
    jewel: read('--critical'),
    entry: read('--entry'),
  };
};

const clip = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);

/** Draws one path at the positions that the layout stored. Conditional steps are dashed, unknown ones dotted; start and goal differ by shape as well as colour. */
export class PathDiagram {
  readonly #host: HTMLElement;
  readonly #select: (hop: number) => void;
  #core: Core | undefined;

  constructor(host: HTMLElement, select: (hop: number) => void) {
    this.#host = host;
    this.#select = select;
  }

  draw(model: ViewModel, path: ExposurePath, hop: number): void {
    this.#core?.destroy();
    const diagram = model.diagrams.find((each) => each.path === path.id);
    if (diagram === undefined) return;
    const colours = theme(this.#host);
    const elements: ElementDefinition[] = diagram.groups.map((group) => ({ data: { id: `g:${group.id}`, label: group.label }, classes: 'group' }));
    const first = diagram.nodes[0]?.id;
    const last = diagram.nodes.at(-1)?.id;
    for (const { id, x, y, group } of diagram.nodes) {
      const kind = kindOf(model, id);
      const role = id === last ? 'goal' : id === first ? 'start' : '';
      elements.push({
        data: {
          id: `n:${id}`,
          label: `${clip(nameOf(model, id), 26)}\n${kindLabel(model, kind).toLowerCase()}`,
          glyph: glyph(kind, role === 'goal' ? colours.jewel : role === 'start' ? colours.entry : colours.text),
          ...(group === '' ? {} : { parent: `g:${group}` }),
        },
        position: { x, y: y - 16 },
        classes: `node ${role}`,
      });
    }
    for (const [index, step] of path.steps.entries()) {
      elements.push({
        data: { id: `e:${index}`, hop: index, source: `n:${step.from}`, target: `n:${step.to}`, label: clip(step.label, 60) },
        classes: `step ${step.verdict}${index === hop ? ' chosen' : ''}`,
      });
    }
    this.#core = cytoscape({
      container: this.#host,
      elements,
      layout: { name: 'preset', fit: true, padding: 30 },
      style: styles(colours),
      autoungrabify: true,
      boxSelectionEnabled: false,
      minZoom: 0.15,
      maxZoom: 2.5,
    });
    if (this.#core.zoom() > 1.25) this.#core.zoom(1.25).center();
    this.#core.on('tap', 'edge', (event) => this.#select(Number(event.target.data('hop'))));
    this.#core.on('tap', (event) => {
      if (event.target === this.#core) this.#select(-1);
    });
  }

  choose(hop: number): void {
    this.#core?.batch(() => {
      this.#core?.edges().removeClass('chosen');
      this.#core?.getElementById(`e:${hop}`).addClass('chosen');
    });
  }

  fit(): void {
    this.#core?.fit(undefined, 30);
  }

  zoom(factor: number): void {
    const core = this.#core;
    if (core !== undefined) core.zoom({ level: core.zoom() * factor, renderedPosition: { x: core.width() / 2, y: core.height() / 2 } });
  }

  /** The drawing as a PNG, as a data URI. */
  png(): string {
    return this.#core?.png({ full: true, scale: 2, bg: theme(this.#host).surface }) ?? '';
  }
}

function styles(colours: Theme): StylesheetJson {
  return [
    {
      selector: '.node',
      style: {
        shape: 'round-rectangle',
        width: 56,
        height: 56,
        'background-color': colours.surface,
        'background-image': 'data(glyph)',
        'background-width': '30px',
        'background-height': '30px',
        'border-width': 1.5,
        'border-color': colours.line,
        label: 'data(label)',
        'text-valign': 'bottom',
        'text-margin-y': 7,
        'text-wrap': 'wrap',
        'text-max-width': '170px',
        'font-size': 12,
        'line-height': 1.25,
        color: colours.text,
        'font-family': 'system-ui, sans-serif',
      },
    },
    { selector: '.start', style: { shape: 'ellipse', 'border-color': colours.entry, 'border-width': 2.5 } },
    { selector: '.goal', style: { shape: 'round-octagon', 'border-color': colours.jewel, 'border-width': 3 } },
    {
      selector: '.group',
      style: {
        shape: 'round-rectangle',
        'background-opacity': 0.04,
        'background-color': colours.text,
        'border-width': 1,
        'border-style': 'dashed',
        'border-color': colours.line,
        label: 'data(label)',
        'text-valign': 'top',
        'text-halign': 'center',
        'text-margin-y': -6,
        'font-size': 11,
        color: colours.faint,
        padding: '26px',
        'font-family': 'system-ui, sans-serif',
      },
    },
    {
      selector: '.step',
      style: {
        width: 2.2,
        'line-color': colours.text,
        'target-arrow-color': colours.text,
        'target-arrow-shape': 'triangle',
        'curve-style': 'bezier',
        label: 'data(label)',
        'text-wrap': 'wrap',
        'text-max-width': '112px',
        'font-size': 10.5,
        color: colours.text,
        'text-background-color': colours.surface,
        'text-background-opacity': 0.92,
        'text-background-padding': '3px',
        'font-family': 'system-ui, sans-serif',
      },
    },
    { selector: '.conditional', style: { 'line-style': 'dashed' } },
    { selector: '.unknown', style: { 'line-style': 'dotted' } },
    { selector: '.chosen', style: { width: 4, 'line-color': colours.accent, 'target-arrow-color': colours.accent } },
  ];
}
