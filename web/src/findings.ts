import type { Finding } from '../../src/model/assessment.ts';
import { evidenceKey } from '../../src/view/view-model.ts';
import { sameElsewhere, snapOf } from './commands.ts';
import type { Source } from './data.ts';
import { button, fill, h, section } from './dom.ts';
import { jsonView } from './json-view.ts';
import { quoted, shortId } from './text.ts';

const severities = ['critical', 'high', 'medium', 'low', 'info'];
const longest = 200;

/** Findings by rule, worst first; a rule opens to its resources. */
export function findingList(source: Source, filter: string, chosen: number, select: (index: number) => void): HTMLElement {
  const { findings } = source.model.assessment;
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const groups = new Map<string, number[]>();
  let left = 0;
  for (const [index, finding] of findings.entries()) {
    const text = `${finding.rule} ${finding.title} ${finding.resource} ${finding.message} ${finding.severity} ${finding.result}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    left++;
    groups.set(finding.rule, [...(groups.get(finding.rule) ?? []), index]);
  }
  const total = Object.values(source.model.findingCounts).reduce((sum, each) => sum + Object.values(each).reduce((a, b) => a + b, 0), 0);
  const rank = (rule: string): number => severities.indexOf(findings[groups.get(rule)?.[0] ?? 0]?.severity ?? 'info');
  const open = findings[chosen]?.rule;
  return h(
    'div',
    { class: 'ranked findings' },
    h(
      'p',
      { class: 'count', 'aria-live': 'polite' },
      `${left.toLocaleString('en')} of ${total.toLocaleString('en')} findings, ${groups.size} rules; ${source.model.passed.toLocaleString('en')} checks passed`,
    ),
    findings.length === 0 &&
      h(
        'p',
        { class: 'empty' },
        source.model.source.kind === 'neo4j' ? 'Findings stand in the snapshot, not in the database.' : 'No rule speaks against anything that was collected.',
      ),
    ...[...groups]
      .sort(([a], [b]) => rank(a) - rank(b) || (groups.get(b)?.length ?? 0) - (groups.get(a)?.length ?? 0) || (a < b ? -1 : 1))
      .map(([rule, members]) => {
        const first = findings[members[0] ?? 0];
        const all = words.length === 0 ? source.model.findingCounts[rule] : undefined;
        const results = new Map<string, number>(Object.entries(all ?? {}));
        if (all === undefined) for (const index of members) results.set(findings[index]?.result ?? '', (results.get(findings[index]?.result ?? '') ?? 0) + 1);
        const rest = [...results.values()].reduce((a, b) => a + b, 0) - Math.min(members.length, longest);
        const list = h('ul', { class: 'plain' });
        const show = (): void =>
          fill(
            list,
            ...members.slice(0, longest).map((index) =>
              h(
                'li',
                {},
                h(
                  'button',
                  {
                    type: 'button',
                    class: 'link plain',
                    'data-finding': String(index),
                    'aria-current': index === chosen ? 'true' : 'false',
                    onclick: () => select(index),
                  },
                  shortId(findings[index]?.resource ?? ''),
                ),
                findings[index]?.result !== 'fail' && h('span', { class: 'badge' }, findings[index]?.result ?? ''),
              ),
            ),
            rest > 0 && h('li', { class: 'hint' }, `and ${rest.toLocaleString('en')} more: postern check lists them all`),
          );
        const details = h(
          'details',
          { open: rule === open, ontoggle: () => details.open && list.childElementCount === 0 && show() },
          h(
            'summary',
            {},
            h('span', { class: `severity ${first?.severity}` }, first?.severity ?? ''),
            h('span', { class: 'ends' }, first?.title ?? rule),
            h('span', { class: 'meta' }, [...results].map(([result, count]) => `${count} ${result}`).join(' · ')),
          ),
          list,
        );
        if (rule === open) show();
        return details;
      }),
  );
}

/** One finding: why it matters, what matched, the fix, and who accepts it until when. */
export function findingPanel(source: Source, index: number, act: { node(id: string): void; hidden: boolean }): HTMLElement {
  const { model } = source;
  const finding = model.assessment.findings[index];
  if (finding === undefined) return h('div', { class: 'panel' }, h('p', { class: 'hint' }, 'Choose a finding.'));
  const rule = model.assessment.rules[finding.rule];
  return h(
    'div',
    { class: 'panel' },
    h('p', { class: 'eyebrow' }, `${finding.severity} · ${finding.result} · ${finding.rule}`),
    h('h2', {}, finding.message),
    h('p', { class: 'id' }, finding.resource),
    h(
      'p',
      { class: 'actions' },
      button('Open the resource', () => act.node(finding.resource), { class: 'primary' }),
    ),
    rule !== undefined && rule.risk !== '' && section('Why it matters', h('p', {}, rule.risk)),
    finding.missing !== undefined && finding.missing.length > 0 && section('Not collected', h('ul', {}, ...finding.missing.map((each) => h('li', {}, each)))),
    finding.evidence.length > 0 &&
      section(
        `Evidence (${finding.evidence.length})`,
        ...finding.evidence.slice(0, 20).map((each) => {
          const found = model.records[evidenceKey(each)];
          return h(
            'details',
            { open: true },
            h('summary', {}, h('code', {}, each.pointer), each.expected !== undefined && h('span', { class: 'kind' }, `flagged when ${each.expected}`)),
            found === undefined ? h('p', { class: 'source' }, 'Not in this page.') : jsonView(found.value, (pointer) => found.marked.includes(pointer)),
            h('p', { class: 'source' }, `answered by ${each.call}`),
          );
        }),
      ),
    rule !== undefined &&
      section(
        'Fix',
        h('p', { class: 'fix' }, rule.remediation.summary),
        rule.remediation.cli !== undefined && h('pre', { tabindex: '0' }, rule.remediation.cli),
        rule.remediation.terraform !== undefined && h('pre', { tabindex: '0' }, rule.remediation.terraform),
      ),
    finding.suppression === undefined
      ? finding.result === 'fail' && accept(source, finding, act.hidden)
      : section('Accepted', h('p', {}, `${finding.suppression.reason} (${finding.suppression.owner}, until ${finding.suppression.expires})`)),
    sameElsewhere([`postern check ${snapOf(source)} --rule ${quoted(finding.rule)}`], 'Findings are made from the snapshot; the database holds the graph.'),
  );
}

/** The form that accepts a finding. Only a server that was started with a suppressions file takes it. */
function accept(source: Source, finding: Finding, hidden: boolean): HTMLElement {
  if (!source.writes || hidden) {
    const why = hidden
      ? 'Names are hidden: show them to accept a finding.'
      : source.served
        ? 'Start the viewer with --suppressions FILE to accept findings from here.'
        : 'This page is a file: postern view SNAP --suppressions FILE accepts findings.';
    return section('Accept until', h('p', { class: 'hint' }, why));
  }
  const field = (name: string, label: string, type: string, value = ''): { label: HTMLElement; input: HTMLInputElement } => {
    const input = h('input', { name, type, required: name !== 'ticket', value });
    return { label: h('label', {}, label, input), input };
  };
  const fields = {
    reason: field('reason', 'Why', 'text'),
    owner: field('owner', 'Who answers for it', 'text'),
    expires: field('expires', 'Until (at most a year)', 'date'),
    ticket: field('ticket', 'Ticket, if there is one', 'text'),
  };
  const said = h('p', { role: 'status', class: 'hint' });
  const form = h(
    'form',
    {
      class: 'accept',
      onsubmit: (event) => {
        event.preventDefault();
        const entry = Object.fromEntries(Object.entries(fields).map(([name, { input }]) => [name, input.value]));
        source.suppress({ rule: finding.rule, resource: finding.resource, ...entry }).then(
          (file) => fill(said, `Written to ${file}; the next run counts it as accepted.`),
          (error: unknown) => fill(said, `Not written: ${error instanceof Error ? error.message : String(error)}`),
        );
      },
    },
    ...Object.values(fields).map((each) => each.label),
    h('button', { type: 'submit' }, 'Accept'),
    said,
  );
  return section('Accept until', form);
}
