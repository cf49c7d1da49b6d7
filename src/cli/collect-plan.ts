import type { Unit } from '../collect/plan.ts';
import type { Transport } from '../collect/unit-run.ts';
import type { JsonObject } from '../model/json.ts';
import type { CallStatus, SnapshotRecord } from '../model/record.ts';
import type { Provider } from './collectors.ts';

/** What one provider is asked, and through what. */
export interface Plan {
  readonly provider: Provider;
  readonly units: readonly Unit[];
  readonly transport: Transport;
  readonly accounts: readonly string[];
  /** Calls that failed before there was anything to plan. */
  readonly lost: readonly CallStatus[];
  /** Requests sent so far, repeats included. */
  readonly sent: () => number;
  /** What was answered along the way and no collector knows, when all units are done. */
  readonly others?: (redact: (config: JsonObject) => JsonObject) => Promise<readonly SnapshotRecord[]>;
  readonly close: () => void;
}
