import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Derivation, DeriveInput } from '../derive/derive.ts';
import type { CataloguedStep } from '../derive/step-catalogue.ts';
import type { Technique } from '../derive/technique.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { addStructure, type Structure } from '../graph/structure.ts';
import { addStructureAgain } from '../graph/structure-again.ts';
import { iamReach } from '../iam/reach.ts';
import { type RememberingIam, remembering, reusing } from '../iam/reuse.ts';
import type { Assessment, Completeness } from '../model/assessment.ts';
import { resourceTypes, type TypeTable } from '../model/collector.ts';
import { InputError } from '../model/error.ts';
import type { Snapshot } from '../model/record.ts';
import type { NetworkEngine } from '../network/api.ts';
import type { PlanTechnique } from '../paths/plan/candidate.ts';
import { createRanker, type Ranker } from '../paths/ranking.ts';
import { type NodeResolver, nodeResolver } from '../paths/report.ts';
import { noSettings, parseSettings, type Settings } from '../paths/settings.ts';
import type { StepFilter } from '../paths/step-network.ts';
import { completeness } from '../report/assessment.ts';
import { rememberBundled } from './bundled.ts';
import { packagePath } from './package-path.ts';

/** A snapshot with everything that is derived from it. The whole programme is this file: each stage is a function of the ones before. */
export interface Analysis {
  readonly snapshot: Snapshot;
  readonly types: TypeTable;
  readonly settings: Settings;
  readonly iam: RememberingIam;
  readonly network: NetworkEngine;
  readonly graph: Graph;
  readonly techniques: Assessment['techniques'];
  /** What the planner of fixes knows of each technique. */
  readonly planTechniques: ReadonlyMap<string, PlanTechnique>;
  /** Technique -> the actions that it asks for. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
  readonly completeness: Completeness;
  readonly resolver: NodeResolver;
  /** What an estate that differs in little is derived from, if that was asked for. */
  readonly derivation: Derivation | undefined;
  readonly structure: Structure | undefined;
  /** Techniques of which steps were taken over from the previous analysis. */
  readonly takenOver: number;
  ranker(filter?: StepFilter): Ranker;
}

/** The resource types of every collector. */
export async function allTypes(): Promise<TypeTable> {
  const { awsCollectors } = await import('../../collectors/aws/index.ts');
  const { azureCollectors } = await import('../../collectors/azure/index.ts');
  const { entraCollectors } = await import('../../collectors/entra/index.ts');
  return resourceTypes([...awsCollectors, ...azureCollectors, ...entraCollectors]);
}

/** collect -> snapshot -> graph -> (iam, network) -> derive -> paths. */
export async function analyse(directory: string, options: { readonly config?: string | undefined; readonly again?: boolean } = {}): Promise<Analysis> {
  const types = await allTypes();
  const settings = await loadSettings(options.config);
  const { readSnapshot } = await import('../snapshot/read.ts');
  const snapshot = await readSnapshot(directory, types);
  return analyseSnapshot(snapshot, types, settings, { again: options.again === true });
}

let bundled: Promise<readonly Technique[]> | undefined;

/** Files of the package, the same for every analysis: read once. */
async function bundledTechniques(): Promise<readonly Technique[]> {
  const { loadTechniques } = await import('../derive/load.ts');
  bundled ??= rememberBundled().then(() => loadTechniques(packagePath('rules', 'techniques')));
  return bundled;
}

let steps: Promise<readonly CataloguedStep[]> | undefined;

/** What a report says of techniques, and of the steps that code reads from the configuration. */
export async function described(techniques: readonly Technique[]): Promise<Assessment['techniques']> {
  const { loadSteps } = await import('../derive/load.ts');
  steps ??= rememberBundled().then(() => loadSteps(packagePath('rules', 'steps')));
  return Object.fromEntries([
    ...techniques.map(({ id, title, fix, attack, references }) => [id, { title, fix: fix?.summary ?? '', attack, references }] as const),
    ...(await steps).map(({ id, title, fix, attack, references }) => [id, { title, fix, attack, references }] as const),
  ]);
}

/** What a changed snapshot may take over from the analysis of the one before. */
export interface Previous {
  readonly analysis: Analysis;
  /** Ids of the records that are different. */
  readonly touched: readonly string[];
}

/** The same for a snapshot that is in memory already: what-if and tests. The answer does not depend on `previous`; it only comes sooner with it. */
export async function analyseSnapshot(
  snapshot: Snapshot,
  types: TypeTable,
  settings: Settings,
  { previous, again = false }: { readonly previous?: Previous | undefined /** Whether this analysis will be a previous one. */; readonly again?: boolean } = {},
): Promise<Analysis> {
  const { derive } = await import('../derive/derive.ts');
  const { actionsOf } = await import('../derive/actions.ts');
  const { iam, network, before } = await engines(snapshot, types, settings, previous, again);
  const builder = new GraphBuilder({ again, before: before?.derivation.builder });
  const kept = before === undefined || previous === undefined ? undefined : previous.analysis.structure;
  const anew =
    before &&
    kept &&
    addStructureAgain(builder, snapshot, types, { snapshot: before.before, builder: before.derivation.builder, structure: kept, touched: before.touched });
  const structure = anew ?? addStructure(builder, snapshot, types);
  const techniques = await bundledTechniques();
  const report = derive({ snapshot, types, builder, iam, network, techniques, names: settings.names, again, before, kinds: anew?.kinds });
  // A quarter of what an analysis of a large estate holds, and few commands ask on.
  if (!again) {
    iam.forget();
    // Ranking needs as much again. There is a collector to call in the process that heap.ts starts for a large snapshot.
    globalThis.gc?.();
  }
  const graph = builder.freeze();
  const titles = new Map(techniques.map((technique) => [technique.id, technique.title]));
  let whole: Ranker | undefined;
  let complete: Completeness | undefined;
  return {
    snapshot,
    types,
    settings,
    iam,
    network,
    graph,
    techniques: await described(techniques),
    planTechniques: new Map(techniques.map((technique) => [technique.id, planTechnique(technique)])),
    actions: Object.fromEntries(techniques.map((technique) => [technique.id, actionsOf(technique)])),
    // Reads every document: whoever asks about one change does not ask for it.
    get completeness() {
      complete ??= completeness(snapshot, [
        ...report.notModelled,
        ...iam.problems.map((problem) => `${problem.resource}: ${problem.message}`),
        ...snapshot
          .types()
          .flatMap((type) => (types.has(type) ? [] : [`${type}: ${snapshot.records(type).length} kept as they are, no step or rule knows the type`])),
      ]);
      return complete;
    },
    derivation: report.derivation,
    structure: again ? structure : undefined,
    takenOver: report.takenOver,
    resolver: nodeResolver(graph, (text) => snapshot.find(text)?.id),
    ranker: (filter) => {
      if (filter !== undefined) return createRanker(graph, settings, titles, filter);
      whole ??= createRanker(graph, settings, titles);
      return whole;
    },
  };
}

/** The actions that a technique cannot do without, and which of them are on the step's target. */
function planTechnique(technique: Technique): PlanTechnique {
  const { derives, when, likelihood, fix } = technique;
  return {
    base: likelihood.factors.reduce((product, factor) => product * factor.value, likelihood.base),
    actions: when.flatMap((premise) =>
      premise.kind === 'can' && premise.who === derives.from
        ? [
            {
              action: premise.action,
              suffix: premise.on !== undefined && 'variable' in premise.on && premise.on.variable === derives.to ? premise.on.suffix : undefined,
            },
          ]
        : [],
    ),
    remove: fix?.remove ?? [],
  };
}

/** Types that no network decision reads: a change of such records leaves the network as it was. */
const offTheNetwork = /^AWS::(IAM|S3|KMS|SecretsManager|SSM|DynamoDB|SQS|SNS|Cognito|CodeBuild|ECR|CloudTrail|GuardDuty)::/;

interface Engines {
  readonly iam: RememberingIam;
  readonly network: NetworkEngine;
  /** What derivation may take over. */
  readonly before?: DeriveInput['before'];
}

async function engines(snapshot: Snapshot, types: TypeTable, settings: Settings, previous: Previous | undefined, again: boolean): Promise<Engines> {
  const { createIamEngine } = await import('../iam/create.ts');
  const { networkOf, reachOf } = await import('../network/engine.ts');
  if (previous === undefined) return { iam: remembering(await createIamEngine(snapshot)), network: await (again ? networkOf : reachOf)(snapshot) };
  const { analysis, touched } = previous;
  const reach = iamReach(analysis.snapshot, snapshot, touched);
  const fresh = await createIamEngine(snapshot, reach === undefined ? undefined : { snapshot: analysis.snapshot, touched, reach });
  const onTheNetwork = touched.filter(
    (id) => ![analysis.snapshot.find(id), snapshot.find(id)].every((record) => record === undefined || offTheNetwork.test(record.type)),
  );
  const same = onTheNetwork.length === 0;
  const iam = remembering(reach === undefined ? fresh : reusing(analysis.iam, fresh, reach));
  const network = same ? analysis.network : await networkOf(snapshot, { network: analysis.network, touched: onTheNetwork });
  const { derivation } = analysis;
  const { isLocal } = await import('../derive/change.ts');
  if (derivation === undefined || reach === undefined || settings !== analysis.settings || !isLocal(analysis.snapshot, snapshot, touched, types))
    return { iam, network };
  return { iam, network, before: { derivation, before: analysis.snapshot, touched, reach, iamBefore: analysis.iam, network: !same } };
}

/** `postern.yaml`: the named file, or the nearest one upward from the working folder, or none. */
export async function loadSettings(named: string | undefined): Promise<Settings> {
  const file = named ?? findUpward('postern.yaml');
  if (file === undefined) return noSettings;
  try {
    return parseSettings(await readFile(file, 'utf8'), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new InputError(`cannot read \`${file}\``, { help: 'name an existing settings file with --config' });
  }
}

function findUpward(name: string): string | undefined {
  let folder = process.cwd();
  for (;;) {
    const file = path.join(folder, name);
    if (existsSync(file)) return file;
    const up = path.dirname(folder);
    if (up === folder) return undefined;
    folder = up;
  }
}
