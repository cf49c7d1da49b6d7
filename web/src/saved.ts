import { button, fill, h } from './dom.ts';

const key = 'postern-views';

interface Saved {
  readonly name: string;
  readonly hash: string;
}

/** Storage may be forbidden; then nothing is kept, and the address still carries the view. */
function read(): Saved[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(value) ? value.filter((each): each is Saved => typeof each?.name === 'string' && typeof each?.hash === 'string') : [];
  } catch {
    return [];
  }
}

function write(views: readonly Saved[]): void {
  try {
    localStorage.setItem(key, JSON.stringify(views));
  } catch {}
}

/** Views that a reader kept, in this browser. */
export function savedViews(current: () => { readonly hash: string; readonly title: string }): HTMLElement {
  const list = h('ul', { class: 'plain' });
  const show = (): void => {
    const views = read();
    fill(
      list,
      ...views.map((view, index) =>
        h(
          'li',
          {},
          h('a', { href: view.hash }, view.name),
          button(
            'remove',
            () => {
              write(views.filter((_, position) => position !== index));
              show();
            },
            { class: 'link' },
          ),
        ),
      ),
      views.length === 0 && h('li', { class: 'hint' }, 'None yet.'),
    );
  };
  show();
  return h(
    'div',
    {},
    h('h2', { class: 'small' }, 'Saved views'),
    list,
    button('Save this view', () => {
      const { hash, title } = current();
      write([...read().filter((view) => view.hash !== hash), { name: title, hash }]);
      show();
    }),
  );
}
