import { pointLines } from './iam-point.ts';

/** `npm run bench -- iam`: prints one line a figure. */
export function run(): void {
  for (const line of pointLines()) console.log(line);
}
