import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { InputError, InputErrors } from '../model/error.ts';
import { isObject, type Json } from '../model/json.ts';
import { addSuppression } from '../rules/suppress-add.ts';
import type { ViewServices } from '../view/server.ts';

/** Appends to a suppressions file, which is made if it is not there. Entries are written one after the other. */
export function suppressionWriter(file: string): NonNullable<ViewServices['suppress']> {
  let last: Promise<unknown> = Promise.resolve();
  return (entry) => {
    const next = last.then(() => write(file, entry));
    last = next.catch(() => undefined);
    return next;
  };
}

async function write(file: string, entry: Json): Promise<{ file: string } | { refused: string }> {
  const field = (name: string): string => {
    const value = isObject(entry) ? entry[name] : undefined;
    return typeof value === 'string' ? value.trim() : '';
  };
  const [rule, resource, expires] = [field('rule'), field('resource'), field('expires')];
  if (rule === '' || resource === '') return { refused: 'a suppression names a rule and a resource' };
  const id = `${rule}-${createHash('sha256').update(`${rule}\n${resource}\n${expires}`).digest('hex').slice(0, 8)}`;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  try {
    const written = addSuppression(
      text,
      file,
      { id, rules: [rule], match: { resource }, reason: field('reason'), owner: field('owner'), expires, ticket: field('ticket') },
      Date.now(),
    );
    await writeFile(`${file}.part`, written, { mode: 0o600 });
    await rename(`${file}.part`, file);
    return { file };
  } catch (error) {
    if (error instanceof InputError || error instanceof InputErrors) return { refused: error.message };
    throw error;
  }
}
