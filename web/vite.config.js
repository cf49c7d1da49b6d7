import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

// Every copy of Cytoscape carries its licence, and every exported page is a copy.
const licence = readFileSync(new URL('../node_modules/cytoscape/LICENSE', import.meta.url), 'utf8').trim();

// One script and one style, with fixed names: the server and the offline page name them. What is imported when a view needs it stays in that one script, as the offline page may ask for no other,
// and is run only then.
export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    cssCodeSplit: false,
    lib: { entry: 'src/main.ts', formats: ['es'], fileName: () => 'main.js', cssFileName: 'style' },
    rolldownOptions: { output: { codeSplitting: false, postBanner: `/*! Contains Cytoscape.js. ${licence} */` } },
  },
});
