import { type FSWatcher, watch } from 'node:fs';
import type { Io } from './command.ts';

/** Editors write a file in several steps; changes within this many milliseconds are one. */
const settle = 150;

/** Runs a task now and again after every change below the folders, one at a time, until the command is interrupted. */
export async function watchFolders(paths: readonly string[], io: Io, task: () => Promise<void>): Promise<void> {
  await task();
  io.err('watching; Ctrl+C ends\n');
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(task);
    }, settle);
  };
  const watchers: FSWatcher[] = paths.map((path) => watch(path, { recursive: true }, changed));
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    io.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  clearTimeout(timer);
  for (const watcher of watchers) watcher.close();
  await running;
}
