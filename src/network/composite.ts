import { parseAddress } from './algebra/address.ts';
import type { FlowQuestion, FlowResult, NetworkEngine, PortSet, ReachClass } from './api.ts';
import { crossings, type Joint, joints } from './crossings.ts';
import type { NetworkPart, Passage } from './part.ts';
import { commonPorts, unitePorts } from './port-sets.ts';

const order = { no: 0, unknown: 1, conditional: 2, yes: 3 } as const;

/** Several providers' networks as one: what each says of its own, and what reaches from one to another over a VPN that joins them. */
export function joined(parts: readonly NetworkPart[]): NetworkEngine {
  const bridges = joints(parts);
  let all: readonly ReachClass[] | undefined;
  const home = (id: string): NetworkPart | undefined => parts.find((part) => part.knows(id));

  /** The two parts that a question goes between, where it does. */
  const between = (from: string, to: string): readonly [NetworkPart, NetworkPart] | undefined => {
    const [source, target] = [home(from), home(to)];
    return source === undefined || target === undefined || source === target ? undefined : [source, target];
  };
  /** Towards an address of another provider's network. */
  const towards = (question: FlowQuestion): Passage | undefined => {
    const source = home(question.from);
    return source === undefined || home(question.to) !== undefined || parseAddress(question.to) === undefined ? undefined : beyond(bridges, source, question);
  };
  /** Addresses belong to no part by name: whoever has something there answers. */
  const asked = (from: string, to: string): readonly NetworkPart[] => {
    const only = home(from) ?? home(to);
    return only === undefined ? parts : [only];
  };
  return {
    flow(question) {
      const two = between(question.from, question.to);
      if (two !== undefined) return across(bridges, two[0], two[1], question).via;
      return towards(question)?.via ?? best(asked(question.from, question.to).map((part) => passage(part.flow(question)))).via;
    },
    pair(from, to) {
      const two = between(from, to);
      const question: FlowQuestion = { name: `${from} -> ${to}`, from, to, protocol: 'any' };
      if (two !== undefined) return across(bridges, two[0], two[1], question);
      return towards(question) ?? best(asked(from, to).map((part) => part.pair(from, to)));
    },
    stands: (id) => parts.some((part) => part.stands(id)),
    classes() {
      all ??= [...parts.flatMap((part) => part.classes()), ...crossings(bridges)];
      return all;
    },
    exposures: () => parts.flatMap((part) => part.exposures()),
    findings: () => parts.flatMap((part) => part.findings?.() ?? []),
  };
}

const passage = (via: FlowResult): Passage => ({ flows: [], verdict: via.verdict, via });

/** The most open answer; of equally open ones the one that tells most. */
function best(answers: readonly Passage[]): Passage {
  const [first] = [...answers].sort((a, b) => order[b.verdict] - order[a.verdict] || b.via.hops.length - a.via.hops.length);
  return first ?? passage({ name: '', verdict: 'unknown', hops: [], stoppedBy: null, message: 'the snapshot holds no network' });
}

/** Out of one network and into another: by every joint, for every address of both ends; open is what both ways let through. */
function across(bridges: readonly Joint[], from: NetworkPart, to: NetworkPart, question: FlowQuestion): Passage {
  const answers = to.addresses(question.to).flatMap((target) => crossed(bridges, from, to, question, target));
  return together(answers.length > 0 ? answers : [from.leaving(question)], question.name);
}

/** The same towards an address, whoever has it: another provider's network where a joint leads there. */
function beyond(bridges: readonly Joint[], from: NetworkPart, question: FlowQuestion): Passage | undefined {
  const out = from.leaving(question);
  const bridge = bridges.find((each) => each.from === from && each.out === out.outside);
  return bridge === undefined ? undefined : together(crossed(bridges, from, bridge.to, question, question.to), question.name);
}

function together(answers: readonly Passage[], name: string): Passage {
  const found = best(answers);
  return { ...found, flows: answers.reduce<readonly PortSet[]>((sum, each) => unitePorts(sum, each.flows), []), via: { ...found.via, name } };
}

function crossed(bridges: readonly Joint[], from: NetworkPart, to: NetworkPart, question: FlowQuestion, target: string): readonly Passage[] {
  const out = from.leaving({ ...question, to: target });
  if (out.outside === undefined) return [{ ...out, flows: [] }];
  // A tunnel ends in one gateway, beyond which the other side may know several networks: one written down, one learned.
  const matching = bridges.filter((each) => each.from === from && each.to === to && each.out === out.outside);
  if (matching.length === 0) return [{ ...unjoined(out), flows: [] }];
  return from
    .addresses(question.from)
    .filter((source) => source.includes(':') === target.includes(':'))
    .flatMap((source) =>
      matching.map((bridge) => {
        const inward = to.entering(bridge.in, { ...question, from: source });
        const open = commonPorts(out.flows, inward.flows);
        return { flows: open, ...both(question.name, out, inward, open.length > 0) };
      }),
    );
}

/** It leaves for a network that is not the other provider's, as far as the snapshot tells. */
function unjoined(out: Passage & { readonly outside?: string }): Omit<Passage, 'flows'> {
  const resource = out.outside ?? '';
  const via: FlowResult = { ...out.via, verdict: 'no', stoppedBy: { resource, reason: 'no-route', evidence: [] }, message: `${resource} leads elsewhere` };
  return { verdict: 'no', via };
}

function both(name: string, out: Passage, inward: Passage, common: boolean): Omit<Passage, 'flows'> {
  if (out.verdict === 'no') return { verdict: 'no', via: { ...out.via, name } };
  const hops = [...out.via.hops, ...inward.via.hops];
  if ((inward.verdict === 'yes' || inward.verdict === 'conditional') && !common)
    return {
      verdict: 'no',
      via: { name, verdict: 'no', hops, stoppedBy: { resource: '', reason: 'no-route', evidence: [] }, message: 'each way is open, but on no common port' },
    };
  const verdict = order[out.verdict] < order[inward.verdict] ? out.verdict : inward.verdict;
  const message = [out.via.message, inward.via.message].filter((text) => text !== undefined).join('; ');
  return { verdict, via: { name, verdict, hops, stoppedBy: inward.via.stoppedBy ?? out.via.stoppedBy, ...(message === '' ? {} : { message }) } };
}
