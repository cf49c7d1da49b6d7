import type { Assessment, ExposurePath, Finding } from '../../model/assessment.ts';
import { InputError } from '../../model/error.ts';
import type { Evidence } from '../../model/evidence.ts';
import { type Json, resolvePointer } from '../../model/json.ts';
import { blast } from '../../paths/blast.ts';
import { PlanPool } from '../../paths/plan/instance.ts';
import { stepProofs } from '../../paths/proofs.ts';
import { routeOf } from '../../paths/render.ts';
import { pathSvgFile } from '../../report/html/svg.ts';
import { restLines } from '../../report/text.ts';
import { shortId } from '../../report/words.ts';
import { type Analysis, analyse } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { checkedOf } from '../findings.ts';
import { planContext } from '../plan.ts';
import { json, namesOf, pathLine } from '../ranked.ts';

/** Paths are looked for among so many. */
const searched = 5000;

/** `postern explain SNAP ID`: the arithmetic, the statements and the fix of a path; what a finding or node is and means. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const id = args[1] ?? '';
  const analysis = await analyse(args[0] ?? '', { config: invocation.text('--config') });
  const format = invocation.text('--format');
  const asText = format !== 'json';
  const base = { schema: 'explain/v1', completeness: analysis.completeness };
  if (/^[0-9a-f]{16}$/.test(id)) {
    const path = analysis
      .ranker()
      .top(searched)
      .find((each) => each.id === id);
    if (path !== undefined && format === 'svg') {
      io.out(pathSvgFile({ nodes: nodesOf(analysis, path) }, path));
      return 0;
    }
    if (path !== undefined) {
      const explained = pathDocument(analysis, path);
      io.out(asText ? pathText(analysis, explained) : json({ ...base, kind: 'path', path: explained }));
      return 0;
    }
  }
  if (format === 'svg') throw new InputError(`\`${id}\` is no path`, { help: 'postern paths SNAP prints the ids of paths; only they are drawn' });
  const node = analysis.resolver.one(id);
  if (node !== undefined) {
    const explained = nodeDocument(analysis, node);
    io.out(asText ? nodeText(analysis, explained) : json({ ...base, kind: 'node', node: explained }));
    return 0;
  }
  const { findings, rules } = await checkedOf(analysis, invocation);
  const finding = findings.find((each) => each.id === id);
  if (finding === undefined)
    throw new InputError(`nothing is called \`${id}\``, { help: 'an id of a path or finding as the reports print it, or a node by its id or name' });
  const rule = rules.find((each) => each.id === finding.rule);
  const explained = { finding, statements: statements(analysis, finding.evidence), remediation: rule?.remediation.summary ?? '' };
  io.out(asText ? findingText(explained) : json({ ...base, kind: 'finding', ...explained }));
  return 0;
}

/** The nodes that a path comes through, as a drawing names them. */
function nodesOf({ graph }: Analysis, path: ExposurePath): Assessment['nodes'] {
  return Object.fromEntries(
    routeOf(path).flatMap((id) => {
      const index = graph.indexOf(id);
      if (index < 0) return [];
      const { kind, type, name, account, region } = graph.node(index);
      return [[id, { kind, type, name, account, region }]];
    }),
  );
}

/** What stands at each piece of evidence. */
function statements(analysis: Analysis, evidence: readonly Evidence[]): readonly (Evidence & { readonly value: Json })[] {
  return evidence.map(({ resource, pointer, call }) => {
    const record = analysis.snapshot.find(resource);
    return { resource, pointer, call, value: (record === undefined ? undefined : resolvePointer(record as unknown as Json, pointer)) ?? null };
  });
}

function pathDocument(analysis: Analysis, path: ExposurePath) {
  const ranker = analysis.ranker();
  const route = routeOf(path);
  const pool = new PlanPool(planContext(analysis));
  pool.add(ranker, analysis.settings, [path], (_, pointer) => pointer, []);
  const [cut] = pool.instance(1, 0).paths;
  const entry = path.likelihood / path.steps.reduce((product, step) => product * step.likelihood, 1);
  const steps = path.steps.map((step, index) => {
    const [from, to] = [analysis.graph.indexOf(route[index] ?? ''), analysis.graph.indexOf(route[index + 1] ?? '')];
    const proofs = stepProofs(analysis.graph, from, to, analysis.settings);
    const changes = new Set(cut?.steps[index]?.proofs.flatMap((proof) => [...proof.breaks.keys()]).map((element) => pool.candidate(element).title) ?? []);
    return {
      step,
      arithmetic: `${step.factors.map((factor) => factor.value).join(' x ') || '1'} = ${step.likelihood}`,
      proofs: proofs.map(({ technique, likelihood, evidence }) => ({
        technique,
        likelihood: Number(likelihood.toFixed(6)),
        statements: statements(analysis, evidence),
      })),
      fix: step.techniques.map((technique) => ({
        technique,
        title: analysis.techniques[technique]?.title ?? technique,
        fix: analysis.techniques[technique]?.fix ?? '',
      })),
      changes: [...changes],
    };
  });
  return {
    path,
    arithmetic: `${[Number(entry.toPrecision(6)), ...path.steps.map((step) => step.likelihood)].join(' x ')} = ${path.likelihood}; x ${path.value} = ${path.risk}`,
    entry: { likelihood: Number(entry.toPrecision(6)), why: path.entry.why ?? '' },
    steps,
  };
}

function pathText(analysis: Analysis, { path, arithmetic, entry, steps }: ReturnType<typeof pathDocument>): string {
  const names = namesOf(analysis);
  const lines = [
    `path ${path.id}: ${path.entry.name} -> ${path.target.name}, ${path.verdict}`,
    ...restLines(path),
    `risk ${path.risk} = likelihood ${path.likelihood} x value ${path.value} (${path.target.why ?? ''})`,
    `  ${arithmetic}`,
    '',
    `starts with ${entry.likelihood}: ${entry.why}`,
  ];
  for (const [index, { step, arithmetic: own, proofs, fix, changes }] of steps.entries()) {
    lines.push('', `${index + 1}. ${names(step.from)} -> ${names(step.to)}: ${step.label}`, `   ${own}`);
    for (const factor of step.factors) lines.push(`     ${factor.value}  ${factor.name}: ${factor.why}`);
    for (const missing of step.missing) lines.push(`     not collected: ${missing}`);
    for (const [number, proof] of proofs.entries()) {
      lines.push(`   proof ${number + 1} of ${proofs.length}: ${proof.technique}, ${proof.likelihood}`);
      for (const each of proof.statements) lines.push(`     ${shortId(each.resource)} ${each.pointer}  [${each.call}]`, `       ${JSON.stringify(each.value)}`);
    }
    for (const each of fix) if (each.fix !== '') lines.push(`   fix: ${each.fix}`);
    for (const change of changes.slice(0, 5)) lines.push(`   change: ${change}`);
  }
  return `${lines.join('\n')}\n`;
}

function nodeDocument(analysis: Analysis, node: number) {
  const ranker = analysis.ranker();
  const { id, kind, type, name, account, region, tags } = analysis.graph.node(node);
  const jewel = ranker.jewels.find((each) => each.node === node);
  const [from, to] = [blast(ranker, node, 'reaches').nodes, blast(ranker, node, 'reached-by').nodes];
  return {
    id,
    kind,
    type,
    name,
    account,
    region,
    tags,
    ...(jewel === undefined ? {} : { value: jewel.value, why: jewel.why }),
    reaches: from.length,
    reachedBy: to.length,
    riskiest: ranker.top(5, { to: [node] }),
    worst: from.slice(0, 5),
    through: ranker.top(200).filter((path) => routeOf(path).includes(id)).length,
  };
}

function nodeText(analysis: Analysis, node: ReturnType<typeof nodeDocument>): string {
  const names = namesOf(analysis);
  const lines = [
    `${node.kind} ${node.name}`,
    `  ${node.id}`,
    `  ${node.type}, account ${node.account || 'none'}, ${node.region || 'no region'}`,
    ...(node.value === undefined ? [] : [`  value ${node.value}: ${node.why ?? ''}`]),
    `  reaches ${node.reaches} nodes, is reached by ${node.reachedBy}; ${node.through} of the 200 riskiest paths go through it`,
  ];
  if (node.riskiest.length > 0) lines.push('', 'riskiest ways to it', ...node.riskiest.map((path) => `  ${pathLine(path, names)}`));
  if (node.worst.length > 0)
    lines.push(
      '',
      'worst that follows from it',
      ...node.worst.map((each) => `  ${each.likelihood.toFixed(3)}  ${each.kind} ${each.name}${each.value === undefined ? '' : ` (value ${each.value})`}`),
    );
  return `${lines.join('\n')}\n`;
}

function findingText({
  finding,
  statements: list,
  remediation,
}: {
  readonly finding: Finding;
  readonly statements: ReturnType<typeof statements>;
  readonly remediation: string;
}): string {
  const lines = [
    `${finding.result} ${finding.severity}: ${finding.title}`,
    `  ${finding.rule}, finding ${finding.id}`,
    `  ${finding.resource}`,
    `  ${finding.message}`,
  ];
  for (const [index, each] of list.entries()) {
    const expected = finding.evidence[index]?.expected;
    lines.push(
      `  ${each.pointer}  [${each.call}]`,
      `    stands there: ${JSON.stringify(each.value)}`,
      ...(expected === undefined ? [] : [`    matched: ${expected}`]),
    );
  }
  for (const missing of finding.missing ?? []) lines.push(`  not collected: ${missing}`);
  if (remediation !== '') lines.push(`  fix: ${remediation}`);
  return `${lines.join('\n')}\n`;
}
