/** `npm run generate`: everything that is made from tables. CI runs it and fails when something changes. */
import { readdirSync } from 'node:fs';
import path from 'node:path';

for (const file of readdirSync(import.meta.dirname)
  .filter((name) => /^generate-.+\.ts$/.test(name))
  .sort())
  await import(path.join(import.meta.dirname, file));
