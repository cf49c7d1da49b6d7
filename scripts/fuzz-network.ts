import { compareClasses, compareOutside, compareWorld } from '../test/spec/network/compare.ts';

// Compares the reachability engine with the packet-walking twin: `npm run fuzz:network -- PROBES [SEED]`. Prints every disagreement with its seed.
const total = Number(process.argv[2] ?? 1_000_000);
let seed = Number(process.argv[3] ?? 1);
let asked = 0;
let open = 0;
let wrong = 0;
const begun = Date.now();
while (asked < total) {
  const flows = compareWorld(seed, 400);
  const classes = compareClasses(seed);
  for (const result of [flows, classes, compareOutside(seed)]) {
    asked += result.asked;
    open += result.open;
    wrong += result.disagreements.length;
    for (const each of result.disagreements.slice(0, 2))
      process.stdout.write(
        `${JSON.stringify({ seed: each.seed, packet: each.probe.packet, twin: each.twin, engine: each.engine, stop: each.result?.stoppedBy })}\n`,
      );
  }
  seed++;
  if (wrong > 50) break;
}
process.stdout.write(`${asked} probes, ${open} of them open, ${wrong} disagreements, seeds to ${seed - 1}, ${((Date.now() - begun) / 1000).toFixed(1)} s\n`);
process.exitCode = wrong === 0 ? 0 : 1;
