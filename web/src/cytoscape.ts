import type { Core, CytoscapeOptions } from 'cytoscape';
import { h } from './dom.ts';
import { unpacked } from './packed.ts';

type Cytoscape = (options: CytoscapeOptions) => Core;

let loaded: Promise<Cytoscape> | undefined;

/** Cytoscape, as its authors built it: from the server, or out of the page, whose policy knows its hash. It is larger than all of ours, and only explorations need it. */
export function cytoscape(): Promise<Cytoscape> {
  loaded ??= run().catch((error: unknown) => {
    // Asked for again it is tried again.
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function run(): Promise<Cytoscape> {
  // Cytoscape would add a style element of its own, which the policy of the page forbids; where an element of this id stands it does not. The rule itself is in our style sheet.
  document.head.append(h('meta', { id: '__________cytoscape_stylesheet' }));
  const text = await unpacked('cytoscape.js');
  if (text !== undefined) document.head.append(h('script', {}, text));
  else
    await new Promise((resolve, reject) => {
      document.head.append(h('script', { src: '/cytoscape.js', onload: resolve, onerror: () => reject(new Error('/cytoscape.js did not load')) }));
    });
  const made = (globalThis as { cytoscape?: Cytoscape }).cytoscape;
  if (made === undefined) throw new Error('cytoscape did not run');
  return made;
}
