export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** A strict reader of the XML that we write: elements, attributes in double quotes, character references. Anything else is an error. */
export function parseXml(source: string): XmlElement {
  let rest = source.replace(/^<\?xml version="1.0" encoding="UTF-8"\?>\s*/, '');
  const decode = (text: string): string => {
    if (/[<"]|&(?!#\d+;)/.test(text)) throw new Error(`not escaped: ${text.slice(0, 60)}`);
    return text.replace(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)));
  };
  const element = (): XmlElement => {
    const open = /^<([A-Za-z]+)((?:\s+[A-Za-z-]+="[^"]*")*)\s*(\/?)>/.exec(rest);
    if (open === null) throw new Error(`an element is expected at ${rest.slice(0, 60)}`);
    const [whole, name = '', attributeText = '', empty] = open;
    rest = rest.slice(whole.length);
    const attributes = Object.fromEntries([...attributeText.matchAll(/([A-Za-z-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, decode(value)]));
    const children: XmlElement[] = [];
    let text = '';
    if (empty === '/') return { name, attributes, children, text };
    for (;;) {
      const upTo = rest.indexOf('<');
      if (upTo < 0) throw new Error(`<${name}> is not closed`);
      text += decode(rest.slice(0, upTo));
      rest = rest.slice(upTo);
      if (!rest.startsWith('</')) {
        children.push(element());
        continue;
      }
      if (!rest.startsWith(`</${name}>`)) throw new Error(`</${name}> is expected at ${rest.slice(0, 60)}`);
      rest = rest.slice(name.length + 3);
      return { name, attributes, children, text };
    }
  };
  const root = element();
  if (rest.trim() !== '') throw new Error(`text after the root: ${rest.slice(0, 60)}`);
  return root;
}
