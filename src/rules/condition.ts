import { and, not, or, type Truth } from '../match/truth.ts';

/** A condition over the names of selections: `and`, `or`, `not`, parentheses, `any of them`, `all of them`, `any of open_*`. As in Sigma. */
export type Condition = (truth: (name: string) => Truth) => Truth;

/** Compiles a condition, or says what is wrong with it. Names are those of the selections. */
export function compileCondition(text: string, names: readonly string[]): Condition | { readonly problem: string } {
  const words = text.match(/[A-Za-z_][\w*]*|[()]|\S/g) ?? [];
  let at = 0;
  let problem: string | undefined;
  const fail = (message: string): Condition => {
    problem ??= message;
    return () => false;
  };
  const expression = (): Condition => {
    const parts = [conjunction()];
    while (words[at] === 'or') {
      at++;
      parts.push(conjunction());
    }
    return (truth) => or(parts.map((part) => part(truth)));
  };
  const conjunction = (): Condition => {
    const parts = [factor()];
    while (words[at] === 'and') {
      at++;
      parts.push(factor());
    }
    return (truth) => and(parts.map((part) => part(truth)));
  };
  const factor = (): Condition => {
    const word = words[at++];
    if (word === undefined) return fail('the condition ends early');
    if (word === 'not') {
      const inner = factor();
      return (truth) => not(inner(truth));
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
      return (truth) => (word === 'any' ? or : and)(chosen.map(truth));
    }
    if (!names.includes(word)) return fail(`\`${word}\` is no selection (known: ${names.join(', ')})`);
    return (truth) => truth(word);
  };
  const condition = expression();
  if (at < words.length) fail(`unexpected \`${words[at]}\``);
  return problem === undefined ? condition : { problem };
}
