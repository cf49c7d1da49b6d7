import { InputError, InputErrors, nearest } from '../model/error.ts';
import { isArray, isObject, type Json } from '../model/json.ts';
import type { YamlSource } from '../model/yaml-source.ts';
import type { Control, Framework } from './framework.ts';
import { DocumentReader } from './reader.ts';
import type { Rule } from './rule.ts';

const keys = ['schema', 'id', 'version', 'title', 'publisher', 'source', 'licence', 'provider', 'controls'];
const controlKeys = ['id', 'title', 'section', 'automation', 'rules', 'attack', 'mitigations', 'reason'];

/** Whether a document of a pack is a framework rather than a rule. */
export const isFramework = (source: YamlSource): boolean => isObject(source.value) && String(source.value['schema'] ?? '').startsWith('framework/');

/** Reads one framework; everything that is wrong in it comes back at once. Whether its rules exist is asked later, when all rules are in. */
export function loadFramework(source: YamlSource): { readonly framework: Framework | undefined; readonly errors: readonly InputError[] } {
  const reader = new DocumentReader(source);
  const root = source.value;
  if (!isObject(root)) return { framework: undefined, errors: [source.error([], 'a framework is a map', { code: 'R102' })] };
  reader.known([], root, keys, 'a framework');
  if (root['schema'] !== 'framework/v1') reader.fail('R103', ['schema'], `schema is \`${String(root['schema'])}\``, 'this version reads framework/v1');
  const id = reader.text(root, 'id', true);
  if (id !== '' && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) reader.fail('R105', ['id'], `\`${id}\` is no framework id`, 'lower case with hyphens: cis-aws');
  const framework: Framework = {
    id,
    version: reader.text(root, 'version', true),
    title: reader.text(root, 'title', true),
    publisher: reader.text(root, 'publisher', true),
    source: reader.text(root, 'source', true),
    licence: reader.text(root, 'licence', true),
    provider: reader.word(root, 'provider', ['aws', 'azure', 'entra', 'any'], 'any') || 'any',
    controls: controls(reader, root['controls']),
    file: source.file,
  };
  return { framework: reader.errors.length === 0 ? framework : undefined, errors: reader.errors };
}

function controls(reader: DocumentReader, list: Json | undefined): readonly Control[] {
  if (!isArray(list) || list.length === 0) {
    reader.fail('R101', ['controls'], 'no `controls`', 'a list of {id, title, automation, rules}');
    return [];
  }
  const seen = new Set<string>();
  return list.flatMap((each, index): Control[] => {
    const at = ['controls', index];
    if (!isObject(each)) {
      reader.fail('R102', at, 'a control is a map');
      return [];
    }
    reader.known(at, each, controlKeys, 'a control');
    const id = reader.text(each, 'id', true, at);
    if (seen.has(id)) reader.fail('R105', [...at, 'id'], `the control \`${id}\` stands twice`);
    seen.add(id);
    const title = reader.text(each, 'title', true, at);
    if (title.length > 200) reader.fail('R111', [...at, 'title'], `the title has ${title.length} characters`, 'at most 200');
    const attack = reader.texts(each, 'attack', at);
    for (const technique of attack)
      if (!/^T\d{4}(\.\d{3})?$/.test(technique)) reader.fail('R105', [...at, 'attack'], `\`${technique}\` is no ATT&CK technique`, 'T1078 or T1078.004');
    const reason = reader.text(each, 'reason', false, at);
    if (reason.length > 200) reader.fail('R111', [...at, 'reason'], `the reason has ${reason.length} characters`, 'at most 200');
    const mitigations = reader.texts(each, 'mitigations', at);
    for (const mitigation of mitigations)
      if (!/^M\d{4}$/.test(mitigation)) reader.fail('R105', [...at, 'mitigations'], `\`${mitigation}\` is no ATT&CK mitigation`, 'M1026');
    return [
      {
        id,
        title,
        section: reader.text(each, 'section', false, at),
        automation: reader.word(each, 'automation', ['automated', 'manual'], undefined, at) || 'manual',
        reason,
        rules: reader.texts(each, 'rules', at),
        attack,
        mitigations,
      },
    ];
  });
}

/** A framework with its text, for errors that show only when all rules are in. */
export interface PlacedFramework {
  readonly framework: Framework;
  readonly source: YamlSource;
}

/** Checks what frameworks say of rules, and that none stands twice. @throws InputErrors with every mistake of every framework */
export function checkFrameworks(placed: readonly PlacedFramework[], rules: readonly Rule[]): readonly Framework[] {
  const known = new Set(rules.flatMap((rule) => [rule.id, ...rule.aliases]));
  const errors: InputError[] = [];
  const seen = new Map<string, string>();
  for (const { framework, source } of placed) {
    const ref = `${framework.id}@${framework.version}`;
    const other = seen.get(ref);
    if (other !== undefined) errors.push(source.error(['id'], `the framework \`${ref}\` stands in ${other} too`, { code: 'R105' }));
    seen.set(ref, framework.file);
    for (const [index, control] of framework.controls.entries()) {
      for (const [position, id] of control.rules.entries()) {
        if (known.has(id)) continue;
        const near = nearest(id, known);
        errors.push(
          source.error(['controls', index, 'rules', position], `control ${control.id} names the rule \`${id}\`, which does not exist`, {
            code: 'R112',
            help: near === undefined ? 'postern rules list' : `did you mean ${near}?`,
          }),
        );
      }
    }
  }
  if (errors.length > 0) throw new InputErrors(errors);
  return placed.map((each) => each.framework).sort((a, b) => compare(a.id, b.id) || compare(a.version, b.version));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The frameworks that words such as `cis-aws` or `cis-aws@7.0` name. @throws InputError for a word that names none */
export function chooseFrameworks(frameworks: readonly Framework[], words: readonly string[]): readonly Framework[] {
  const refs = (framework: Framework): readonly string[] => [framework.id, `${framework.id}@${framework.version}`];
  const chosen = new Set<Framework>();
  for (const word of words) {
    const found = frameworks.filter((framework) => refs(framework).includes(word));
    if (found.length === 0) {
      const near = nearest(word, frameworks.flatMap(refs));
      throw new InputError(`no framework is called \`${word}\``, { help: near === undefined ? 'postern frameworks list' : `did you mean ${near}?` });
    }
    for (const framework of found) chosen.add(framework);
  }
  return frameworks.filter((framework) => chosen.has(framework));
}
