import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';

const bin = path.join(import.meta.dirname, '..', 'dist', 'src', 'cli', 'bin.js');

/** Writes down at the end what the process took; on Linux also the CPU of its main thread, which other work on the machine changes least. A large snapshot takes two processes. */
const witness = `import fs from 'node:fs';
process.on('exit', () => {
  let main;
  try { main = Number(fs.readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e9; } catch {}
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  fs.appendFileSync(process.env.WITNESS, JSON.stringify({ main, cpu: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 }) + '\\n');
});`;

/** What a command of the built programme takes, as its users have it: start of the process and output included. */
export async function asCommand(args: readonly string[]): Promise<string> {
  if (!existsSync(bin)) return 'not built: npm run build';
  const folder = mkdtempSync(path.join(tmpdir(), 'postern-witness-'));
  const witnessed = path.join(folder, 'processes');
  const begun = performance.now();
  const child = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(witness)}`, bin, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, WITNESS: witnessed },
    cwd: path.join(import.meta.dirname, '..'),
  });
  let errors = '';
  child.stdout?.resume();
  child.stderr?.on('data', (data: Buffer) => {
    errors += data.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const wall = (performance.now() - begun) / 1000;
  const told = existsSync(witnessed) ? readFileSync(witnessed, 'utf8') : '';
  rmSync(folder, { recursive: true });
  if (code !== 0 && code !== 1) return `ended with ${code}: ${errors.trim()}`;
  const processes = told
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly main?: number; readonly cpu: number; readonly megabytes: number });
  const sum = (each: (process: (typeof processes)[number]) => number): number => processes.reduce((total, process) => total + each(process), 0);
  const main = processes.some((process) => process.main === undefined) ? undefined : sum((process) => process.main ?? 0);
  const [cpu, megabytes] = [sum((process) => process.cpu), sum((process) => process.megabytes)];
  const ofMain = main === undefined ? '' : `, ${main.toFixed(2)} s of it on the main thread`;
  return `${wall.toFixed(2)} s, ${cpu.toFixed(2)} s of CPU${ofMain}, ${megabytes.toFixed(0)} MB peak, load ${loadavg()[0]?.toFixed(1)}`;
}
