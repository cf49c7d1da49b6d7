import { canonicalJson, isArray, isObject, type Json, type JsonObject } from '../../../model/json.ts';
import type { TerraformPart } from '../../../model/terraform.ts';

/** The configuration with a part put in. A list takes equal things once. */
export function withPart(config: JsonObject, part: TerraformPart): JsonObject {
  if ('set' in part) return part.value === undefined ? config : replaced(config, part.set.split('.'), () => part.value);
  const { value } = part;
  return replaced(config, part.add.split('.'), (old) => [...(isArray(old) ? old.filter((each) => !same(each, value)) : []), value]);
}

/** The configuration with a part taken out. */
export function withoutPart(config: JsonObject, part: TerraformPart): JsonObject {
  if ('set' in part) return replaced(config, part.set.split('.'), () => undefined);
  const { value } = part;
  return replaced(config, part.add.split('.'), (old) => (isArray(old) ? old.filter((each) => !same(each, value)) : old));
}

/**
 * Things of a list are the same if everything that the plan says of one stands in the other: a provider answers more than was asked. Names decide alone where they are ids of a
 * thing in its list: an inline policy by its `PolicyName`, whatever its text.
 */
function same(known: Json, planned: Json): boolean {
  if (!isObject(known) || !isObject(planned)) return known === planned;
  for (const id of ['PolicyName', 'Sid', 'PolicyArn']) {
    const [a, b] = [known[id], planned[id]];
    if (typeof a === 'string' && typeof b === 'string') return a === b;
  }
  return Object.entries(planned).every(([key, value]) => {
    if (value === undefined) return true;
    const other = known[key];
    if (isArray(value) && value.length === 0 && other === undefined) return true;
    if (key === 'UserIdGroupPairs' && isArray(value) && isArray(other)) return value.every((pair, index) => same(other[index] ?? null, pair));
    return other !== undefined && canonicalJson(other) === canonicalJson(value);
  });
}

function replaced(config: JsonObject, path: readonly string[], change: (old: Json | undefined) => Json | undefined): JsonObject {
  const [head, ...rest] = path;
  if (head === undefined) return config;
  const inner = config[head];
  const value = rest.length === 0 ? change(inner) : replaced(isObject(inner) ? inner : {}, rest, change);
  const { [head]: _old, ...others } = config;
  if (value === undefined || (rest.length > 0 && isObject(value) && Object.keys(value).length === 0 && inner === undefined)) return others;
  return { ...config, [head]: value };
}
