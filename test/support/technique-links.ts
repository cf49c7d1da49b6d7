import type { EdgePremise, Premise } from '../../src/derive/premise.ts';
import type { Technique } from '../../src/derive/technique.ts';
import type { TypeTable } from '../../src/model/collector.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { put } from './technique-config.ts';

/** Of several types that a variable may have, the first whose references give the edges that are asked. */
export function typeOf(name: string, domain: readonly string[], premises: readonly Premise[], types: TypeTable, technique: Technique): string {
  const edges = premises.filter((premise): premise is EdgePremise => premise.kind === 'edge' && premise.from === name);
  const fits = domain.find((type) =>
    edges.every((edge) =>
      (types.get(type)?.references ?? []).some(
        (reference) => reference.edge === edge.edge && reference.reverse !== true && pointsTo(reference.to, technique.where[edge.to] ?? []),
      ),
    ),
  );
  return fits ?? domain[0] ?? '';
}

const pointsTo = (to: readonly string[] | undefined, domain: readonly string[]): boolean => to === undefined || to.some((type) => domain.includes(type));

/** Writes into configurations what gives an edge between two variables. */
export function connect(
  edge: EdgePremise,
  ids: ReadonlyMap<string, string>,
  configs: ReadonlyMap<string, { type: string; config: JsonObject }>,
  actor: string,
  types: TypeTable,
  change: (name: string, make: (config: JsonObject) => JsonObject) => void,
): void {
  const typeAt = (name: string): string =>
    configs.get(name)?.type ?? (name === actor ? ((ids.get(name) ?? '').includes(':role/') ? 'AWS::IAM::Role' : 'AWS::IAM::User') : '');
  for (const [holder, other, reverse] of [
    [edge.from, edge.to, false],
    [edge.to, edge.from, true],
  ] as const) {
    const reference = (types.get(typeAt(holder))?.references ?? []).find(
      (each) => each.edge === edge.edge && (each.reverse === true) === reverse && (each.to === undefined || each.to.includes(typeAt(other))),
    );
    if (reference === undefined) continue;
    const { match } = reference;
    const plain = match === undefined ? (ids.get(other) ?? '') : `match-${other}`;
    const value = reference.part === undefined ? plain : written(plain, reference.part);
    change(holder, (config) => put(config, reference.path, reference.path === 'GroupList[]' ? (value.split('/').at(-1) ?? '') : value));
    if (match !== undefined) change(other, (config) => put(config, match, plain));
    return;
  }
  // What no single reference names: tags that a filter chooses.
  if (edge.edge === 'RefersTo' && typeAt(edge.from) === 'AWS::CodeDeploy::DeploymentGroup') {
    change(edge.from, (config) => ({ ...config, ec2TagFilters: [{ Key: 'app', Value: 'shop', Type: 'KEY_AND_VALUE' }] }));
    change(edge.to, (config) => ({ ...config, Tags: [{ Key: 'app', Value: 'shop' }] }));
    return;
  }
  // A role that Identity Center keeps bears the name of its permission set.
  if (edge.edge === 'RefersTo' && typeAt(edge.to) === 'AWS::SSO::PermissionSet') {
    change(edge.to, (config) => ({ ...config, Name: 'ada' }));
    return;
  }
  // Text that takes something from an object: it was replaced, and what it names was kept.
  const text = { 'AWS::EC2::Instance': 'UserData', 'AWS::CloudFormation::Stack': 'GetTemplate' }[typeAt(edge.from)];
  if (text !== undefined && edge.edge === 'UsesArtifact') {
    const objects = [(ids.get(edge.to) ?? '').split(':::')[1] ?? ''];
    change(edge.from, (config) => ({ ...config, [text]: { Value: { $redacted: { hash: '', kind: 'text', length: 9, objects } } } }));
    return;
  }
  // A key of the user beside a secret, which was replaced.
  if (edge.edge === 'UsesSecret' && typeAt(edge.to) === 'AWS::IAM::User') {
    const AccessKeyId = 'AKIAEXAMPLEEXAMPLE23';
    change(edge.from, (config) => ({ ...config, Stored: { $redacted: { hash: '', kind: 'text', length: 9, accessKeyIds: [AccessKeyId] } } }));
    change(edge.to, (config) => ({ ...config, ListAccessKeys: [{ AccessKeyId, Status: 'Active' }] }));
    return;
  }
  throw new Error(`no reference gives ${edge.edge} from ${typeAt(edge.from)} to ${typeAt(edge.to)}`);
}

/** A text of which a reference's expression takes the part that names the target. */
function written(target: string, part: string): string {
  const name = target.split(':').at(-1) ?? target;
  const texts = [`s3://${name}`, `${target}:v1`, `s3://${name}/code.zip`, `${name}/code.zip`, `${target}/code.zip`];
  return texts.find((text) => [target, name].includes(new RegExp(part).exec(text)?.[1] ?? '')) ?? target;
}
