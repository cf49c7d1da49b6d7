import { parseBaseline, wayOf } from '../../model/baseline.ts';
import { analyse } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { checkedOf } from '../findings.ts';
import { countOf, json, pathLine, textOf } from '../ranked.ts';
import { writeWhole } from '../write-whole.ts';

/** `postern baseline write SNAP --out FILE`: what is known today, so that `--fail-on new` counts only what comes. */
export async function write(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const analysis = await analyse(args[0] ?? '', { config: invocation.text('--config') });
  const paths = analysis.ranker().top(countOf(invocation, '--top', 1000));
  const { findings } = await checkedOf(analysis, invocation);
  const { hash, manifest } = analysis.snapshot;
  const text = json({
    schema: 'baseline/v1',
    snapshot: { hash, end: manifest.end },
    paths: paths.map((path) => ({ id: path.id, way: wayOf(path), risk: path.risk, title: pathLine(path, (id) => id.split(/[/:]/).at(-1) ?? id).trim() })),
    findings: findings.filter((finding) => finding.result === 'fail').map(({ id, rule, resource }) => ({ id, rule, resource })),
  });
  const out = invocation.text('--out');
  if (out === undefined) io.out(text);
  else await writeWhole(out, text);
  return 0;
}

/** `postern baseline show FILE` */
export async function show(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const file = args[0] ?? '';
  const baseline = parseBaseline(await textOf(invocation, file), file);
  if (invocation.text('--format') === 'json') {
    io.out(json(baseline));
    return 0;
  }
  const rules = new Map<string, number>();
  for (const { rule } of baseline.findings) rules.set(rule, (rules.get(rule) ?? 0) + 1);
  io.out(
    [
      `baseline of snapshot ${baseline.snapshot.hash.slice(0, 12)}, collected ${baseline.snapshot.end}`,
      `${baseline.paths.length} paths`,
      ...baseline.paths.slice(0, 20).map((path) => `  ${path.title}`),
      ...(baseline.paths.length > 20 ? [`  and ${baseline.paths.length - 20} more`] : []),
      `${baseline.findings.length} findings`,
      ...[...rules].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)).map(([rule, count]) => `  ${String(count).padStart(4)}  ${rule}`),
      '',
    ].join('\n'),
  );
  return 0;
}
