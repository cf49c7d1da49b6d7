import { expect, test } from '@jest/globals';
import { parseYaml, readYaml, rememberYaml, yamlKey } from '../../src/model/yaml-source.ts';

const text = 'id: a\n---\nid: b\nlist: [1, 2]\n';

test('a text that is remembered is not parsed, and its places are found all the same', () => {
  rememberYaml({ [yamlKey(text)]: [{ id: 'a' }, { id: 'b', list: ['kept'] }] });
  const [first, second] = readYaml(text, 'f.yaml');
  expect([first?.value, second?.value]).toEqual([{ id: 'a' }, { id: 'b', list: ['kept'] }]);
  const [, parsed] = parseYaml(text, 'f.yaml');
  expect(second?.position(['list', 1])).toEqual(parsed?.position(['list', 1]));
  expect(second?.error(['id'], 'wrong').format()).toBe('f.yaml:3:5 wrong');
});

test('a text that changed since is parsed', () => {
  rememberYaml({ [yamlKey(text)]: [{ id: 'a' }] });
  expect(readYaml('id: c\n', 'f.yaml').map(({ value }) => value)).toEqual([{ id: 'c' }]);
});
