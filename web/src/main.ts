import './style.css';
import { App } from './app.ts';
import { load } from './data.ts';
import { fill, h } from './dom.ts';

const root = document.getElementById('app');
if (root !== null) {
  load().then(
    (source) => new App(source, root),
    (error: unknown) =>
      fill(root, h('p', { class: 'failed', role: 'alert' }, `The report could not be loaded: ${error instanceof Error ? error.message : String(error)}`)),
  );
}
