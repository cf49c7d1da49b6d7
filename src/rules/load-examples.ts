import { isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import { expectations } from '../model/rule-words.ts';
import type { DocumentReader } from './reader.ts';
import type { RuleExample } from './rule.ts';

/** The `tests` of a rule: at least one that fails and one that passes. */
export function readExamples(reader: DocumentReader, root: JsonObject): readonly RuleExample[] {
  const list = root['tests'];
  if (!isArray(list)) {
    reader.fail('R106', ['tests'], 'no `tests`', 'at least one that fails and one that passes');
    return [];
  }
  const tests = list.flatMap((each, index): RuleExample[] => {
    const at = ['tests', index];
    if (!isObject(each)) {
      reader.fail('R102', at, 'a test is a map');
      return [];
    }
    reader.known(at, each, ['name', 'expect', 'count', 'resource', 'others', 'uncollected', 'can', 'graph', 'network', 'nodes', 'params'], 'a test');
    const expect = reader.word(each, 'expect', expectations, undefined, at) || 'pass';
    const count = each['count'];
    if (count !== undefined && typeof count !== 'number') reader.fail('R102', [...at, 'count'], '`count` is not a number');
    const { resource, nodes, params, others } = each;
    return [
      {
        name: reader.text(each, 'name', true, at),
        expect,
        ...(typeof count === 'number' ? { count } : {}),
        ...(isObject(resource) ? { resource } : {}),
        ...(isArray(others) ? { others: others.filter(isObject) } : {}),
        ...(each['uncollected'] === undefined ? {} : { uncollected: reader.texts(each, 'uncollected', at) }),
        ...(each['can'] === undefined ? {} : { can: reader.texts(each, 'can', at) }),
        ...(each['graph'] === undefined ? {} : { graph: reader.texts(each, 'graph', at) }),
        ...(each['network'] === undefined ? {} : { network: reader.texts(each, 'network', at) }),
        ...(isObject(nodes) ? { nodes: objects(nodes) } : {}),
        ...(isObject(params) ? { params: values(params) } : {}),
      },
    ];
  });
  for (const wanted of ['fail', 'pass']) if (!tests.some((each) => each.expect === wanted)) reader.fail('R106', ['tests'], `no test expects \`${wanted}\``);
  return tests;
}

const values = (map: JsonObject): Readonly<Record<string, Json>> => Object.fromEntries(Object.entries(map).map(([key, value]) => [key, value ?? null]));
const objects = (map: JsonObject): Readonly<Record<string, JsonObject>> =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, isObject(value) ? value : {}]));
