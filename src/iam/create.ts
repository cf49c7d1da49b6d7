import type { Snapshot } from '../model/record.ts';
import type { IamEngine } from './api.ts';

/** The engine of a snapshot: of the clouds that it holds records of. A cloud that is not there costs nothing, not even its code. */
export async function createIamEngine(snapshot: Snapshot): Promise<IamEngine> {
  const types = snapshot.types();
  const { createAwsIamEngine } = await import('./engine.ts');
  const aws = createAwsIamEngine(snapshot);
  if (!types.some((type) => type.startsWith('Microsoft.'))) return aws;
  const { createAzureIamEngine } = await import('./azure/engine.ts');
  const azure = { engine: createAzureIamEngine(snapshot), answers: (action: string) => action.includes('/') };
  if (!types.some((type) => type.startsWith('AWS::'))) return azure.engine;
  const { CompositeIam } = await import('./composite.ts');
  return new CompositeIam([{ engine: aws, answers: (action) => !action.includes('/') }, azure]);
}
