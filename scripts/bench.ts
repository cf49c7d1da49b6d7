/** `npm run bench -- AREA`: runs bench/AREA.ts and prints what it measures, with sizes and seeds. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, '..', 'bench');
const area = process.argv[2] ?? '';
const file = path.join(folder, `${area}.ts`);
if (!existsSync(file)) {
  console.error(
    `usage: npm run bench -- ${readdirSync(folder)
      .map((name) => name.replace('.ts', ''))
      .join('|')}`,
  );
  process.exit(2);
}
const { run } = (await import(file)) as { run: () => void | Promise<void> };
await run();
