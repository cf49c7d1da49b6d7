import { compileMatcher, type Matcher } from '../match/match.ts';
import type { MatchClock } from '../match/tests.ts';
import type { Finding } from '../model/assessment.ts';
import { nearest } from '../model/error.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Json } from '../model/json.ts';
import { portsText } from '../network/algebra/traffic.ts';
import type { NetworkEngine, NetworkFinding, PortSet, ReachClass } from '../network/api.ts';
import { findingOf } from './finding.ts';
import type { RuleProblem } from './reader.ts';
import type { NetworkRule } from './rule.ts';

/** What a rule on reachability asks: the engine's rows, and what is odd about filters. The examples give both from texts. */
export interface NetworkFacts {
  readonly classes: NetworkEngine['classes'];
  readonly audit: () => readonly NetworkFinding[];
  /** What matchers read of a resource. */
  readonly document: (id: string) => NetworkDocument;
}

export interface NetworkDocument {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly account: string;
  readonly region: string;
  readonly tags: Json;
}

const fields = ['id', 'name', 'type', 'account', 'region', 'tags'];

/** Findings of a network rule: one for each resource that is reached and should not be, or for each filter that is odd. */
export function* networkRuleFindings(rule: NetworkRule, facts: NetworkFacts, clock: MatchClock): Generator<Finding> {
  const { network } = rule;
  if (network.audit !== undefined) {
    for (const found of facts.audit())
      if (found.kind === network.audit && ofProvider(rule, facts.document(found.resource).type)) yield audited(rule, found, facts);
    return;
  }
  const wanted = (spec: Json | undefined): ((id: string) => boolean) => {
    if (spec === 'internet') return (id) => id === 'internet';
    const matcher = spec === undefined ? undefined : compiled(spec, clock);
    const known = new Map<string, boolean>();
    return (id) => {
      const before = known.get(id);
      if (before !== undefined) return before;
      const answer = id !== 'internet' && (matcher === undefined || matcher.truth(documentOf(facts, id)) === true);
      known.set(id, answer);
      return answer;
    };
  };
  const [from, to] = [wanted(network.from), wanted(network.to)];
  const targets = new Map<string, boolean>();
  const target = (id: string): boolean => {
    const known = targets.get(id) ?? (to(id) && ofProvider(rule, facts.document(id).type));
    targets.set(id, known);
    return known;
  };
  const nowhere = new Arrivals();
  const reached = new Map<string, Arrivals>();
  for (const row of facts.classes()) {
    const open = matching(row.flows, network.ports);
    if (open.length === 0 || (row.from !== undefined && row.from.share < network.share)) continue;
    const sources = row.sources.filter(from);
    if (sources.length === 0) continue;
    const arrival = new Arrival(row, open, sources);
    for (const id of row.destinations)
      if (target(id) && !(sources.length === 1 && sources[0] === id)) reached.set(id, (reached.get(id) ?? nowhere).and(arrival));
  }
  for (const [id, arrivals] of [...reached].sort(([a], [b]) => (a < b ? -1 : 1))) yield finding(rule, facts, id, arrivals.told);
}

class Arrival {
  readonly row: ReachClass;
  readonly open: readonly PortSet[];
  readonly sources: readonly string[];
  #among: ReadonlySet<string> | undefined;

  constructor(row: ReachClass, open: readonly PortSet[], sources: readonly string[]) {
    this.row = row;
    this.open = open;
    this.sources = sources;
  }

  comesFrom(id: string): boolean {
    this.#among ??= new Set(this.sources);
    return this.#among.has(id);
  }
}

/** The ways by which something is reached, in their order. Destinations with the same ways share one of these, so that ten thousand hosts of one group are told of the same sources once. */
class Arrivals {
  readonly #before: Arrivals | undefined;
  readonly #last: Arrival | undefined;
  readonly #longer = new Map<Arrival, Arrivals>();
  #told: Told | undefined;

  constructor(before?: Arrivals, last?: Arrival) {
    this.#before = before;
    this.#last = last;
  }

  and(arrival: Arrival): Arrivals {
    const known = this.#longer.get(arrival) ?? new Arrivals(this, arrival);
    this.#longer.set(arrival, known);
    return known;
  }

  get told(): Told {
    this.#told ??= told(this.#all());
    return this.#told;
  }

  #all(): readonly Arrival[] {
    const all: Arrival[] = [];
    for (let here: Arrivals = this; here.#last !== undefined && here.#before !== undefined; here = here.#before) all.push(here.#last);
    return all.reverse();
  }
}

/** Sources that a message names. */
const mostNamed = 3;

/** What a finding says of all ways together. */
interface Told {
  readonly best: readonly Arrival[];
  /** Sources, the destination itself perhaps among them: how many, and the first in the order of their ids. */
  readonly count: number;
  readonly first: readonly string[];
  readonly narrow: string;
  readonly ports: string;
  readonly sure: boolean;
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
}

function told(rows: readonly Arrival[]): Told {
  const known = rows.filter(({ row }) => row.missing.length === 0);
  const decided = known.length > 0 ? known : rows;
  const sure = decided.filter(({ row }) => row.residual.some((entry) => entry.allOf.length === 0));
  const best = sure.length > 0 ? sure : decided;
  const among = new Set<string>();
  for (const { sources } of best) for (const each of sources) among.add(each);
  const widest = best
    .map(({ row }) => row.from)
    .filter((each) => each !== undefined)
    .sort((a, b) => b.share - a.share)[0];
  const evidence = new Map<string, Evidence>();
  for (const { row } of best) for (const each of row.evidence) if (evidence.size < 12) evidence.set(`${each.resource}#${each.pointer}`, each);
  return {
    best,
    count: among.size,
    first: leastOf(among, mostNamed + 1),
    narrow: widest === undefined || widest.share > 0.5 ? '' : ` (${widest.cidrs.slice(0, 3).join(', ')}${widest.cidrs.length > 3 ? ', …' : ''})`,
    ports: [...new Set(best.map(({ open }) => portsText(open)))].sort().join('; '),
    sure: sure.length > 0,
    missing: known.length > 0 ? [] : [...new Set(rows.flatMap(({ row }) => row.missing))].sort(),
    evidence: [...evidence.values()],
  };
}

/** The first in their order, of what may be tens of thousands. */
function leastOf(texts: Iterable<string>, count: number): readonly string[] {
  const least: string[] = [];
  for (const text of texts) {
    if (least.length === count && text >= (least[count - 1] ?? '')) continue;
    if (least.length === count) least.pop();
    const after = least.findIndex((each) => text < each);
    least.splice(after < 0 ? least.length : after, 0, text);
  }
  return least;
}

function finding(rule: NetworkRule, facts: NetworkFacts, id: string, arrived: Told): Finding {
  const { best, first, narrow, ports, sure, missing, evidence } = arrived;
  const subject = facts.document(id);
  const count = best.some((each) => each.comesFrom(id)) ? arrived.count - 1 : arrived.count;
  const names = first
    .filter((each) => each !== id)
    .slice(0, mostNamed)
    .map((each) => (each === 'internet' ? 'the internet' : facts.document(each).name));
  const more = count > mostNamed ? ` and ${count - mostNamed} more` : '';
  const values: Readonly<Record<string, string>> = { from: `${names.join(', ')}${narrow}${more}`, to: subject.name, ports, count: String(count) };
  const text = rule.message.replace(/\{(\w+)\}/g, (all, key: string) => values[key] ?? all);
  const unsure = missing.length > 0;
  return findingOf(rule, subject, unsure ? 'unknown' : 'fail', sure ? text : `${text}, on conditions`, evidence, unsure ? missing : undefined);
}

function audited(rule: NetworkRule, found: NetworkFinding, facts: NetworkFacts): Finding {
  const subject = { ...facts.document(found.resource), id: found.resource };
  const place = found.evidence[0]?.pointer ?? '';
  const message = rule.message.replaceAll('{to}', subject.name).replaceAll('{why}', found.message);
  return findingOf(rule, subject, 'fail', message, found.evidence, undefined, `${found.resource} ${place}`);
}

/** The ranges that hold one of the TCP ports; everything where none is named. */
function matching(flows: readonly PortSet[], ports: readonly number[]): readonly PortSet[] {
  if (ports.length === 0) return flows;
  const hit = ports.filter((port) => flows.some((flow) => flow.protocol === 'tcp' && flow.ranges.some(([low, high]) => low <= port && port <= high)));
  return hit.length === 0 ? [] : [{ protocol: 'tcp', ranges: hit.map((port) => [port, port] as const) }];
}

/** A rule of one cloud does not speak of the other's filters; a type that is not told is anybody's. */
const ofProvider = (rule: NetworkRule, type: string): boolean =>
  rule.provider === 'any' || type === '' || (rule.provider === 'aws') === type.startsWith('AWS::');

const documentOf = (facts: NetworkFacts, id: string): Json => ({ ...facts.document(id) });

function compiled(spec: Json, clock: MatchClock): Matcher {
  const matcher = compileMatcher(spec, clock, { variables: fields });
  if ('test' in matcher) return matcher;
  throw new Error(matcher.map((problem) => problem.message).join('; '));
}

/** What is wrong with a network rule. */
export function networkProblems(rule: NetworkRule, clock: MatchClock): readonly RuleProblem[] {
  const check = (path: string) => {
    const [head = ''] = path.split('.');
    if (fields.includes(head)) return undefined;
    const near = nearest(head, fields);
    return { message: `unknown field \`${head}\` of a resource`, help: near === undefined ? `known: ${fields.join(', ')}` : `did you mean ${near}?` };
  };
  return (['from', 'to'] as const).flatMap((key): readonly RuleProblem[] => {
    const spec = rule.network[key];
    if (spec === undefined || spec === 'internet') return [];
    const matcher = compileMatcher(spec, clock, { check, variables: fields });
    return 'test' in matcher ? [] : matcher.map((problem): RuleProblem => ({ ...problem, code: 'R104', path: ['network', key, ...problem.path] }));
  });
}

/**
 * Facts as an example states them: `internet -> web: tcp 22`, `internet -> web: tcp 22-23 from 198.51.100.0/24`, `dev -> orders: tcp 5432 if aws:SourceVpc`, `… unless collected`, and
 * `dead-rule sg: why`. Fields of the names stand in `nodes`.
 */
export function statedNetwork(lines: readonly string[], nodes: Readonly<Record<string, Json>>): NetworkFacts | string {
  const rows: ReachClass[] = [];
  const odd: NetworkFinding[] = [];
  const proof: Evidence = { resource: 'example', pointer: '/config', call: 'example' };
  for (const line of lines) {
    const reach = /^(\S+) -> (\S+): (tcp|udp|icmp) (\d+)(?:-(\d+))?(?: from ([\d.:a-f]+\/(\d+)))?(?: if (\S+))?( unless collected)?$/.exec(line);
    const audit = /^(dead-rule|shadowed-entry|redundant-rule|open-but-unreachable|origin-bypass|effective-differs) (\S+): (.+)$/.exec(line);
    if (audit !== null) odd.push({ kind: audit[1] as NetworkFinding['kind'], resource: audit[2] ?? '', message: audit[3] ?? '', evidence: [proof] }); // boundary: the pattern has just these words
    if (reach === null) {
      if (audit === null) return `cannot read \`${line}\``;
      continue;
    }
    const [, from = '', to = '', protocol, low = '', high = low, cidr, length, key, open] = reach;
    const share = cidr === undefined ? 1 : 2 ** -Number(length);
    rows.push({
      sources: [from],
      destinations: [to],
      flows: [{ protocol: protocol === 'udp' ? 'udp' : protocol === 'icmp' ? 'icmp' : 'tcp', ranges: [[Number(low), Number(high)]] }],
      ...(from === 'internet' ? { from: { cidrs: [cidr ?? '0.0.0.0/0'], share } } : {}),
      residual: [{ allOf: key === undefined ? [] : [{ operator: 'StringEquals', key, values: ['x'], negated: false }] }],
      missing: open === undefined ? [] : ['ec2:DescribeNetworkAcls'],
      evidence: [proof],
    });
  }
  const plain = { type: '', account: '111122223333', region: 'eu-west-1', tags: {} };
  return { classes: () => rows, audit: () => odd, document: (id) => ({ id, name: id, ...plain, ...(nodes[id] as object | undefined) }) };
}
