import type { NetworkEngine, ReachClass } from './api.ts';

/**
 * A network for whoever asks for its classes and seldom for more: it is built when it is asked for them, and of all that they were worked out from nothing is kept. With whatever else is
 * asked it is built again, and kept.
 */
export function classesAlone(build: () => NetworkEngine): NetworkEngine {
  let all: readonly ReachClass[] | undefined;
  let built: NetworkEngine | undefined;
  const whole = (): NetworkEngine => {
    built ??= build();
    return built;
  };
  return {
    classes() {
      all ??= (built ?? build()).classes();
      return all;
    },
    flow: (question) => whole().flow(question),
    pair: (from, to) => whole().pair(from, to),
    stands: (id) => whole().stands(id),
    exposures: () => whole().exposures(),
    findings: () => whole().findings?.() ?? [],
  };
}
