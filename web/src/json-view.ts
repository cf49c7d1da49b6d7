import { h } from './dom.ts';

/** Whether a value at a pointer is part of what decided. */
export type Marker = (pointer: string, value: unknown) => boolean;

/** JSON for people, line by line, with the deciding parts marked. Marks are elements, so that they are told to screen readers and printed, too. */
export function jsonView(value: unknown, marked: Marker): HTMLElement {
  const pre = h('pre', { tabindex: '0' });
  if (typeof value === 'string' && value.length > 400) {
    pre.append(value);
    return pre;
  }
  write(pre, value, '', '', '', marked);
  return pre;
}

function write(out: HTMLElement, value: unknown, pointer: string, indent: string, key: string, marked: Marker): void {
  const target = marked(pointer, value) ? h('mark', {}) : out;
  target.append(key);
  if (typeof value !== 'object' || value === null) target.append(JSON.stringify(value) ?? 'null');
  else {
    const list = Array.isArray(value);
    const entries = list ? value.map((each, index): [string, unknown] => [String(index), each]) : Object.entries(value);
    if (entries.length === 0) target.append(list ? '[]' : '{}');
    else if (
      list &&
      entries.every(([, each]) => typeof each !== 'object') &&
      JSON.stringify(value).length < 60 &&
      !entries.some(([index, each]) => marked(`${pointer}/${index}`, each))
    ) {
      target.append(`[${value.map((each) => JSON.stringify(each)).join(', ')}]`);
    } else {
      target.append(list ? '[\n' : '{\n');
      for (const [position, [name, each]] of entries.entries()) {
        target.append(`${indent}  `);
        write(target, each, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, `${indent}  `, list ? '' : `${JSON.stringify(name)}: `, marked);
        target.append(position < entries.length - 1 ? ',\n' : '\n');
      }
      target.append(`${indent}${list ? ']' : '}'}`);
    }
  }
  if (target !== out) out.append(target);
}
