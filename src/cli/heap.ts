import { readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { manifestName } from '../snapshot/manifest-name.ts';

/** From so many records on the shorter collections of garbage save more than a second process costs (some 50 ms); with fewer, the larger heap would be the higher price. */
const manyRecords = 50_000;

/**
 * Flags for Node that a command line over a large snapshot is better run with, beside those that the process has; none for any other command line.
 *
 * Node gives young objects 16 MB and all objects 4 GB at most, whatever the machine has. An analysis of 200,000 resources has over a gigabyte of long-lived objects, and each collection
 * of the young ones walks the pages of all: with 64 MB there are a quarter as many walks, and with 128 MB nothing more is gained. Both sizes can only be set when a process starts.
 */
export function heapFlags(words: readonly string[], given: readonly string[] = ownFlags()): readonly string[] {
  // A debugger speaks to the process that it was told of.
  if (given.some((flag) => flag.startsWith('--inspect'))) return [];
  const records = recordsNamed(words);
  // What a scan will find, or a database holds, nobody knows before it is there; both are waited for much longer than a process.
  if (words[0] !== 'scan' && !words.includes('--from-neo4j') && records < manyRecords) return [];
  const missing = (flags: readonly string[]): readonly string[] => flags.filter((flag) => !given.some((own) => own.split('=')[0] === flag.split('=')[0]));
  const most = Math.floor((memory() / 1_048_576) * 0.75);
  const sizes = missing(['--max-semi-space-size=64', `--max-old-space-size=${most}`]);
  if (sizes.length === 0) return [];
  const first = Math.min(Math.floor((records * keptOfRecord) / 1024), Math.floor(most / 2));
  // Of a limit that somebody set it is not known what it leaves.
  const untilFirst = first > 0 && sizes.some((flag) => flag.startsWith('--max-old')) ? [`--initial-old-space-size=${first}`] : [];
  return [...sizes, ...missing([...besides, ...untilFirst, `--v8-pool-size=${Math.min(4, os.availableParallelism())}`])];
}

/** Kilobytes that an analysis comes to hold for each record, what follows from it included (`postern paths` of 212,000 records). Before that the heap was looked through a dozen times, and nine tenths were needed still. */
const keptOfRecord = 6;

/**
 * What goes with the sizes, and is not worth a process by itself. The heap may grow by three fifths before it is looked through again instead of to about twice its size, which on 200,000 resources is
 * what it grows by until an analysis asks for a look itself. Node has four threads for compiling and collecting beside its own, whatever the machine has.
 */
const besides: readonly string[] = ['--min-semi-space-size=64', '--heap-growing-percent=60', '--expose-gc'];

/** Flags that the process was started with, as Node also reads them: with `_` for `-`. */
function ownFlags(): readonly string[] {
  return [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)].map((flag) => flag.replaceAll('_', '-'));
}

/** How many records the snapshots have that a command line names, as their manifests say. */
function recordsNamed(words: readonly string[]): number {
  let count = 0;
  for (const word of words) {
    const named = word.startsWith('-') ? word.slice(word.indexOf('=') + 1) : word;
    if (named.startsWith('-')) continue;
    const folder = words[0] === 'assert' && /\.ya?ml$/.test(named) ? snapshotIn(named) : named;
    try {
      const { files } = JSON.parse(readFileSync(path.join(folder, manifestName), 'utf8')) as { readonly files: readonly { readonly count: number }[] };
      for (const file of files) count += file.count;
    } catch {
      // No snapshot, or a damaged one: the command itself says so.
    }
  }
  return count;
}

/** The snapshot that a file of assertions names, as far as that is told without reading YAML. */
function snapshotIn(file: string): string {
  try {
    // What can be read only once is left to the command.
    if (!statSync(file).isFile()) return file;
    const line = readFileSync(file, 'utf8')
      .split('\n')
      .find((each) => each.startsWith('snapshot:'));
    // Piece by piece: an expression for all of it takes forever over a hostile line.
    const value = line?.slice('snapshot:'.length).trim() ?? '';
    const [sign = ''] = value;
    const named = sign === '"' || sign === "'" ? value.slice(1).split(sign, 1)[0] : value.split(' #', 1)[0];
    return path.resolve(path.dirname(file), named?.trim() ?? '');
  } catch {
    return file;
  }
}

/** Bytes that the process may use: those of the machine, or fewer where its container is given fewer. */
function memory(): number {
  const whole = os.totalmem();
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 && limit < whole ? limit : whole;
}
