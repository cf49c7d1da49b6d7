import { nodeElsewhere } from './commands.ts';
import type { Source } from './data.ts';
import { button, fill, h, section } from './dom.ts';
import type { Estate, Neighbour } from './estate.ts';
import { jsonView } from './json-view.ts';
import { counted } from './text.ts';

export interface NodeActions {
  node(id: string): void;
  explore(id: string): void;
  cut(id: string): void;
  story(path: string): void;
  finding(index: number): void;
}

/** One node: what it is, what it can do, who can reach it, findings, configuration. */
export function nodePanel(source: Source, estate: Estate, id: string, act: NodeActions, hidden: boolean): HTMLElement {
  const { model } = source;
  const node = estate.indexOf(id);
  if (node < 0) return h('div', { class: 'panel' }, h('h2', {}, id), h('p', {}, 'Not in this snapshot.'));
  const { data } = estate;
  const kind = estate.kind(node);
  const tags = data.tags[node];
  const jewel = data.jewels.find(([each]) => each === node);
  const paths = model.assessment.paths.paths.filter((path) => path.entry.id === id || path.steps.some((step) => step.to === id));
  const reach = estate.reach(node);
  const targets = data.jewels.filter(([each]) => reach.has(each));
  const findings = data.findings[node] ?? [];
  const config = h('div', {}, h('p', { class: 'hint' }, 'Reading…'));
  if (hidden) fill(config, h('p', { class: 'hint' }, 'Hidden with the names.'));
  else if (model.configs[id] !== undefined)
    fill(
      config,
      jsonView(model.configs[id], () => false),
    );
  else
    source.record(id).then(
      (record) =>
        fill(
          config,
          record === undefined
            ? h('p', { class: 'hint' }, 'The record stands in the snapshot, not in this page.')
            : jsonView((record as { config: unknown }).config, () => false),
        ),
      () => fill(config, h('p', { class: 'hint' }, 'The record could not be read.')),
    );
  return h(
    'div',
    { class: 'panel' },
    h('p', { class: 'eyebrow' }, [model.legend.nodes[kind]?.label ?? kind, estate.type(node), estate.account(node)].filter((each) => each !== '').join(' · ')),
    h('h2', {}, estate.name(node)),
    h('p', { class: 'id' }, id),
    tags !== undefined && h('p', { class: 'tags' }, ...tags.split(' ').map((tag) => h('code', { class: 'tag' }, tag))),
    h(
      'p',
      { class: 'actions' },
      button('Explore from here', () => act.explore(id), { class: 'primary' }),
      button('What if it were gone', () => act.cut(id)),
    ),
    jewel !== undefined && h('p', {}, h('b', {}, `Worth ${jewel[1]}`), `: ${jewel[2]}`),
    section(
      'Blast radius',
      h(
        'p',
        {},
        reach.size === 0
          ? 'Nothing: no step leads from here.'
          : `An intruder here comes to ${counted(reach.size, 'node')}, ${targets.length} of them worth something${targets.length === 0 ? '.' : ':'}`,
      ),
      targets.length > 0 &&
        h(
          'ul',
          { class: 'plain' },
          ...[...targets]
            .sort((a, b) => b[1] - a[1] || (reach.get(a[0]) ?? 0) - (reach.get(b[0]) ?? 0))
            .slice(0, 8)
            .map(([each, value]) =>
              h(
                'li',
                {},
                h('span', { class: 'number' }, value.toFixed(0)),
                ' ',
                link(estate, each, act),
                h('span', { class: 'kind' }, reach.get(each) === 1 ? '1 hop' : `${reach.get(each)} hops`),
              ),
            ),
        ),
    ),
    neighbours('What can it do', estate.outs(node), estate, act),
    neighbours('Who can reach it', estate.ins(node), estate, act),
    paths.length > 0 &&
      section(
        `On ${counted(paths.length, 'listed path')}`,
        h(
          'ul',
          { class: 'plain' },
          ...paths.slice(0, 8).map((path) =>
            h(
              'li',
              {},
              h('span', { class: 'number' }, path.risk.toFixed(1)),
              ' ',
              button(`${path.entry.name} → ${path.target.name}`, () => act.story(path.id), { class: 'link' }),
            ),
          ),
        ),
      ),
    section(
      `Findings (${findings.length})`,
      findings.length === 0
        ? h('p', { class: 'hint' }, 'No rule speaks against it.')
        : h(
            'ul',
            { class: 'plain' },
            ...findings.map((index) => {
              const finding = model.assessment.findings[index];
              return h(
                'li',
                {},
                h('span', { class: `severity ${finding?.severity}` }, finding?.severity ?? ''),
                ' ',
                button(finding?.message ?? '', () => act.finding(index), { class: 'link' }),
                finding?.result !== 'fail' && h('span', { class: 'badge' }, finding?.result ?? ''),
              );
            }),
          ),
    ),
    section('Configuration', config),
    nodeElsewhere(source, id, kind),
  );
}

const link = (estate: Estate, node: number, act: NodeActions): HTMLElement => button(estate.name(node), () => act.node(estate.id(node)), { class: 'link' });

/** Steps by what they are; many of one sort are a number that opens. */
function neighbours(title: string, all: readonly Neighbour[], estate: Estate, act: NodeActions): HTMLElement {
  const groups = new Map<string, Neighbour[]>();
  for (const each of all) {
    const key = `${each.step.label}${each.step.ports === '' ? '' : ` ${each.step.ports}`}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const rows = [...groups].sort(([, a], [, b]) => a.length - b.length);
  return section(
    `${title} (${all.length >= 400 ? '400 and more' : all.length})`,
    all.length === 0
      ? h('p', { class: 'hint' }, 'No step.')
      : h(
          'dl',
          { class: 'neighbours' },
          ...rows.flatMap(([label, members]) => {
            const shown = members
              .slice(0, 5)
              .map((each) => h('li', {}, link(estate, each.node, act), each.step.verdict !== 'proven' && h('span', { class: 'badge' }, each.step.verdict)));
            const rest = members.slice(5, 60).map((each) => h('li', {}, link(estate, each.node, act)));
            return [
              h('dt', {}, label),
              h(
                'dd',
                {},
                h('ul', { class: 'plain' }, ...shown),
                rest.length > 0 &&
                  h(
                    'details',
                    {},
                    h('summary', {}, `${members.length - 5} more`),
                    h('ul', { class: 'plain' }, ...rest, members.length > 65 && h('li', {}, `and ${members.length - 65} more: search names them`)),
                  ),
              ),
            ];
          }),
        ),
  );
}
