import type { Snapshot } from '../model/record.ts';
import type { IamEngine } from './api.ts';
import type { Estate } from './engine.ts';
import type { IamReach } from './reach.ts';

/** AWS estates by their snapshots, for the estate after a change. */
const estates = new WeakMap<Snapshot, Estate>();

/** A snapshot that differs in little, of which there may be an engine. */
export interface PreviousSnapshot {
  readonly snapshot: Snapshot;
  readonly touched: readonly string[];
  readonly reach: IamReach;
}

/** The engine of a snapshot: of the clouds that it holds records of. A cloud that is not there costs nothing, not even its code. */
export async function createIamEngine(snapshot: Snapshot, previous?: PreviousSnapshot): Promise<IamEngine> {
  const types = snapshot.types();
  const { createAwsIamEngine } = await import('./engine.ts');
  const estate = previous === undefined ? undefined : estates.get(previous.snapshot);
  const aws = createAwsIamEngine(snapshot, previous === undefined || estate === undefined ? undefined : { ...previous, estate });
  estates.set(snapshot, aws);
  if (!types.some((type) => type.startsWith('Microsoft.'))) return aws;
  const { createAzureIamEngine } = await import('./azure/engine.ts');
  const azure = { engine: createAzureIamEngine(snapshot), answers: (action: string) => action.includes('/') };
  if (!types.some((type) => type.startsWith('AWS::'))) return azure.engine;
  const { CompositeIam } = await import('./composite.ts');
  return new CompositeIam([{ engine: aws, answers: (action) => !action.includes('/') }, azure]);
}
