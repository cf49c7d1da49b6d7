import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';

const bin = path.join(import.meta.dirname, '..', 'dist', 'src', 'cli', 'bin.js');

/** Says at the end what the process took; on Linux also the CPU of its main thread, which other work on the machine changes least. */
const witness = `import fs from 'node:fs';
process.on('exit', () => {
  let main;
  try { main = Number(fs.readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e9; } catch {}
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  fs.writeSync(3, JSON.stringify({ main, cpu: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 }));
});`;

/** What a command of the built programme takes, as its users have it: start of the process and output included. */
export async function asCommand(args: readonly string[]): Promise<string> {
  if (!existsSync(bin)) return 'not built: npm run build';
  const begun = performance.now();
  const child = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(witness)}`, bin, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    cwd: path.join(import.meta.dirname, '..'),
  });
  let [told, errors] = ['', ''];
  child.stdout?.resume();
  child.stderr?.on('data', (data: Buffer) => {
    errors += data.toString();
  });
  child.stdio[3]?.on('data', (data: Buffer) => {
    told += data.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const wall = (performance.now() - begun) / 1000;
  if (code !== 0 && code !== 1) return `ended with ${code}: ${errors.trim()}`;
  const { main, cpu, megabytes } = JSON.parse(told) as { readonly main?: number; readonly cpu: number; readonly megabytes: number };
  const ofMain = main === undefined ? '' : `, ${main.toFixed(2)} s of it on the main thread`;
  return `${wall.toFixed(2)} s, ${cpu.toFixed(2)} s of CPU${ofMain}, ${megabytes.toFixed(0)} MB peak, load ${loadavg()[0]?.toFixed(1)}`;
}
