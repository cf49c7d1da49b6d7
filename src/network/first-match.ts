import { type AddressSet, internetAddresses, intersectSets, isEmptySet, shareOf, subtractSets } from './algebra/address.ts';
import { everything, type Traffic, toPortSets, traffic } from './algebra/traffic.ts';

/** A rule of a filter whose rules are asked in order, the first that matches deciding. */
export interface OrderedRule {
  readonly allow: boolean;
  readonly source: AddressSet;
  readonly traffic: Traffic;
  /** Where it stands in its record. */
  readonly pointer: string;
}

/** Ports that are admitted from the internet, and the rule that does. */
export interface AdmittedPorts {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  readonly pointer: string;
}

/** More than so much of the routed addresses of a family is the whole internet: nobody lists half of it as his partners. */
const wholeInternet = 0.5;

/** What a filter admits from the whole internet, of one family of addresses or the other, when every earlier rule has had its say. */
export function admittedFromInternet(rules: readonly OrderedRule[]): readonly AdmittedPorts[] {
  const found = families.map((family) => admittedOf(rules, family));
  return [...new Set(rules.map((rule) => rule.pointer))].flatMap((pointer) => {
    const flows = found.reduce<Traffic>((sum, each) => traffic.union(sum, each.get(pointer) ?? traffic.empty), traffic.empty);
    return toPortSets(flows).flatMap(({ protocol, ranges }) => ranges.map(([from, to]) => ({ protocol, from, to, pointer })));
  });
}

const families: readonly AddressSet[] = [
  { v4: internetAddresses.v4, v6: [] },
  { v4: [], v6: internetAddresses.v6 },
];

/** By the place of the rule that admits it: what comes through from more than half of a family. */
function admittedOf(rules: readonly OrderedRule[], family: AddressSet): ReadonlyMap<string, Traffic> {
  const changes = new Map<number, number>();
  const note = (at: number, by: number): void => void changes.set(at, (changes.get(at) ?? 0) + by);
  const admitting = new Map<string, Traffic>();
  for (const source of sourceClasses(rules, family)) {
    const share = shareOf(source, family);
    let undecided: Traffic = everything;
    for (const rule of rules) {
      if (isEmptySet(intersectSets(rule.source, source))) continue;
      const flows = traffic.intersect(undecided, rule.traffic);
      if (flows.length === 0) continue;
      undecided = traffic.subtract(undecided, flows);
      if (!rule.allow) continue;
      admitting.set(rule.pointer, traffic.union(admitting.get(rule.pointer) ?? traffic.empty, flows));
      for (const [lo, hi] of traffic.pairs(flows)) {
        note(lo, share);
        note(hi + 1, -share);
      }
    }
  }
  const open: (readonly [number, number])[] = [];
  let total = 0;
  const places = [...changes.keys()].sort((a, b) => a - b);
  for (const [index, at] of places.entries()) {
    total += changes.get(at) ?? 0;
    if (total > wholeInternet) open.push([at, (places[index + 1] ?? at + 1) - 1]);
  }
  return new Map([...admitting].map(([pointer, flows]) => [pointer, traffic.intersect(traffic.of(open), flows)]));
}

/** A family cut into parts that every rule holds in whole or not at all. */
function sourceClasses(rules: readonly OrderedRule[], family: AddressSet): readonly AddressSet[] {
  let classes: readonly AddressSet[] = [family];
  for (const { source } of rules)
    classes = classes.flatMap((each) => [intersectSets(each, source), subtractSets(each, source)]).filter((each) => !isEmptySet(each));
  return classes;
}
