import { estateLines } from './iam-estate.ts';
import { pointLines } from './iam-point.ts';

/** `npm run bench -- iam [ROLES RESOURCES]`: prints one line a figure. */
export function run(): void {
  const [roles = 10_000, resources = 100_000] = process.argv.slice(3).map(Number);
  for (const line of estateLines({ roles, accounts: 20, policies: 1_318, resources, seed: 20261125 })) console.log(line);
  for (const line of pointLines()) console.log(line);
}
