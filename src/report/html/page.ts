import { createHash } from 'node:crypto';
import type { Assessment, ExposurePath, FrameworkResult } from '../../model/assessment.ts';
import { bandOf, controlsByRule, placeText } from '../facts.ts';
import { nodeName } from '../path-diagram.ts';
import { coverageText, restLines } from '../text.ts';
import { undecidedOf, unseen } from '../unseen.ts';
import { conditionText, hopCount } from '../words.ts';
import { clientScript } from './client.ts';
import { style } from './style.ts';
import { escaped, pathSvg } from './svg.ts';
import { findingsData } from './table-data.ts';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** How many paths are drawn; the others are rows. */
const drawn = 25;

/**
 * The report as one file that needs nothing else and sends nothing anywhere. The head, the paths and the frameworks are plain HTML that reads without script; the table
 * of findings makes only the rows that are seen, so that 50,000 of them open at once.
 */
export function htmlReport(assessment: Assessment): string {
  // No `<` stands in the data: each is written as an escaped that JSON reads back, so nothing can end the element.
  const data = JSON.stringify(findingsData(assessment)).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  const policy = `default-src 'none'; script-src ${hashOf(clientScript)}; style-src ${hashOf(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Postern report ${assessment.snapshot.hash.slice(0, 16)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
<header>
<h1>Exposure paths and findings</h1>
${scope(assessment)}
</header>
<main>
${completeness(assessment)}
${summary(assessment)}
${changes(assessment)}
${pathsSection(assessment)}
${frameworksSection(assessment.frameworks)}
${findingsSection(assessment)}
</main>
<footer><p>Made by Postern ${escaped(assessment.tool.version)} from the snapshot ${assessment.snapshot.hash}. <code>postern snapshot verify</code> recomputes that hash; <code>postern verify</code> recomputes the JSON report.</p></footer>
<script type="application/json" id="data">${data}</script>
<script>${clientScript}</script>
</body>
</html>
`;
}

function scope({ snapshot, summary: { nodes, steps } }: Assessment): string {
  const rows: readonly (readonly [string, string])[] = [
    ['Snapshot (SHA-256)', `<code class="hash">${snapshot.hash}</code>`],
    ['Collected', `${escaped(snapshot.start)} to ${escaped(snapshot.end)}`],
    ['Accounts', `${snapshot.accounts.length}: ${escaped(snapshot.accounts.slice(0, 12).join(', '))}${snapshot.accounts.length > 12 ? ', …' : ''}`],
    ['Size', `${snapshot.records} resources, ${nodes} nodes, ${steps} attack steps`],
  ];
  return `<dl>${rows.map(([term, text]) => `<div><dt>${term}</dt><dd>${text}</dd></div>`).join('')}</dl>`;
}

function completeness({ completeness: told, findings }: Assessment): string {
  const { collection, gaps, undecided } = unseen(told, undecidedOf(findings));
  const open = undecided === '' ? '' : `<p class="soft">${escaped(undecided)}.</p>`;
  if (gaps.length === 0) return `<p class="${told.complete ? 'whole' : 'gaps'}">The collection is ${collection}.</p>${open}`;
  const list = gaps.map((gap) => `<li>${escaped(gap)}</li>`).join('');
  return `<details class="gaps"><summary><strong>The collection is ${collection}</strong> (${gaps.length} gap${gaps.length === 1 ? '' : 's'}).</summary><ul>${list}</ul></details>${open}`;
}

function summary({ findings, summary: counts }: Assessment): string {
  const of = (result: string): number => findings.filter((finding) => finding.result === result).length;
  const card = (label: string, number: number, kind: string): string => `<li class="card ${kind}"><b>${number}</b><span>${label}</span></li>`;
  return `<section aria-labelledby="h-summary"><h2 id="h-summary">Summary</h2><ul class="cards">${[
    card('exposure paths', counts.paths, 'path'),
    card('critical', counts.findings.critical, 'critical'),
    card('high', counts.findings.high, 'high'),
    card('medium', counts.findings.medium, 'medium'),
    card('low', counts.findings.low, 'low'),
    card('passed', of('pass'), 'pass'),
    card('not decided', undecidedOf(findings).checks, 'unknown'),
    card('accepted', of('suppressed'), 'suppressed'),
  ].join('')}</ul></section>`;
}

function changes({ comparison, paths }: Assessment): string {
  if (comparison === undefined) return '';
  const row = (what: string, fresh: number, fixed: number, same: number): string =>
    `<tr><th scope="row">${what}</th><td>${fresh}</td><td>${fixed}</td><td>${same}</td></tr>`;
  return `<section aria-labelledby="h-changes"><h2 id="h-changes">Since the baseline of ${escaped(comparison.baseline.end)}</h2><table><thead><tr><td></td><th scope="col">new</th><th scope="col">fixed</th><th scope="col">unchanged</th></tr></thead><tbody>${row('paths', comparison.newPaths.length, comparison.fixedPaths.length, paths.paths.length - comparison.newPaths.length)}${row('findings', comparison.newFindings.length, comparison.fixedFindings.length, comparison.unchangedFindings)}</tbody></table></section>`;
}

function pathsSection(assessment: Assessment): string {
  const { paths } = assessment.paths;
  const items = paths
    .slice(0, drawn)
    .map((path, index) => {
      const fresh = path.state === 'new' || path.state === 'updated' ? ' <em class="new">new</em>' : '';
      return `<details${index < 3 ? ' open' : ''}><summary><span class="risk ${bandOf(path.risk)}">${path.risk.toFixed(1)}</span> ${escaped(path.entry.name)} to ${escaped(path.target.name)} <span class="soft">${hopCount(path)}, ${path.verdict}</span>${fresh}</summary>${pathSvg(assessment, path)}${hops(assessment, path)}</details>`;
    })
    .join('');
  const rest = paths.length > drawn ? `<p>${paths.length - drawn} more paths are in the JSON report.</p>` : '';
  return `<section aria-labelledby="h-paths"><h2 id="h-paths">Riskiest paths</h2>${paths.length === 0 ? '<p>No exposure path found.</p>' : items}${rest}</section>`;
}

function hops(assessment: Assessment, path: ExposurePath): string {
  return `<ol class="hops">${path.steps
    .map((step) => {
      const technique = assessment.techniques[step.techniques[0] ?? ''];
      const conditions = step.conditions.length === 0 ? '' : `<li>if ${escaped(step.conditions.map(conditionText).join(' and '))}</li>`;
      const missing = step.missing.length === 0 ? '' : `<li>not collected: ${escaped(step.missing.join(', '))}</li>`;
      const fix = technique === undefined || technique.fix === '' ? '' : `<li>fix: ${escaped(technique.fix)}</li>`;
      const evidence = step.evidence
        .slice(0, 8)
        .map((each) => `<li><code>${escaped(placeText(assessment, each))}</code></li>`)
        .join('');
      return `<li>${escaped(nodeName(assessment, step.from))} <b>${escaped(step.label)}</b> ${escaped(nodeName(assessment, step.to))} <span class="soft">likelihood ${step.likelihood.toPrecision(2)}, ${escaped(step.techniques.join(', '))}</span><ul>${conditions}${missing}${evidence}${fix}</ul></li>`;
    })
    .join('')}</ol>${restLines(path)
    .map((line) => `<p class="soft">${escaped(line)}</p>`)
    .join('')}`;
}

function frameworksSection(frameworks: readonly FrameworkResult[]): string {
  if (frameworks.length === 0) return '';
  const body = frameworks
    .map(
      (framework) =>
        `<details><summary>${escaped(framework.title)} ${escaped(framework.version)} <span class="soft">${coverageText(framework)}; ${framework.controls.filter((control) => control.result === 'fail').length} failed</span></summary><p class="soft">${escaped(framework.publisher)}, ${escaped(framework.source)}. ${escaped(framework.licence)}</p><table class="controls"><thead><tr><th scope="col">control</th><th scope="col">what it asks</th><th scope="col">result</th><th scope="col">coverage</th><th scope="col">failed</th></tr></thead><tbody>${framework.controls
          .map(
            (control) =>
              `<tr class="r-${control.result}"><th scope="row">${escaped(control.id)}</th><td>${escaped(control.title)}${control.reason === undefined ? '' : ` <span class="soft">${escaped(control.reason)}</span>`}</td><td>${control.result}</td><td>${control.coverage}</td><td>${control.counts.fail}</td></tr>`,
          )
          .join('')}</tbody></table></details>`,
    )
    .join('');
  return `<section aria-labelledby="h-frameworks"><h2 id="h-frameworks">Frameworks</h2>${body}</section>`;
}

function findingsSection(assessment: Assessment): string {
  const rules = controlsByRule(assessment).size;
  return `<section id="findings" aria-labelledby="h-findings"><h2 id="h-findings">Findings</h2>
<div class="filters" role="search">
<label>Search <input id="f-text" type="search" placeholder="rule, resource, account, text"></label>
<label>Result <select id="f-result"><option value="">all</option><option value="fail" selected>fail</option><option value="unknown">unknown</option><option value="error">error</option><option value="suppressed">suppressed</option><option value="pass">pass</option></select></label>
<label>Severity <select id="f-severity"><option value="">all</option><option>critical</option><option>high</option><option>medium</option><option>low</option><option>info</option></select></label>
${assessment.comparison === undefined ? '' : '<label><input id="f-new" type="checkbox"> new only</label>'}
<output id="f-count" aria-live="polite"></output>
</div>
<div class="grid" role="table" aria-label="Findings" aria-describedby="f-count">
<div class="row head" role="row"><span role="columnheader">severity</span><span role="columnheader">result</span><span role="columnheader">rule</span><span role="columnheader">resource</span><span role="columnheader">what</span></div>
<div id="rows" class="rows" role="rowgroup" tabindex="0" aria-label="rows of findings"></div>
</div>
<aside id="detail" aria-live="polite" hidden></aside>
<noscript><p>The table of ${assessment.findings.length} findings over ${rules} rules needs script. The CSV report holds the same.</p></noscript>
</section>`;
}
