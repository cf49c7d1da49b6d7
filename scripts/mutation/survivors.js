/** A Stryker reporter that tells a mutant that no test noticed as soon as that is known, on one line: a long run can be read while it goes on. */
import path from 'node:path';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

class Survivors {
  onMutantTested({ status, fileName, location, mutatorName, replacement }) {
    if (status !== 'Survived' && status !== 'NoCoverage') return;
    const { start, end } = location;
    const text = (replacement ?? '').replace(/\s+/g, ' ').slice(0, 160);
    console.log(`${status} ${path.relative('.', fileName)}:${start.line}:${start.column}-${end.line}:${end.column} ${mutatorName} ${text}`);
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'survivors', Survivors)];
