import { InputErrors } from '../model/error.ts';
import { isArray, isObject, type JsonObject } from '../model/json.ts';
import { edgeKindNames, isStep, type StepKind } from '../model/vocabulary.ts';
import { readYaml, unknownKeys, type YamlSource } from '../model/yaml-source.ts';
import { attackId, categories } from './technique.ts';

/** A step that code reads from the configuration: what it is, what it rests on and how it ends. Its price and proof come with each step. */
export interface CataloguedStep {
  readonly id: string;
  readonly title: string;
  readonly category: string;
  /** Kinds of the steps in the graph. */
  readonly edges: readonly StepKind[];
  /** What must hold for the step, in words. */
  readonly rests: string;
  readonly attack: readonly string[];
  readonly references: readonly string[];
  readonly fix: string;
}

const texts = ['id', 'title', 'category', 'rests', 'fix'] as const;
const lists = ['edges', 'attack', 'references'] as const;

/** Reads the steps of one file, several documents in it; everything that is wrong comes back at once, with places. */
export function parseSteps(text: string, file: string): readonly CataloguedStep[] {
  const sources = readYaml(text, file);
  const errors = sources.flatMap((source) => problems(source));
  if (errors.length > 0) throw new InputErrors(errors);
  return sources.map(({ value }) => value as unknown as CataloguedStep);
}

function problems(source: YamlSource) {
  const root = source.value;
  if (!isObject(root)) return [source.error([], 'a step is a map')];
  return [
    ...unknownKeys(source, [], root, ['schema', ...texts, ...lists], 'a step'),
    ...texts.filter((key) => typeof root[key] !== 'string' || root[key] === '').map((key) => source.error([key], `no \`${key}\``)),
    ...lists.filter((key) => !isTexts(root, key)).map((key) => source.error([key], `\`${key}\` is no list of texts`)),
    ...wrongNames(source, root),
  ];
}

const isTexts = (root: JsonObject, key: string): boolean => {
  const list = root[key];
  return isArray(list) && list.length > 0 && list.every((each) => typeof each === 'string');
};

function wrongNames(source: YamlSource, root: JsonObject) {
  const { schema, category, edges, attack } = root;
  const steps = edgeKindNames.filter(isStep);
  return [
    ...(schema === 'step/v1' ? [] : [source.error(['schema'], `schema is \`${String(schema)}\``, { help: 'this version reads step/v1' })]),
    ...(categories.includes(String(category))
      ? []
      : [source.error(['category'], `\`${String(category)}\` is no category`, { help: `one of: ${categories.join(', ')}` })]),
    ...(isArray(edges) ? edges : []).flatMap((edge, index) =>
      steps.some((each) => each === edge) ? [] : [source.error(['edges', index], `\`${String(edge)}\` is no step`, { help: `one of: ${steps.join(', ')}` })],
    ),
    ...(isArray(attack) ? attack : []).flatMap((each, index) =>
      attackId.test(String(each)) ? [] : [source.error(['attack', index], `\`${String(each)}\` is no ATT&CK technique`, { help: 'T1078 or T1078.004' })],
    ),
  ];
}
