import { InputError } from '../../../model/error.ts';
import { isArray, isObject, type Json, type JsonObject, textAt } from '../../../model/json.ts';
import { parseJson } from '../inputs.ts';

export type Action = 'create' | 'update' | 'delete' | 'no-op' | 'read';

/** One resource of a plan. */
export interface PlannedChange {
  readonly address: string;
  /** `aws_subnet` */
  readonly type: string;
  /** Names of the modules from the root. */
  readonly modules: readonly string[];
  /** Address inside its module, without index: `aws_subnet.private`. */
  readonly local: string;
  readonly index: string | number | undefined;
  readonly actions: readonly Action[];
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
  /** Same shape as `after`: `true` where the value is known after apply only. */
  readonly unknown: Json;
}

/** A Terraform plan as `terraform show -json` prints it (https://developer.hashicorp.com/terraform/internals/json-format). */
export interface Plan {
  readonly changes: readonly PlannedChange[];
  readonly configuration: JsonObject;
  readonly variables: JsonObject;
  readonly priorState: Json;
}

const actions: readonly Action[] = ['create', 'update', 'delete', 'no-op', 'read'];

/**
 * Reads a plan.
 * @throws InputError with the place if the text is no JSON or no plan
 */
export function parsePlan(text: string, file: string): Plan {
  const document = parseJson(text, file, 'a plan as `terraform show -json PLANFILE` prints it');
  const help = 'terraform plan -out plan && terraform show -json plan > plan.json';
  if (!isObject(document) || textAt(document, 'format_version') === undefined) throw new InputError('no Terraform plan', { position: { file }, help });
  const version = textAt(document, 'format_version') ?? '';
  if (!/^[01]\./.test(version)) throw new InputError(`plan format ${version} is newer than this version of Postern reads (1.x)`, { position: { file } });
  const list = document['resource_changes'];
  if (list === undefined && document['values'] !== undefined) throw new InputError('this is a Terraform state, not a plan', { position: { file }, help });
  const changes = (isArray(list) ? list : []).map((each, position) => change(each, position, file)).filter((each) => each !== undefined);
  return {
    changes,
    configuration: child(document, 'configuration'),
    variables: child(document, 'variables'),
    priorState: document['prior_state'] ?? null,
  };
}

const child = (value: JsonObject, key: string): JsonObject => {
  const inner = value[key];
  return isObject(inner) ? inner : {};
};

function change(value: Json, position: number, file: string): PlannedChange | undefined {
  const address = textAt(value, 'address');
  const type = textAt(value, 'type');
  const body = isObject(value) ? value['change'] : undefined;
  if (!isObject(value) || address === undefined || type === undefined || !isObject(body))
    throw new InputError(`\`resource_changes\` ${position} has no address, type or change`, {
      position: { file },
      help: 'give the plan as terraform show -json prints it',
    });
  if (value['mode'] === 'data') return undefined;
  const parts = splitAddress(address);
  const index = value['index'];
  const listed = isArray(body['actions']) ? body['actions'] : [];
  return {
    address,
    type,
    modules: parts.modules,
    local: parts.local,
    index: typeof index === 'string' || typeof index === 'number' ? index : undefined,
    actions: actions.filter((action) => listed.includes(action)),
    before: isObject(body['before']) ? body['before'] : undefined,
    after: isObject(body['after']) ? body['after'] : undefined,
    unknown: body['after_unknown'] ?? false,
  };
}

/** `module.net["a"].aws_subnet.private[0]` -> modules `net`, local `aws_subnet.private`. Keys in brackets may hold dots. */
export function splitAddress(address: string): { readonly modules: readonly string[]; readonly local: string } {
  const plain = address.replace(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, '');
  const words = plain.split('.');
  const modules: string[] = [];
  while (words[0] === 'module') modules.push(words.splice(0, 2)[1] ?? '');
  return { modules, local: words.slice(0, 2).join('.') };
}
