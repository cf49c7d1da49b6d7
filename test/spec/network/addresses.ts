const parsed = new Map<string, { family: 4 | 6; value: bigint }>();
const parse = (text: string): { family: 4 | 6; value: bigint } => {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const value = parseText(text);
  parsed.set(text, value);
  return value;
};
const parseText = (text: string): { family: 4 | 6; value: bigint } => {
  if (!text.includes(':')) return { family: 4, value: text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
  const [head = '', tail] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const all = tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill('0'), ...right];
  return { family: 6, value: all.reduce((sum, part) => sum * 65536n + BigInt(`0x${part}`), 0n) };
};
export const inside = (address: string, cidr: string): boolean => {
  const [base = '', length = ''] = cidr.split('/');
  const a = parse(address);
  const b = parse(base);
  const shift = BigInt((a.family === 4 ? 32 : 128) - Number(length));
  return a.family === b.family && a.value >> shift === b.value >> shift;
};
export const isPrivate = (address: string): boolean =>
  ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', '127.0.0.0/8', '0.0.0.0/8', '224.0.0.0/3'].some((cidr) =>
    inside(address, cidr),
  );
