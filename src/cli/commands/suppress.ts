import { existsSync } from 'node:fs';
import { parseDocument, stringify } from 'yaml';
import { InputError } from '../../model/error.ts';
import { applySuppressions, parseSuppressions, type Suppression, starredFields, suppressPaths } from '../../rules/suppress.ts';
import { addSuppression } from '../../rules/suppress-add.ts';
import { type Analysis, analyse } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { checkedOf } from '../findings.ts';
import { json, textOf } from '../ranked.ts';
import { writeWhole } from '../write-whole.ts';

/** `postern suppress add FILE`: writes an entry, after the whole file with it was checked. */
export async function add(invocation: Invocation): Promise<ExitCode> {
  const file = invocation.args[0] ?? '';
  const needed = (flag: string): string => {
    const value = invocation.text(flag);
    if (value === undefined) throw new InputError(`no ${flag}`, { help: 'every suppression has an id, a reason, an owner and an expiry within a year' });
    return value;
  };
  const [rules, paths] = [invocation.list('--rule'), invocation.list('--path')];
  const match = invocation.list('--match').map((text): [string, string] => {
    const at = text.indexOf('=');
    if (at < 1)
      throw new InputError(`\`${text}\` is no match`, {
        help: '--match resource=arn:aws:s3:::logs, or with a modifier: --match "resource|startswith=arn:aws:s3:::logs-"',
      });
    return [text.slice(0, at), text.slice(at + 1)];
  });
  const [starred] = starredFields(Object.fromEntries(match));
  if (starred !== undefined)
    throw new InputError(`\`${starred}\` is compared letter by letter, star included`, { help: `--match "${starred}|like=…" takes a star for anything` });
  const entry = {
    id: needed('--id'),
    rules,
    paths,
    match: Object.fromEntries(match),
    reason: needed('--reason'),
    owner: needed('--owner'),
    expires: needed('--expires'),
    ticket: invocation.text('--ticket') ?? '',
  };
  const old = existsSync(file) ? await textOf(invocation, file) : 'suppressions: []\n';
  await writeWhole(file, addSuppression(old, file, entry, Date.now()));
  return 0;
}

interface Standing {
  readonly entry: Suppression;
  readonly state: 'live' | 'expired' | 'unused';
}

/** `postern suppress list FILE [SNAP]`: who accepted what, until when; with a snapshot also whether it still fits anything. */
export async function list(invocation: Invocation): Promise<ExitCode> {
  const standing = await standingOf(invocation);
  const rows = standing.map(({ entry: { id, owner, reason, expires, rules, paths, ticket }, state }) => ({
    id,
    state,
    owner,
    reason,
    expires,
    rules,
    paths: paths ?? [],
    ticket,
  }));
  if (invocation.text('--format') === 'json') invocation.io.out(json({ schema: 'suppressions-list/v1', suppressions: rows }));
  else
    invocation.io.out(
      rows
        .map(
          (row) =>
            `${row.state.padEnd(7)}  until ${row.expires}  ${row.id}  ${row.owner}: ${row.reason}  [${[...row.rules, ...row.paths].join(', ') || 'all that match'}]\n`,
        )
        .join('') || 'no suppressions\n',
    );
  return rows.some((row) => row.state !== 'live') ? 1 : 0;
}

/** `postern suppress prune FILE SNAP`: takes out what has expired or fits nothing any more. */
export async function prune(invocation: Invocation): Promise<ExitCode> {
  const file = invocation.args[0] ?? '';
  const gone = (await standingOf(invocation)).filter(({ state }) => state !== 'live');
  const document = parseDocument(await textOf(invocation, file));
  const base = document.has('suppressions') ? ['suppressions'] : [];
  const ids = new Set(gone.map(({ entry }) => entry.id));
  const items: unknown = base.length === 0 ? document.toJS() : (document.toJS() as { suppressions: unknown }).suppressions;
  const count = Array.isArray(items) ? items.length : 0;
  for (let index = count - 1; index >= 0; index--) if (ids.has(String(document.getIn([...base, index, 'id'])))) document.deleteIn([...base, index]);
  const left = count - gone.length;
  if (gone.length > 0) await writeWhole(file, left === 0 ? stringify({ suppressions: [] }) : String(document));
  for (const { entry, state } of gone) invocation.io.err(`${state}: \`${entry.id}\` of ${entry.owner} taken out\n`);
  return 0;
}

async function standingOf(invocation: Invocation): Promise<readonly Standing[]> {
  const [file = '', snapshot] = invocation.args;
  const now = Date.now();
  // A file with entries that expire too late is wrong, but one whose entries have expired must still be read to be pruned.
  const entries = parseSuppressions(await textOf(invocation, file), file, now);
  const unused =
    snapshot === undefined
      ? new Set<Suppression>()
      : await unusedOf(await analyse(snapshot, { config: invocation.text('--config') }), entries, invocation, now);
  return entries.map((entry) => ({ entry, state: Date.parse(entry.expires) + 86_400_000 <= now ? 'expired' : unused.has(entry) ? 'unused' : 'live' }));
}

async function unusedOf(analysis: Analysis, entries: readonly Suppression[], invocation: Invocation, now: number): Promise<ReadonlySet<Suppression>> {
  const { findings } = await checkedOf(analysis, invocation);
  const paths = analysis.ranker().top(1000);
  return new Set([...applySuppressions(findings, entries, now).unused, ...suppressPaths(paths, entries, now).unused]);
}
