/**
 * The script of the page. It makes the rows that are seen and no other, filters, and shows one finding whole. Text is set as text, never as markup. It is plain JavaScript
 * in a text because the page must hold it; the tests run it in Chromium.
 */
export const clientScript = `(() => {
'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const height = 32;
const box = document.getElementById('rows');
const detail = document.getElementById('detail');
const by = (id) => document.getElementById(id);
const text = (n) => data.texts[n];
const short = (id) => id.startsWith('arn:') ? id.split(':').slice(5).join(':') || id : id.split('/').slice(-1)[0] || id;
const spacer = document.createElement('div');
box.append(spacer);
let shown = [];
let at = -1;
let live = new Map();
let haystack;
const search = () => haystack ??= data.rows.map((row) => (data.rules[row[0]].id + ' ' + data.rules[row[0]].title + ' ' + row[3] + ' ' + row[4] + ' ' + text(row[5]) + ' ' + text(row[6])).toLowerCase());
function filter() {
  const words = by('f-text').value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
  const result = by('f-result').value;
  const severity = by('f-severity').value;
  const fresh = by('f-new') !== null && by('f-new').checked;
  shown = [];
  const hay = words.length === 0 ? undefined : search();
  for (let index = 0; index < data.rows.length; index++) {
    const row = data.rows[index];
    if (result !== '' && text(row[2]) !== result) continue;
    if (severity !== '' && text(row[1]) !== severity) continue;
    if (fresh && row[7] !== 1) continue;
    if (hay !== undefined && !words.every((word) => hay[index].includes(word))) continue;
    shown.push(index);
  }
  by('f-count').textContent = shown.length + ' of ' + data.rows.length + ' findings';
  box.parentElement.setAttribute('aria-rowcount', String(shown.length + 1));
  spacer.style.height = shown.length * height + 'px';
  for (const node of live.values()) node.remove();
  live = new Map();
  at = -1;
  box.scrollTop = 0;
  draw();
}
function cell(words, name) {
  const span = document.createElement('span');
  span.setAttribute('role', 'cell');
  span.textContent = words;
  span.title = words;
  if (name !== undefined) span.className = name;
  return span;
}
function make(position) {
  const row = data.rows[shown[position]];
  const rule = data.rules[row[0]];
  const node = document.createElement('div');
  node.className = 'row';
  node.setAttribute('role', 'row');
  node.setAttribute('aria-rowindex', String(position + 2));
  node.style.top = position * height + 'px';
  node.append(cell(text(row[1]), text(row[1])), cell(text(row[2]) + (row[7] === 1 ? ', new' : '')), cell(rule.id), cell(short(row[3])), cell(row[4] || rule.title));
  node.addEventListener('click', () => choose(position));
  if (position === at) node.setAttribute('aria-selected', 'true');
  return node;
}
function draw() {
  const first = Math.max(0, Math.floor(box.scrollTop / height) - 5);
  const last = Math.min(shown.length, Math.ceil((box.scrollTop + box.clientHeight) / height) + 5);
  for (const [position, node] of live) if (position < first || position >= last) { node.remove(); live.delete(position); }
  for (let position = first; position < last; position++) if (!live.has(position)) { const node = make(position); live.set(position, node); box.append(node); }
}
function line(name, words) {
  const p = document.createElement('p');
  const b = document.createElement('b');
  b.textContent = name + ': ';
  p.append(b, words);
  return p;
}
function choose(position) {
  live.get(at)?.removeAttribute('aria-selected');
  at = position;
  const top = at * height;
  if (top < box.scrollTop) box.scrollTop = top;
  if (top + height > box.scrollTop + box.clientHeight) box.scrollTop = top + height - box.clientHeight;
  draw();
  live.get(at)?.setAttribute('aria-selected', 'true');
  const row = data.rows[shown[position]];
  const rule = data.rules[row[0]];
  const head = document.createElement('h3');
  head.textContent = rule.title;
  const parts = [head, line('What', row[4] || rule.title), line('Resource', row[3]), line('Where', text(row[5]) + ' ' + text(row[6])), line('Rule', rule.id + ', ' + text(row[1])), line('Risk', rule.risk), line('Fix', rule.fix)];
  if (rule.cli !== '') parts.push(line('CLI', rule.cli));
  if (rule.terraform !== '') parts.push(line('Terraform', rule.terraform));
  if (row[9] !== '') parts.push(line('Not collected', row[9]));
  if (row[10] !== '') parts.push(line('Accepted', row[10]));
  if (rule.controls.length > 0) parts.push(line('Controls', rule.controls.join(', ')));
  if (rule.attack.length > 0) parts.push(line('ATT&CK', rule.attack.join(', ')));
  for (const place of row[8]) { const code = document.createElement('code'); code.textContent = place; parts.push(line('Evidence', code)); }
  for (const url of rule.references) { const a = document.createElement('a'); a.href = url; a.textContent = url; a.rel = 'noreferrer noopener'; parts.push(line('See', a)); }
  detail.replaceChildren(...parts);
  detail.hidden = false;
}
box.addEventListener('scroll', draw, { passive: true });
box.addEventListener('keydown', (event) => {
  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -Infinity, End: Infinity };
  const move = moves[event.key];
  if (move === undefined || shown.length === 0) return;
  event.preventDefault();
  choose(Math.min(shown.length - 1, Math.max(0, (at < 0 ? -Math.sign(move) : at) + move)));
});
addEventListener('resize', draw);
let timer;
by('f-text').addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(filter, 120); });
for (const id of ['f-result', 'f-severity', 'f-new']) by(id)?.addEventListener('change', filter);
filter();
document.documentElement.dataset.ready = String(data.rows.length);
})();
`;
