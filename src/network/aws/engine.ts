import type { Snapshot } from '../../model/record.ts';
import { addressText } from '../algebra/address.ts';
import { asked, everything, portsText, toPortSets } from '../algebra/traffic.ts';
import type { FlowQuestion, ReachClass } from '../api.ts';
import type { NetworkBefore, NetworkPart, Passage } from '../part.ts';
import { acceleratorClasses } from './accelerators.ts';
import { apiClasses } from './api-links.ts';
import { type Answer, ask, enterFrom } from './ask.ts';
import { buildEstate } from './build.ts';
import { internalClasses } from './classes.ts';
import { shortId } from './config.ts';
import { createDecider } from './decide.ts';
import type { Estate } from './estate.ts';
import { estateAgain } from './estate-again.ts';
import { egressClasses, internetClasses, unservedClasses } from './exposure.ts';
import { originClasses } from './origins.ts';
import { fromOutsideClasses, outsideNetworks, toOutsideClasses, tunnelEnds } from './outside.ts';
import { privateLinkClasses } from './private-link.ts';
import { RowMemory } from './row-memory.ts';
import { serviceExposures } from './services.ts';
import { balancerClasses } from './targets.ts';
import { createTracer } from './trace.ts';

/** What a later network may take over. */
interface Built {
  readonly snapshot: Snapshot;
  readonly estate: Estate;
  readonly inward: RowMemory;
  readonly outward: RowMemory;
}

const builtFor = new WeakMap<NetworkPart, Built>();

/**
 * Reachability of the AWS networks of a snapshot. Built once; every answer is a pure function of the snapshot.
 *
 * @param before the networks before some records were touched: where these are security groups alone, only what rests on them is decided again
 */
export function createAwsNetwork(snapshot: Snapshot, before?: NetworkBefore): NetworkPart {
  const then = before && builtFor.get(before.network);
  const again = then && estateAgain(then, snapshot, before.touched);
  const estate = again?.estate ?? buildEstate(snapshot);
  const memory = (way: 'inward' | 'outward'): RowMemory => new RowMemory(estate.groups, then && again && { memory: then[way], groups: again.groups });
  const [inward, outward] = [memory('inward'), memory('outward')];
  const tracer = createTracer(estate);
  const decider = createDecider(estate, tracer);
  let exposed: readonly ReachClass[] | undefined;
  let all: readonly ReachClass[] | undefined;
  let balanced: readonly ReachClass[] | undefined;
  const behind = (): readonly ReachClass[] => {
    balanced ??= balancerClasses(estate, decider, snapshot);
    return balanced;
  };
  const exposures = (): readonly ReachClass[] => {
    exposed ??= [...internetClasses(estate, decider, inward), ...serviceExposures(snapshot), ...behind().filter((row) => row.sources[0] === 'internet')];
    return exposed;
  };
  const answer = (question: FlowQuestion): ReturnType<typeof ask> => {
    const whole = question.protocol === 'any' && question.port === undefined;
    return ask(estate, decider, snapshot, question.from, question.to, asked(question.protocol, question.port), whole);
  };
  const passage = (question: FlowQuestion, { result, possible }: Answer): Passage => ({
    flows: toPortSets(possible),
    verdict: result.verdict,
    via: { name: question.name, ...result },
  });
  const beyond = outsideNetworks(estate);
  /** What is not reached directly may be reached through a front door; a reader wants to know. */
  const around = (id: string): string | undefined => {
    const doors = [...behind(), ...originClasses(estate, decider, snapshot), ...acceleratorClasses(estate, snapshot), ...apiClasses(estate, decider, snapshot)];
    const open = new Set(exposures().flatMap((row) => row.destinations));
    const found = doors.filter((row) => row.destinations.includes(id) && row.sources.some((source) => open.has(source)));
    const words = found.map((row) => `${shortId(row.sources[0] ?? '')} on ${portsText(row.flows)}`);
    return words.length === 0 ? undefined : `not directly, but through ${[...new Set(words)].join(', ')}`;
  };
  const part: NetworkPart = {
    flow: (question) => ({ name: question.name, ...answer(question).result }),
    pair(from, to) {
      const question: FlowQuestion = { name: `${from} -> ${to}`, from, to, protocol: 'any' };
      const direct = ask(estate, decider, snapshot, from, to, everything);
      if (direct.result.verdict !== 'no' || from !== 'internet') return passage(question, direct);
      const way = around(snapshot.find(to)?.id ?? to);
      return passage(question, way === undefined ? direct : { ...direct, result: { ...direct.result, message: way } });
    },
    stands: (id) => part.addresses(id).length > 0,
    classes() {
      all ??= [
        ...exposures(),
        ...internalClasses(estate, decider),
        ...behind().filter((row) => row.sources[0] !== 'internet'),
        ...originClasses(estate, decider, snapshot),
        ...acceleratorClasses(estate, snapshot),
        ...privateLinkClasses(estate, decider, snapshot),
        ...apiClasses(estate, decider, snapshot),
        ...egressClasses(estate, decider, outward),
        ...toOutsideClasses(estate, decider, beyond),
        ...fromOutsideClasses(estate, decider, beyond),
      ];
      return all;
    },
    exposures: () => [...exposures(), ...unservedClasses(estate, tracer)],
    knows: (id) => (id.startsWith('onprem:') ? beyond.has(id.slice('onprem:'.length)) : snapshot.find(id)?.type.startsWith('AWS::') === true),
    addresses(id) {
      const record = snapshot.find(id);
      const own = record === undefined ? [] : (estate.byOwner.get(record.id) ?? []);
      return [...new Set(own.flatMap((each) => each.stations).map((station) => addressText(station.address)))].sort();
    },
    outside: () => [...beyond].map(([id, prefixes]) => ({ id, prefixes, ...tunnelEnds(estate, id) })),
    leaving(question) {
      const found = answer(question);
      return { ...passage(question, found), ...(found.outside === undefined ? {} : { outside: found.outside }) };
    },
    entering: (outside, question) => passage(question, enterFrom(estate, decider, snapshot, outside, question)),
  };
  builtFor.set(part, { snapshot, estate, inward, outward });
  return part;
}
