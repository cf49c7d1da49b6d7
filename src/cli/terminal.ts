import type { Io } from './command.ts';

/** Back to the start of the line, and the line empty: how progress changes on a terminal. */
export const redraw = '\r\u001b[2K';

// Line ends and tabs stay; C0, DEL and C1 could move the cursor, rewrite what was printed before, or talk to the terminal (ECMA-48).
const control = /(?!\n|\t|\r\n)\p{Cc}/gu;
// A report is hundreds of megabytes without one: whether there is any is asked first, in a form that takes a third of the time.
const perhaps = /[^\n\t -~\u00a0-\uffff]/;
const visible = (text: string): string =>
  perhaps.test(text) ? text.replace(control, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`) : text;

/** Names in a snapshot are written by others: a control character in one is shown as an escape, which JSON reads as the same character, and never reaches the terminal. */
export const terminalSafe = (text: string): string => (text.startsWith(redraw) ? redraw + visible(text.slice(redraw.length)) : visible(text));

/** Output that may hold names from outside. Bytes are a document's and stay. */
export const safeIo = (io: Io): Io => ({
  ...io,
  out: (text) => io.out(typeof text === 'string' ? terminalSafe(text) : text),
  err: (text) => io.err(terminalSafe(text)),
});
