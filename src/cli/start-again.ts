import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** What the first process tells the second: how many interrupts it has had. */
interface Word {
  readonly interrupts: number;
}

/**
 * Runs the same command line in a second process with more flags for Node, and gives its exit code once it has ended. The second process has the first one's streams; signals reach
 * it as if it were the only one, and one that ends it ends the first too. `undefined`: no process could be started.
 */
export async function startAgain(flags: readonly string[]): Promise<number | undefined> {
  const child = spawn(process.execPath, [...flags, ...process.execArgv, ...process.argv.slice(1)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  let interrupts = 0;
  const interrupted = (): void => {
    interrupts++;
    if (child.connected) child.send({ interrupts } satisfies Word);
  };
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  process.on('SIGINT', interrupted).on('SIGTERM', forward).on('SIGHUP', forward);
  const ended = await new Promise<number | NodeJS.Signals | undefined>((resolve) => {
    child.on('error', () => resolve(undefined));
    child.once('exit', (code, signal) => resolve(code ?? signal ?? undefined));
  });
  process.off('SIGINT', interrupted).off('SIGTERM', forward).off('SIGHUP', forward);
  if (typeof ended !== 'string') return ended;
  process.kill(process.pid, ended);
  // Only where the signal does not end this process at once.
  return 128 + constants.signals[ended];
}

/**
 * Calls back at each interrupt. A terminal sends an interrupt to both processes, whoever sends one to a process by its number to the first alone: so each counts, and the higher count
 * holds. A second process ends when the first is gone.
 */
export function onInterrupt(first: () => void, second: () => void): void {
  let [own, told, seen] = [0, 0, 0];
  const count = (): void => {
    for (; seen < Math.max(own, told); seen++) (seen === 0 ? first : second)();
  };
  process.on('SIGINT', () => {
    own++;
    count();
  });
  // A process that somebody else started with a channel is no second one, but it hears the same of it: nothing, and its end.
  process.on('message', (word: Partial<Word>) => {
    told = word.interrupts ?? told;
    count();
  });
  process.on('disconnect', () => process.exit(129));
  // An open channel keeps no process running that has nothing else to do.
  process.channel?.unref();
}
