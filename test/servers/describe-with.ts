import { describe } from '@jest/globals';

/** Tests that need a server: skipped, by name, where it could not be had. */
export function describeWith(server: 'MOTO' | 'NEO4J' | 'CHROMIUM' | 'DEPLOY' | 'HELM', name: string, tests: () => void): void {
  (process.env[`POSTERN_TEST_${server}`] === undefined ? describe.skip : describe)(name, tests);
}
