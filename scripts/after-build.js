// What tsc does not do: make the bin executable, and read the YAML files that ship with the package once, so that no run has to parse them.
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseYaml, yamlKey } from '../dist/src/model/yaml-source.js';

chmodSync(new URL('../dist/src/cli/bin.js', import.meta.url), 0o755);

const root = path.join(import.meta.dirname, '..');
const read = {};
for (const entry of readdirSync(path.join(root, 'rules'), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith('.yaml')) continue;
  const file = path.join(entry.parentPath, entry.name);
  const text = readFileSync(file, 'utf8');
  read[yamlKey(text)] = parseYaml(text, file).map((source) => source.value);
}
writeFileSync(path.join(root, 'dist', 'yaml.json'), JSON.stringify(read));
