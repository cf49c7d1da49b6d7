/** On one line: names in an estate may hold line ends, and what stands on a line of its own is taken for Postern's word. */
export const oneLine = (text: string): string => (/\p{Cc}/u.test(text) ? text.replaceAll(/\p{Cc}+/gu, ' ') : text);
