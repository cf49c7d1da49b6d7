import { defineConfig } from 'vite';

// One script and one style, with fixed names: the server and the offline page name them. Cytoscape is no part of it: it is given away as its authors built it, and loaded when a view needs it.
export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // `light-dark()` is read by ours, too.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: false,
    cssCodeSplit: false,
    lib: { entry: 'src/main.ts', formats: ['es'], fileName: () => 'main.js', cssFileName: 'style' },
  },
});
