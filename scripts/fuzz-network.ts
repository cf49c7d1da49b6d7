import { compareAzure, compareAzureClasses, compareAzureDoors } from '../test/spec/azure-network/compare.ts';
import { compareClasses, compareOutside, compareWorld } from '../test/spec/network/compare.ts';

// Compares the reachability engines with the packet-walking twins: `npm run fuzz:network -- PROBES [SEED] [aws|azure]`. Prints every disagreement with its seed.
const total = Number(process.argv[2] ?? 1_000_000);
let seed = Number(process.argv[3] ?? 1);
const only = process.argv[4];
let asked = 0;
let open = 0;
let unknown = 0;
let wrong = 0;
const begun = Date.now();

interface Result {
  readonly asked: number;
  readonly open: number;
  readonly unknown?: number;
  readonly disagreements: readonly unknown[];
}

function count(result: Result, line: (index: number) => string): void {
  asked += result.asked;
  open += result.open;
  unknown += result.unknown ?? 0;
  wrong += result.disagreements.length;
  for (const index of result.disagreements.slice(0, 2).keys()) process.stdout.write(`${line(index)}\n`);
}

while (asked < total) {
  if (only !== 'azure')
    for (const result of [compareWorld(seed, 400), compareClasses(seed), compareOutside(seed)])
      count(result, (index) => {
        const each = result.disagreements[index];
        return JSON.stringify({ seed, packet: each?.probe.packet, twin: each?.twin, engine: each?.engine, stop: each?.result?.stoppedBy });
      });
  if (only !== 'aws')
    for (const result of [compareAzure(seed, 400), compareAzureClasses(seed), compareAzureDoors(seed, 200)])
      count(result, (index) => {
        const each = result.disagreements[index];
        return JSON.stringify({ seed, question: each?.question, twin: each?.twin, engine: each?.engine, stop: each?.result?.stoppedBy });
      });
  seed++;
  if (wrong > 50) break;
}
process.stdout.write(
  `${asked} probes, ${open} of them open, ${unknown} unknown, ${wrong} disagreements, seeds to ${seed - 1}, ${((Date.now() - begun) / 1000).toFixed(1)} s\n`,
);
process.exitCode = wrong === 0 ? 0 : 1;
