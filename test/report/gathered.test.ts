import { describe, expect, test } from '@jest/globals';
import type { ExposurePath, Story } from '../../src/model/assessment.ts';
import { gathered } from '../../src/report/gathered.ts';

/** Paths in the order of their risk, as `entry a b c`; a story holds paths by their place from 1. */
interface Case {
  readonly name: string;
  readonly paths: readonly string[];
  readonly stories?: readonly (readonly number[])[];
  readonly conditional?: readonly number[];
  readonly accepted?: readonly number[];
  readonly expected: readonly string[];
}

const cases: readonly Case[] = [
  { name: 'each by itself', paths: ['net a', 'net b'], expected: ['1', '2'] },
  { name: 'one story', paths: ['net r a', 'net r b', 'net c'], stories: [[1, 2], [3]], expected: ['1 alike 2', '3'] },
  { name: 'a chain to what is public', paths: ['net a', 'git r s a'], expected: ['1 longer 2'] },
  { name: 'a chain that joins another', paths: ['any r a', 'git x y r a'], expected: ['1 longer 2'] },
  { name: 'the last steps count, not any', paths: ['net r', 'net r a'], expected: ['1', '2'] },
  { name: 'one as long as the other from somewhere else', paths: ['net a', 'any a'], expected: ['1', '2'] },
  { name: 'a shorter one that is less likely says nothing', paths: ['git r a', 'net a'], expected: ['1', '2'] },
  { name: 'behind one that is a line itself', paths: ['net r a', 'net r b', 'git x r b'], stories: [[1, 2], [3]], expected: ['1 alike 2 longer 3'] },
  { name: 'one that depends on something is told', paths: ['net a', 'git r a'], conditional: [2], expected: ['1', '2'] },
  { name: 'one that depends on something shortens nothing', paths: ['net a', 'git r a'], conditional: [1], expected: ['1', '2'] },
  { name: 'one that is accepted is told', paths: ['net r a', 'net r b'], stories: [[1, 2]], accepted: [2], expected: ['1', '2'] },
];

const pathOf = (text: string, index: number, { conditional = [], accepted = [] }: Case): ExposurePath => {
  const nodes = text.split(' ');
  const suppression = { owner: 'o', reason: 'r', expires: '2027-01-01' };
  return {
    id: String(index + 1),
    verdict: conditional.includes(index + 1) ? 'conditional' : 'proven',
    steps: nodes.slice(1).map((to, at) => ({ from: nodes[at] ?? '', to })),
    ...(accepted.includes(index + 1) ? { suppression } : {}),
  } as unknown as ExposurePath;
};

describe('paths that a reader needs once', () => {
  test.each(cases)('$name', (given) => {
    const paths = given.paths.map((text, index) => pathOf(text, index, given));
    const stories = (given.stories ?? []).map((members, id) => ({ id: `s${id}`, paths: members.map(String) }) as unknown as Story);
    const told = gathered({ paths, stories }).map(({ head, alike, longer }) =>
      [
        head.rank,
        ...(alike.length > 0 ? ['alike', ...alike.map(({ rank }) => rank)] : []),
        ...(longer.length > 0 ? ['longer', ...longer.map(({ rank }) => rank)] : []),
      ].join(' '),
    );
    expect(told).toEqual(given.expected);
  });
});
