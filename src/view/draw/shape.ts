/** One SVG element. Text goes in as text; whoever writes it out escapes it. */
export interface Shape {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  readonly children: readonly (Shape | string)[];
}

export function shape(tag: string, attributes: Shape['attributes'] = {}, ...children: readonly (Shape | string | undefined)[]): Shape {
  return { tag, attributes, children: children.filter((child) => child !== undefined) };
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Control characters and halves of characters, which XML 1.0 does not allow, are shown as what they are: something that cannot be shown. */
const escaped = (text: string): string => text.replaceAll(/[^\P{Cc}\t\n\r]|\p{Cs}/gu, '\uFFFD').replaceAll(/[&<>"']/g, (char) => escapes[char] ?? char);

/** A shape as XML. */
export function shapeText({ tag, attributes, children }: Shape): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');
  const inside = children.map((child) => (typeof child === 'string' ? escaped(child) : shapeText(child))).join('');
  return inside === '' ? `<${tag}${written}/>` : `<${tag}${written}>${inside}</${tag}>`;
}
