import { and, not, or, type Truth } from '../match/truth.ts';

/** A condition over the names of selections: `and`, `or`, `not`, parentheses, `any of them`, `all of them`, `any of open_*`. As in Sigma. */
export type Condition = (truths: readonly Truth[]) => Truth;

/** Compiles a condition, or says what is wrong with it. Names are those of the selections, in the order in which their truths will be given. */
export function compileCondition(text: string, names: readonly string[]): Condition | { readonly problem: string } {
  const words = text.match(/[A-Za-z_][\w*]*|[()]|\S/g) ?? [];
  let at = 0;
  let problem: string | undefined;
  const fail = (message: string): Condition => {
    problem ??= message;
    return () => false;
  };
  const truthOf = (name: string): Condition => {
    const position = names.indexOf(name);
    return (truths) => truths[position] ?? false;
  };
  const expression = (): Condition => {
    const parts = [conjunction()];
    while (words[at] === 'or') {
      at++;
      parts.push(conjunction());
    }
    return joined(parts, or);
  };
  const conjunction = (): Condition => {
    const parts = [factor()];
    while (words[at] === 'and') {
      at++;
      parts.push(factor());
    }
    return joined(parts, and);
  };
  const factor = (): Condition => {
    const word = words[at++];
    if (word === undefined) return fail('the condition ends early');
    if (word === 'not') {
      const inner = factor();
      return (truths) => not(inner(truths));
    }
    if (word === '(') {
      const inner = expression();
      return words[at++] === ')' ? inner : fail('a `)` is missing');
    }
    if ((word === 'any' || word === 'all') && words[at] === 'of') {
      at++;
      const pattern = words[at++] ?? '';
      const chosen = names.filter((name) => pattern === 'them' || (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
      if (chosen.length === 0) return fail(`\`${pattern}\` fits no selection`);
      return joined(chosen.map(truthOf), word === 'any' ? or : and);
    }
    if (!names.includes(word)) return fail(`\`${word}\` is no selection (known: ${names.join(', ')})`);
    return truthOf(word);
  };
  const condition = expression();
  if (at < words.length) fail(`unexpected \`${words[at]}\``);
  return problem === undefined ? condition : { problem };
}

function joined(parts: readonly Condition[], join: (values: Iterable<Truth>) => Truth): Condition {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : (truths) => join(parts.map((part) => part(truths)));
}
