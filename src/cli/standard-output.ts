import { writeSync } from 'node:fs';
import { InputError } from '../model/error.ts';

const clock = new Int32Array(new SharedArrayBuffer(4));
/** Milliseconds until a reader that is behind is tried again. */
const patience = 5;

/**
 * Writes to standard output and comes back when the system has all of it. A stream of Node keeps what a pipe does not take at once until the command is over: a report of a large estate
 * was held in memory whole, and one of more than some 700 MB was lost, as that is more than the stream can write in one go.
 */
export function writeOut(text: string | Uint8Array): void {
  let rest: Uint8Array = typeof text === 'string' ? Buffer.from(text) : text;
  while (rest.length > 0)
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException; // boundary: what the system says
      // Whoever reads has seen enough.
      if (code === 'EPIPE') process.exit(0);
      if (code !== 'EAGAIN') throw new InputError(`standard output takes no more: ${code}`, { help: 'see whether the disk is full' });
      Atomics.wait(clock, 0, 0, patience);
    }
}
