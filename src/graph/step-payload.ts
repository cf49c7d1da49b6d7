import type { Payload } from './payloads.ts';
import type { StepSpec } from './types.ts';

/** What a step says beside its ends and its proof. A factor that is no likelihood is a programming error. */
export function payloadOf({ technique, factors, residual, missing = [], label = '', ports = '' }: Omit<StepSpec, 'from' | 'to' | 'evidence'>): Payload {
  for (const factor of factors)
    if (!(factor.value > 0 && factor.value <= 1)) throw new RangeError(`factor ${factor.name} of ${technique} is ${factor.value}, not in (0, 1]`);
  return { technique, factors, residual, missing, label, ports };
}

/** Structure says nothing. */
export const noPayload: Payload = { technique: '', factors: [], residual: [], missing: [], label: '', ports: '' };
