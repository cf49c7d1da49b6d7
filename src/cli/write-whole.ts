import { rename, writeFile } from 'node:fs/promises';
import { InputError } from '../model/error.ts';

/** Written beside and renamed, so that nothing half-written is ever read. Reports are as sensitive as snapshots: mode 0600. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(`${file}.part`, content, { mode: 0o600 });
    await rename(`${file}.part`, file);
  } catch (error) {
    throw new InputError(`cannot write \`${file}\`: ${error instanceof Error ? error.message : ''}`);
  }
}
