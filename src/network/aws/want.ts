import type { SnapshotRecord } from '../../model/record.ts';
import type { InterfaceKind } from './estate.ts';

/** An interface that a service must have by its configuration. */
export interface Want {
  readonly record: SnapshotRecord;
  readonly kind: InterfaceKind;
  readonly subnets: readonly string[];
  readonly groups: readonly string[];
  readonly outward: boolean;
  readonly address?: string;
  readonly public?: string;
  /** Which of several nodes. */
  readonly part?: string;
}
