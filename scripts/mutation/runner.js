/**
 * A Stryker test runner that keeps the tests of the evaluator in one process and switches mutants in it. A mutant costs milliseconds, where a Jest run costs seconds:
 * nearly four thousand mutants end in minutes, so that the score can be asked for after every change.
 */
import { readdirSync } from 'node:fs';
import { register } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { DryRunStatus, determineHitLimitReached, TestStatus, toMutantRunResult } from '@stryker-mutator/api/test-runner';

/** Is about the command around the evaluator. */
const runsProgram = ['iam-simulate.test.ts'];
/** Tests that draw their cases are slow; most mutants fall to a written case before. */
const drawn = ['test/iam-estate/estate-cases.test.ts', 'test/iam/dnf.test.ts', 'test/iam/bare-decision.test.ts', 'test/iam/aws-evaluate.test.ts'];
const written = readdirSync('test/iam')
  .filter((name) => name.endsWith('.test.ts') && !runsProgram.includes(name))
  .map((name) => `test/iam/${name}`)
  .filter((name) => !drawn.includes(name));
const files = [...written, ...drawn];
const reading = 'the test files are read';
const globals = new URL('./globals.js', import.meta.url).href;

globalThis.__stryker__ ??= {};
const state = globalThis.__stryker__;

class MutationRunner {
  #tests;
  #forget;

  /** A mutant that acts while a module loads is put on in a new process, before anything is loaded. */
  capabilities() {
    return { reloadEnvironment: false };
  }

  async #load() {
    if (this.#tests !== undefined) return this.#tests;
    process.env.IAM_RUNS ??= '150';
    register(
      `data:text/javascript,${encodeURIComponent(`export const resolve = (name, context, next) =>
        name === '@jest/globals' ? { url: ${JSON.stringify(globals)}, shortCircuit: true } : next(name, context);`)}`,
    );
    const here = (file) => pathToFileURL(path.resolve(file)).href;
    const { gathered } = await import(globals);
    const { default: fc } = await import('fast-check');
    fc.configureGlobal({ seed: 20261125, endOnFailure: true });
    ({ forgetCompiled: this.#forget } = await import(here('src/iam/aws/intern.ts')));
    for (const file of readdirSync('src/iam/aws').filter((name) => name.endsWith('.ts'))) await import(here(`src/iam/aws/${file}`));
    // What runs from here on is no part of loading the evaluator: a mutant that a test file meets while it is read is met again by its tests.
    state.currentTestId = reading;
    const tests = new Map([[reading, () => undefined]]);
    for (const file of files) {
      const before = gathered.length;
      await import(here(file));
      for (const { name, body } of gathered.slice(before)) {
        let id = `${path.basename(file)} ${name}`;
        while (tests.has(id)) id += '.';
        tests.set(id, body);
      }
    }
    state.currentTestId = undefined;
    this.#tests = tests;
    return tests;
  }

  async dryRun() {
    const results = [];
    for (const [id, body] of await this.#load()) {
      // What an earlier test compiled would be taken over, and this one would not be known to need the compiler.
      this.#forget();
      state.currentTestId = id;
      results.push(await this.#run(id, body));
      state.currentTestId = undefined;
    }
    return { status: DryRunStatus.Complete, tests: results, mutantCoverage: state.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    state.activeMutant = activeMutant.id;
    const results = [];
    try {
      const tests = await this.#load();
      this.#forget();
      state.hitCount = hitLimit === undefined ? undefined : 0;
      state.hitLimit = hitLimit;
      const wanted = testFilter === undefined ? undefined : new Set(testFilter);
      for (const [id, body] of tests) {
        if (wanted !== undefined && !wanted.has(id)) continue;
        const result = await this.#run(id, body);
        const limited = determineHitLimitReached(state.hitCount, state.hitLimit);
        if (limited !== undefined) return toMutantRunResult(limited);
        results.push(result);
        if (result.status === TestStatus.Failed) break;
      }
    } catch (error) {
      results.push({ id: 'load', name: 'load', timeSpentMs: 0, status: TestStatus.Failed, failureMessage: String(error) });
    } finally {
      state.activeMutant = undefined;
      state.hitLimit = undefined;
      this.#forget?.();
    }
    return toMutantRunResult({ status: DryRunStatus.Complete, tests: results });
  }

  async #run(id, body) {
    const start = performance.now();
    try {
      await body();
      return { id, name: id, timeSpentMs: performance.now() - start, status: TestStatus.Success };
    } catch (error) {
      return { id, name: id, timeSpentMs: performance.now() - start, status: TestStatus.Failed, failureMessage: String(error).slice(0, 300) };
    }
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'iam', MutationRunner)];
