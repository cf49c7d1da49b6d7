import type { Evidence } from '../../model/evidence.ts';
import { resolvePointer } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { evidence } from '../aws/config.ts';

/** A setting as evidence; where the resource lacks it, and so has the provider's default, the resource itself. */
export const settingOf = (record: SnapshotRecord, pointer: string): Evidence =>
  evidence(record, resolvePointer(record.config, pointer.slice('/config'.length)) === undefined ? '/config' : pointer);
