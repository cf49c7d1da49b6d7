import type { Snapshot } from '../model/record.ts';
import type { IamEngine } from './api.ts';

/** The engine of a snapshot: of the clouds that it holds records of. A cloud that is not there costs nothing, not even its code. */
export async function createIamEngine(snapshot: Snapshot): Promise<IamEngine> {
  const { createAwsIamEngine } = await import('./engine.ts');
  return createAwsIamEngine(snapshot);
}
