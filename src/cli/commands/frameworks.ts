import { type Control, controlRules, frameworkRef } from '../../rules/framework.ts';
import { chooseFrameworks } from '../../rules/load-framework.ts';
import type { Rule } from '../../rules/rule.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { packsOf } from '../findings.ts';

/** How a control is covered whatever the snapshot: by rules, by a person, or not at all. */
function covered(control: Control, rules: readonly Rule[]): 'automated' | 'manual' | 'uncovered' {
  if (control.automation === 'manual') return 'manual';
  return controlRules(control, rules).length > 0 ? 'automated' : 'uncovered';
}

/** `postern frameworks list` */
export async function list(invocation: Invocation): Promise<ExitCode> {
  const { rules, frameworks } = await packsOf(invocation);
  const rows = frameworks.map((framework) => {
    const words = framework.controls.map((control) => covered(control, rules));
    const count = (word: string): number => words.filter((each) => each === word).length;
    const { id, version, title, publisher, provider } = framework;
    return {
      id,
      version,
      title,
      publisher,
      provider,
      controls: words.length,
      automated: count('automated'),
      manual: count('manual'),
      uncovered: count('uncovered'),
    };
  });
  if (invocation.text('--format') === 'json') invocation.io.out(`${JSON.stringify({ schema: 'frameworks/v1', frameworks: rows }, null, 1)}\n`);
  else
    for (const row of rows)
      invocation.io.out(
        `${frameworkRef(row).padEnd(24)} ${String(row.automated).padStart(4)} of ${String(row.automated + row.uncovered).padStart(4)} automated controls have a rule, ${String(row.manual).padStart(3)} manual  ${row.title}\n`,
      );
  return 0;
}

/** `postern frameworks show ID` */
export async function show(invocation: Invocation): Promise<ExitCode> {
  const { rules, frameworks } = await packsOf(invocation);
  const chosen = chooseFrameworks(frameworks, [invocation.args[0] ?? '']);
  const shown = chosen.map(({ file: _file, controls, ...framework }) => ({
    ...framework,
    controls: controls.map((control) => ({ ...control, coverage: covered(control, rules), rules: controlRules(control, rules) })),
  }));
  if (invocation.text('--format') === 'json') {
    invocation.io.out(`${JSON.stringify({ schema: 'framework-coverage/v1', frameworks: shown }, null, 1)}\n`);
    return 0;
  }
  for (const framework of shown) {
    invocation.io.out(`${framework.title} ${framework.version}, ${framework.publisher}\n${framework.source}\n${framework.licence}\n\n`);
    for (const control of framework.controls)
      invocation.io.out(
        `${control.id.padEnd(12)} ${control.coverage.padEnd(10)} ${control.title}${control.rules.length === 0 ? '' : `\n${' '.repeat(24)}${control.rules.join(', ')}`}${control.reason === '' ? '' : `\n${' '.repeat(24)}no rule: ${control.reason}`}\n`,
      );
  }
  return 0;
}
