import { InputError } from '../../model/error.ts';
import { completenessLines } from '../../report/text.ts';
import { type Analysis, analyse } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { makePlan, type Plan } from '../plan.ts';
import { planDocument } from '../plan-document.ts';
import { countOf, json, namesOf, pathLine } from '../ranked.ts';
import { exitFor } from '../threshold.ts';

/** `postern plan SNAP`: the fewest changes that end a share of the risk, or cut a target off, proved by deriving the changed snapshot. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const target = invocation.text('--target');
  const share = shareOf(invocation.text('--share'), target);
  const top = countOf(invocation, '--top', 100);
  const analysis = await analyse(args[0] ?? '', { config: invocation.text('--config'), again: true });
  const plan = await makePlan(analysis, { share, top, ...(target === undefined ? {} : { to: analysis.resolver.many(target) }) });
  const document = planDocument(analysis, plan, { share, target });
  io.out(invocation.text('--format') === 'json' ? json(document) : text(analysis, plan, document));
  if (plan.state !== 'proved') return 1;
  return exitFor({ risks: plan.after.map((path) => path.risk), severities: [] }, invocation, analysis.completeness);
}

function shareOf(text: string | undefined, target: string | undefined): number {
  if (text === undefined) return target === undefined ? 0.8 : 1;
  const value = Number(text);
  if (!(value > 0 && value <= 100)) throw new InputError(`\`${text}\` is no share`, { help: '--share takes a percentage: --share 80' });
  return value / 100;
}

function text(analysis: Analysis, plan: Plan, document: ReturnType<typeof planDocument>): string {
  const { goal, risk, steps } = document;
  const aim =
    goal.target === undefined
      ? `take away ${Math.round(goal.share * 100)} % of the risk`
      : `cut ${goal.target} off${goal.share < 1 ? ` by ${Math.round(goal.share * 100)} %` : ''}`;
  const lines: string[] = [];
  if (plan.state === 'impossible') lines.push(`no set of the changes that Postern knows would ${aim}`, '');
  else {
    const fewest = document.fewest === 'proved' ? 'no plan has fewer' : `no plan has fewer than ${document.bound}`;
    lines.push(
      `${steps.length} changes ${plan.state === 'proved' ? '' : 'that do not quite '}${aim} (${fewest}): ${risk.before.toFixed(1)} -> ${risk.after.toFixed(1)}, derived anew`,
      '',
    );
  }
  for (const [index, step] of steps.entries()) {
    lines.push(`${String(index + 1).padStart(2)}. ${step.title}`);
    lines.push(`    ends ${step.removes.toFixed(1)} of the risk; effort ${step.effort}; in use: ${step.takesAway.summary}`);
    for (const line of step.cli.split('\n')) lines.push(line.startsWith('# ') ? `      ${line}` : `    $ ${line}`);
    lines.push('');
  }
  const names = namesOf(analysis, ...(plan.changed === undefined ? [] : [plan.changed.analysis]));
  if (steps.length > 0) lines.push('--format json has each change as Terraform and policy document too, as `postern whatif --apply` takes it', '');
  if (document.remaining.length > 0) lines.push('what is left', ...document.remaining.slice(0, 5).map((path) => `  ${pathLine(path, names)}`), '');
  lines.push(...completenessLines(analysis.completeness));
  return `${lines.join('\n').trimEnd()}\n`;
}
