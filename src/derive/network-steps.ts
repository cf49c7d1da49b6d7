import type { GraphBuilder } from '../graph/builder.ts';
import type { ConditionAtom, Factor } from '../model/evidence.ts';
import { type NodeKind, nodeKinds } from '../model/vocabulary.ts';
import type { NetworkEngine, PortSet, ReachClass } from '../network/api.ts';
import { demands } from './condition-values.ts';

const technique = 'network.reaches';
const adminPorts = [22, 3389, 5985, 5986, 2375, 2376, 6443, 10250];
const dataPorts = [1433, 1521, 3306, 5432, 5439, 6379, 9200, 11211, 27017];

/** Text of open ports: `tcp/22, tcp/80-443`. */
export function portsText(flows: readonly PortSet[]): string {
  const parts = flows.flatMap((flow) =>
    flow.ranges.map(([low, high]) => `${flow.protocol}${low === 0 && high === 65_535 ? '' : `/${low === high ? low : `${low}-${high}`}`}`),
  );
  return parts.length > 6 ? `${parts.slice(0, 6).join(', ')} and ${parts.length - 6} more` : parts.join(', ');
}

/** How likely what listens can be exploited, by the ports that are open: a priced guess, the same for all, that orders paths. */
function portFactor(flows: readonly PortSet[]): Factor {
  const open = (port: number): boolean => flows.some((flow) => flow.protocol === 'tcp' && flow.ranges.some(([low, high]) => low <= port && port <= high));
  if (adminPorts.some(open))
    return { name: 'exposed service', value: 0.4, why: 'remote administration is open: guessed, stolen or leaked credentials and exploits' };
  if (dataPorts.some(open)) return { name: 'exposed service', value: 0.35, why: 'a data service is open' };
  return { name: 'exposed service', value: 0.25, why: 'an application is open: it must have a flaw that runs code or forges requests' };
}

function sourceFactor(reach: ReachClass): readonly Factor[] {
  const share = reach.from?.share ?? 1;
  if (share >= 0.5) return [];
  const value = share > 1e-4 ? 0.5 : share > 1e-7 ? 0.25 : 0.12;
  return [{ name: 'source addresses', value, why: `only from ${(reach.from?.cidrs ?? []).slice(0, 3).join(', ')}` }];
}

/**
 * A front door that asks of every request whose it is, such as a function URL of the type `AWS_IAM`, is no reach that an intruder walks: who may call it is a matter of permission
 * (https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html).
 */
const ofCaller = (atom: ConditionAtom): boolean =>
  demands(atom) && (/^aws:Principal(Arn|Account|OrgID)$/i.test(atom.key) || (atom.key === 'lambda:FunctionUrlAuthType' && atom.values.includes('AWS_IAM')));

/** What keeps things and runs nobody's code: that a registry or store calls out, and where to, is its provider's doing. Whoever reads it sends nothing from it. */
const keepsOnly = (kind: NodeKind | undefined): boolean => kind !== undefined && nodeKinds[kind].draws === 'data';

/** A node at an end of reach. */
interface End {
  /** None yet where it is somebody outside whom no step has needed. */
  readonly number: number | undefined;
  readonly sends: boolean;
}

/** Puts reachability into the graph, class by class: a biclique of many sources and destinations goes through one hub. */
export function addReach(builder: GraphBuilder, network: NetworkEngine, node: (id: string) => string | undefined): void {
  const ends = new Map<string, End | undefined>();
  const endOf = (id: string): End | undefined => {
    const known = ends.get(id);
    if (known !== undefined || ends.has(id)) return known;
    const own = node(id);
    const end = own === undefined ? undefined : { number: builder.numberOf(own), sends: !keepsOnly(builder.get(own)?.kind) };
    ends.set(id, end);
    return end;
  };
  // Many classes have the same list of sources or destinations.
  const endsOf = memory((ids: readonly string[]) => ids.map(endOf).filter((end) => end !== undefined));
  const sendersOf = memory((ids: readonly string[]) => endsOf(ids).filter((end) => end.sends));
  const numbersOf = memory((some: readonly End[]) => some.map(({ number }) => number).filter((number) => number !== undefined));
  for (const [index, reach] of network.classes().entries()) {
    const sources = sendersOf(reach.sources);
    const destinations = endsOf(reach.destinations);
    if (sources.length === 0 || destinations.length === 0) continue;
    // An entry without a condition always holds.
    const residual = reach.residual.some((entry) => entry.allOf.length === 0) ? [] : reach.residual;
    if (residual.length > 0 && residual.every((entry) => entry.allOf.some(ofCaller))) continue;
    const inside = !reach.sources.includes('internet');
    const factors = [
      portFactor(reach.flows),
      ...sourceFactor(reach),
      ...(inside ? [{ name: 'lateral movement', value: 0.6, why: 'inside the network a second flaw is needed' }] : []),
    ];
    const common = { kind: 'Reaches' as const, technique, residual, missing: reach.missing, label: 'reaches', ports: portsText(reach.flows) };
    if (sources.length * destinations.length <= sources.length + destinations.length + 1) {
      builder.stepsAmong(numbersOf(sources), numbersOf(destinations), { ...common, factors, evidence: reach.evidence });
      continue;
    }
    const hub = `hub:${technique}:${index}`;
    builder.node({ id: hub, kind: 'Hub', type: 'postern/hub', name: `reach class ${index}` });
    const middle = [builder.numberOf(hub)].filter((number) => number !== undefined);
    builder.stepsAmong(numbersOf(sources), middle, { ...common, factors, evidence: reach.evidence });
    builder.stepsAmong(middle, numbersOf(destinations), { ...common, residual: [], missing: [], factors: [], evidence: [] });
  }
}

/** Remembers what was made of a list, by the list itself. */
function memory<From, To extends object>(make: (list: readonly From[]) => To): (list: readonly From[]) => To {
  const made = new Map<readonly From[], To>();
  return (list) => {
    const known = made.get(list) ?? make(list);
    made.set(list, known);
    return known;
  };
}
