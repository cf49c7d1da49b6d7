import type { Snapshot } from '../model/record.ts';
import { asked, everything, toPortSets } from './algebra/traffic.ts';
import type { FlowQuestion, FlowResult, NetworkEngine, ReachClass } from './api.ts';
import { ask } from './aws/ask.ts';
import { buildEstate } from './aws/build.ts';
import { internalClasses } from './aws/classes.ts';
import { createDecider } from './aws/decide.ts';
import { egressClasses, internetClasses, onPremisesClasses, unservedClasses } from './aws/exposure.ts';
import { originClasses, privateLinkClasses, serviceExposures } from './aws/services.ts';
import { balancerClasses } from './aws/targets.ts';
import { createTracer } from './aws/trace.ts';

/** Reachability of the AWS networks of a snapshot. Built once; every answer is a pure function of the snapshot. */
export function createAwsNetworkEngine(snapshot: Snapshot): NetworkEngine {
  const estate = buildEstate(snapshot);
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
    exposed ??= [...internetClasses(estate, decider), ...serviceExposures(snapshot), ...behind().filter((row) => row.sources[0] === 'internet')];
    return exposed;
  };
  return {
    flow(question: FlowQuestion): FlowResult {
      const { result } = ask(
        estate,
        decider,
        snapshot,
        question.from,
        question.to,
        asked(question.protocol, question.port),
        question.protocol === 'any' && question.port === undefined,
      );
      return { name: question.name, ...result };
    },
    pair(from, to) {
      const { result, possible } = ask(estate, decider, snapshot, from, to, everything);
      return { flows: toPortSets(possible), verdict: result.verdict, via: { name: `${from} -> ${to}`, ...result } };
    },
    classes() {
      all ??= [
        ...exposures(),
        ...internalClasses(estate, decider),
        ...behind().filter((row) => row.sources[0] !== 'internet'),
        ...originClasses(snapshot),
        ...privateLinkClasses(snapshot),
        ...egressClasses(estate, decider),
        ...onPremisesClasses(estate, decider),
      ];
      return all;
    },
    exposures: () => [...exposures(), ...unservedClasses(estate, tracer)],
  };
}
