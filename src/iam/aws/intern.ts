/**
 * Tables of compiled parts, so that equal documents, elements and conditions are one object. They only ever grow while a programme works on an estate; one that reads
 * many estates forgets them between.
 */
const tables: Map<string, unknown>[] = [];

/** A table that `forgetCompiled` empties. */
export function internTable<T>(): Map<string, T> {
  const table = new Map<string, T>();
  tables.push(table);
  return table;
}

/** Empties every table. What was compiled before stays usable, it is just no longer shared with what is compiled after. */
export function forgetCompiled(): void {
  for (const table of tables) table.clear();
}
