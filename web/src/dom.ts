import type { Shape } from '../../src/view/draw/shape.ts';

export type Child = Node | string | undefined | false;
type Attributes = Readonly<Record<string, string | boolean | number | ((event: Event) => void) | undefined>>;

/**
 * Makes an element. Text always goes in as text, never as markup: names come from the estate and may be hostile.
 * Attributes that start with `on` take a listener.
 */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (typeof value === 'string' || typeof value === 'number') element.setAttribute(name, String(value));
  }
  for (const child of children) if (child !== undefined && child !== false) element.append(child);
  return element;
}

/** Replaces everything inside an element. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...children.filter((child): child is Node | string => child !== undefined && child !== false));
}

/** A drawing's shape as an element of the page. */
export function svg({ tag, attributes, children }: Shape): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, String(value));
  for (const child of children) element.append(typeof child === 'string' ? child : svg(child));
  return element;
}

export const button = (label: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement =>
  h('button', { type: 'button', ...attributes, onclick: act }, label);

export const section = (title: string, ...children: readonly Child[]): HTMLElement => h('section', {}, h('h3', {}, title), ...children);

/** Gives a text to the person as a file. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = h('a', { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
