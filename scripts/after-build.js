// What tsc and Vite do not do: make the bin executable, lay Cytoscape beside the viewer as its authors built it (with their licence at its head), and read the YAML files that ship with
// the package once, so that no run has to parse them.
import { chmodSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseYaml, yamlKey } from '../dist/src/model/yaml-source.js';

chmodSync(new URL('../dist/src/cli/bin.js', import.meta.url), 0o755);

const root = path.join(import.meta.dirname, '..');
copyFileSync(path.join(root, 'node_modules', 'cytoscape', 'dist', 'cytoscape.min.js'), path.join(root, 'dist', 'web', 'cytoscape.js'));
const read = {};
for (const entry of readdirSync(path.join(root, 'rules'), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith('.yaml')) continue;
  const file = path.join(entry.parentPath, entry.name);
  const text = readFileSync(file, 'utf8');
  read[yamlKey(text)] = parseYaml(text, file).map((source) => source.value);
}
writeFileSync(path.join(root, 'dist', 'yaml.json'), JSON.stringify(read));
