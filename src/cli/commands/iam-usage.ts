import type { Estate } from '../../iam/engine.ts';
import { InputError } from '../../model/error.ts';
import type { Snapshot } from '../../model/record.ts';
import { shortId } from '../../report/words.ts';
import { readSnapshot } from '../../snapshot/read.ts';
import { allTypes } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { packagePath } from '../package-path.ts';

async function open(invocation: Invocation): Promise<{ readonly snapshot: Snapshot; readonly engine: Estate }> {
  const { createAwsIamEngine } = await import('../../iam/engine.ts');
  const snapshot = await readSnapshot(invocation.args[0] ?? '', await allTypes());
  return { snapshot, engine: createAwsIamEngine(snapshot) };
}

function daysOf(invocation: Invocation): number {
  const text = invocation.text('--days') ?? '90';
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InputError(`\`${text}\` is no number of days`, { help: '--days 90' });
  return Number(text);
}

const write = (invocation: Invocation, data: object): void => invocation.io.out(`${JSON.stringify(data, null, 1)}\n`);

/** `postern iam unused SNAP`: what everybody is granted against what he used. */
export async function unused(invocation: Invocation): Promise<ExitCode> {
  const { snapshot, engine } = await open(invocation);
  const { unusedReport } = await import('../../iam/usage/unused.ts');
  const report = unusedReport(snapshot, engine.list, daysOf(invocation));
  if (invocation.text('--format') === 'json') {
    write(invocation, { schema: 'iam-unused/v1', ...report });
    return 0;
  }
  const { out } = invocation.io;
  const day = (time: string | null): string => time?.slice(0, 10) ?? 'never';
  const idle = report.principals.filter((each) => each.verdict === 'unused');
  out(`not used since ${day(report.since)}: ${idle.length} of ${report.principals.length} users and roles\n`);
  for (const each of idle) out(`  ${each.kind.padEnd(5)} ${each.principal}  last used ${day(each.lastUsed)}, ${each.actions.granted} actions granted\n`);
  const keys = report.keys.filter((key) => key.verdict === 'unused');
  out(`access keys not used: ${keys.length} of ${report.keys.length}\n`);
  for (const key of keys) out(`  ${key.id} of ${shortId(key.user)}  last used ${day(key.lastUsed)}\n`);
  const wide = report.principals.filter((each) => each.verdict !== 'unused' && each.actions.unused > 0).sort((a, b) => b.actions.unused - a.actions.unused);
  out(`granted and not used, of those that are in use: ${wide.length}\n`);
  for (const each of wide) {
    const services = each.services.filter((service) => service.verdict === 'unused').map((service) => service.service);
    out(
      `  ${each.principal}  ${each.actions.unused} of ${each.actions.granted} actions${services.length === 0 ? '' : `; whole services: ${services.join(', ')}`}\n`,
    );
  }
  const silent = report.principals.filter((each) => each.missing.length > 0).length;
  if (silent > 0) out(`not known: what the permissions of ${silent} users and roles were used for; collect with --last-accessed\n`);
  return 0;
}

/** `postern iam rightsize SNAP PRINCIPAL`: policies that keep what was used. */
export async function rightsize(invocation: Invocation): Promise<ExitCode> {
  const { snapshot, engine } = await open(invocation);
  const text = invocation.args[1] ?? '';
  const principal = engine.list.find((each) => each.info.arn === (snapshot.find(text)?.id ?? text));
  if (principal === undefined) throw new InputError(`\`${text}\` is no user or role of the snapshot`, { help: 'an ARN, or a name that only one of them has' });
  const { daysBefore, servicesUsed, useOf } = await import('../../iam/usage/usage.ts');
  const services = servicesUsed(snapshot.find(principal.info.arn));
  if (services === undefined)
    throw new InputError(`the snapshot does not tell what \`${principal.info.name}\` used`, {
      help: 'collect with --last-accessed (iam:GenerateServiceLastAccessedDetails)',
    });
  const suggest = await import('../../iam/usage/rightsize.ts');
  const { prove } = await import('../../iam/usage/proof.ts');
  const { sourcePolicies } = await import('../../iam/usage/sources.ts');
  const since = invocation.text('--days') === undefined ? undefined : daysBefore(snapshot, daysOf(invocation));
  const before = sourcePolicies(snapshot, principal);
  const reported = [...services.values()].flatMap((service) => [...service.actions.keys()]);
  const suggestion = suggest.rightsize(before, (action) => useOf(action, services, since), reported);
  const proof = prove(principal.requester, before, suggestion);
  if (proof.lost + proof.gained > 0) throw new Error(`the suggested policies differ on ${proof.lost + proof.gained} requests`);
  const answer = { principal: principal.info.arn, since: since ?? null, replaces: before.map((each) => each.name), ...suggestion, proof };
  if (invocation.text('--format') === 'json') write(invocation, { schema: 'iam-rightsize/v1', ...answer });
  else {
    const { out } = invocation.io;
    out(`${answer.principal}: ${answer.kept.length} actions kept, ${answer.removed.length} not used and left out\n`);
    if (answer.unreported.length > 0) out(`  ${answer.unreported.length} of the kept are those whose use AWS does not report\n`);
    out(`  equal before and after on ${proof.requests} requests; replaces ${answer.replaces.join(', ')}\n`);
    for (const { document, characters } of answer.policies) out(`# ${characters} characters\n${JSON.stringify(document, null, 2)}\n`);
  }
  return 0;
}

/** `postern iam wildcards SNAP`: statements with wildcards by what they let somebody reach. */
export async function wildcards(invocation: Invocation): Promise<ExitCode> {
  const { snapshot, engine } = await open(invocation);
  const { loadTechniques } = await import('../../derive/load.ts');
  const { takesData, wildcardGrants } = await import('../../iam/usage/wildcards.ts');
  const named = (await loadTechniques(packagePath('rules', 'techniques'))).flatMap((technique) =>
    technique.when
      .flatMap((premise) => (premise.kind === 'any' ? premise.of : [premise]))
      .flatMap((premise) => (premise.kind === 'can' ? [premise.action] : [])),
  );
  const top = Number(invocation.text('--top') ?? '10');
  if (!Number.isInteger(top) || top < 1) throw new InputError(`\`${invocation.text('--top')}\` is no number`, { help: '--top 10' });
  const grants = wildcardGrants(engine, snapshot, [...named, ...takesData]);
  if (invocation.text('--format') === 'json') {
    write(invocation, { schema: 'iam-wildcards/v1', total: grants.length, grants: grants.slice(0, top) });
    return 0;
  }
  const { out } = invocation.io;
  out(`${grants.length} statements with wildcards reach something that matters\n`);
  for (const grant of grants.slice(0, top)) {
    const counts = Object.entries(grant.reaches)
      .filter(([, count]) => count > 0)
      .map(([kind, count]) => `${count} ${kind}`);
    out(`${String(grant.weight).padStart(6)}  ${grant.evidence.resource}${grant.evidence.pointer}\n`);
    out(`        lets ${grant.principals.length === 1 ? grant.principals[0] : `${grant.principals.length} principals`} reach ${counts.join(', ')}\n`);
    out(`        ${JSON.stringify({ Action: grant.action, Resource: grant.resource }).slice(0, 160)}\n`);
    for (const example of grant.examples) out(`        e.g. ${example.action} on ${example.resource}\n`);
  }
  return 0;
}
