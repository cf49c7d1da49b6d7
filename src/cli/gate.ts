import { Gate } from '../collect/gate.ts';
import { InputError } from '../model/error.ts';
import type { Invocation } from './command.ts';

const number = (invocation: Invocation, flag: string, fallback: number): number => {
  const text = invocation.text(flag);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!(value > 0)) throw new InputError(`\`${text}\` is no number over 0`, { help: flag });
  return value;
};

export function gateOf(invocation: Invocation): Gate {
  return new Gate(
    {
      concurrency: number(invocation, '--concurrency', 16),
      maxRps: number(invocation, '--max-rps', 40),
      budgetSeconds: number(invocation, '--call-budget', 20),
    },
    invocation.io.signal,
  );
}

/** The words of a flag that takes several, with commas between. */
export const listOf = (invocation: Invocation, flag: string): readonly string[] =>
  (invocation.text(flag) ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
