import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly members?: Readonly<Record<string, { readonly shape: string; readonly idempotencyToken?: boolean }>>;
  readonly member?: { readonly shape: string };
}
interface Model {
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** Options of the AWS CLI itself. */
const common = new Set(['region', 'query', 'output', 'cli-input-json']);
/** Where the CLI calls a service otherwise than the models do. */
const folders: Readonly<Record<string, string>> = { s3api: 's3' };
/** Options that the CLI adds to a call or puts in place of others. */
const added: Readonly<Record<string, readonly string[]>> = { 'iam create-virtual-mfa-device': ['outfile', 'bootstrap-method'] };

const models = new Map<string, Model>();

/** The service models that the AWS CLI makes its commands from come with botocore, which the test server is built on. */
function modelOf(service: string): Model {
  const known = models.get(service);
  if (known !== undefined) return known;
  const lib = path.join(process.env['POSTERN_TEST_MOTO'] ?? '', 'lib');
  const python = readdirSync(lib).find((name) => name.startsWith('python')) ?? '';
  const data = path.join(lib, python, 'site-packages', 'botocore', 'data', folders[service] ?? service);
  const version = readdirSync(data).sort().at(-1) ?? '';
  const file = path.join(data, version, 'service-2.json.gz');
  const made = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Model;
  models.set(service, made);
  return made;
}

/** As the CLI makes names of commands and options. */
const kebab = (name: string): string =>
  name
    .replace(/([A-Z]+)([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase();

/** Words of a command line: quotes taken off, `$( … )` left as it is. */
export function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  let [word, open] = ['', false];
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? '';
    if (char === ' ') {
      if (open) words.push(word);
      [word, open] = ['', false];
    } else if (char === "'" || char === '"') {
      // What stands in "$( … )" is a command of its own, with quotes of its own.
      const end = char === "'" ? line.indexOf("'", at + 1) : line.startsWith('"$(', at) ? line.indexOf(')"', at) + 1 : line.indexOf('"', at + 1);
      if (end < 0) throw new Error(`a quote that nothing ends: ${line}`);
      word += line.slice(at + 1, end);
      [open, at] = [true, end];
    } else if (char === '\\') {
      word += line[++at] ?? '';
      open = true;
    } else {
      word += char;
      open = true;
    }
  }
  return open ? [...words, word] : words;
}

/** What is wrong with a command of the AWS CLI by the model of its service; empty if nothing is. */
export function awsProblems(line: string): readonly string[] {
  const [program, service = '', command = '', ...rest] = shellWords(line);
  if (program !== 'aws') return [`no command of the AWS CLI: ${line}`];
  const { operations, shapes } = modelOf(service);
  const operation = Object.entries(operations).find(([name]) => kebab(name) === command)?.[1];
  if (operation === undefined) return [`no operation ${service} ${command}`];
  const input = shapes[operation.input?.shape ?? ''] ?? { type: 'structure' };
  const members = new Map(Object.entries(input.members ?? {}).map(([name, { shape }]) => [kebab(name), { name, shape: shapes[shape] ?? { type: 'string' } }]));
  const problems: string[] = [];
  const given = new Set<string>();
  for (let at = 0; at < rest.length; at++) {
    const option = /^--(.+)$/.exec(rest[at] ?? '')?.[1];
    if (option === undefined) {
      problems.push(`a word without an option: ${rest[at]}`);
      continue;
    }
    const value = rest[at + 1];
    const member = members.get(option) ?? members.get(option.replace(/^no-/, ''));
    if (member === undefined) {
      if (!common.has(option) && added[`${service} ${command}`]?.includes(option) !== true) problems.push(`no option --${option} of ${service} ${command}`);
      at++;
      if (option === 'cli-input-json') for (const name of Object.keys(JSON.parse(value ?? '') as object)) given.add(name);
      if (option === 'cli-input-json') problems.push(...valueProblems(JSON.parse(value ?? ''), input, shapes, option));
      continue;
    }
    given.add(member.name);
    if (member.shape.type === 'boolean') continue;
    at++;
    if (value === undefined || value.startsWith('--')) problems.push(`--${option} has no value`);
    else problems.push(...wordProblems(value, member.shape, shapes, option));
  }
  for (const name of input.required ?? [])
    if (!given.has(name) && input.members?.[name]?.idempotencyToken !== true && added[`${service} ${command}`] === undefined)
      problems.push(`--${kebab(name)} is required`);
  return problems;
}

/** A value as it stands in a command: JSON, the short form `a=b,c=d`, or a plain word; what another command prints is checked as that command. */
function wordProblems(value: string, shape: Shape, shapes: Model['shapes'], at: string): readonly string[] {
  const inner = /^\$\((.+)\)$/.exec(value)?.[1];
  if (inner !== undefined) return awsProblems(inner);
  if (shape.type === 'structure' || shape.type === 'map' || shape.type === 'list') {
    if (/^[[{]/.test(value)) return valueProblems(JSON.parse(value), shape, shapes, at);
    if (shape.type === 'structure') return valueProblems(Object.fromEntries(value.split(',').map((part) => part.split('=', 2))), shape, shapes, at);
    const element = shapes[shape.member?.shape ?? ''];
    return element?.type === 'structure' ? valueProblems(Object.fromEntries(value.split(',').map((part) => part.split('=', 2))), element, shapes, at) : [];
  }
  return valueProblems(value, shape, shapes, at);
}

function valueProblems(value: unknown, shape: Shape, shapes: Model['shapes'], at: string): readonly string[] {
  if (shape.type === 'structure') {
    if (typeof value !== 'object' || value === null) return [`${at} is no structure`];
    const members = shape.members ?? {};
    return [
      ...Object.entries(value).flatMap(([key, each]) => {
        const member = members[key];
        return member === undefined ? [`${at} has no ${key}`] : valueProblems(each, shapes[member.shape] ?? { type: 'string' }, shapes, `${at}.${key}`);
      }),
      ...(shape.required ?? []).flatMap((key) => (key in value ? [] : [`${at} lacks ${key}`])),
    ];
  }
  if (shape.type === 'list') {
    const element = shapes[shape.member?.shape ?? ''] ?? { type: 'string' };
    // In the short form one value is a list of one.
    const list = typeof value === 'string' && element.type !== 'structure' ? [value] : value;
    return Array.isArray(list) ? list.flatMap((each) => valueProblems(each, element, shapes, at)) : [`${at} is no list`];
  }
  return shape.enum !== undefined && !shape.enum.includes(String(value)) ? [`${at} may not be ${String(value)}: ${shape.enum.join(', ')}`] : [];
}

/** What is wrong with Terraform as a remedy gives it: comments, blocks of a resource, and blocks or arguments of one that a comment names. */
export function terraformProblems(text: string): readonly string[] {
  const problems: string[] = [];
  let depth = 0;
  for (const line of text.split('\n')) {
    const plain = line.replace(/"(?:[^"\\]|\\.)*"/g, '""');
    if (depth === 0 && line !== '' && !line.startsWith('# ') && !/^(resource "" "" \{|[a-z_]+ \{|[a-z_]+ += .+)$/.test(plain))
      problems.push(`no Terraform: ${line}`);
    if (plain.startsWith('#')) continue;
    for (const char of plain) depth += '{(['.includes(char) ? 1 : '})]'.includes(char) ? -1 : 0;
    if (depth < 0) problems.push(`a bracket too many: ${line}`);
  }
  if (depth !== 0) problems.push('a bracket that is not closed');
  for (const [, name = ''] of text.matchAll(/^resource "[a-z0-9_]+" "([^"]*)"/gm))
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) problems.push(`no name in Terraform: ${name}`);
  return problems;
}

/** Commands of the Azure CLI and their options, from their pages under https://learn.microsoft.com/cli/azure/. */
const azure: Readonly<Record<string, readonly string[]>> = {
  'ad app federated-credential delete': ['id', 'federated-credential-id'],
  'ad app owner remove': ['id', 'owner-object-id'],
  'ad group member remove': ['group', 'member-id'],
  'ad group owner remove': ['group', 'owner-object-id'],
  'ad sp update': ['id', 'add', 'remove', 'set', 'force-string'],
  'ad user update': ['id', 'account-enabled', 'display-name', 'force-change-password-next-sign-in', 'mail-nickname', 'password'],
  'identity federated-credential delete': ['name', 'identity-name', 'resource-group', 'ids', 'subscription', 'yes'],
  'keyvault delete-policy': ['name', 'application-id', 'no-wait', 'object-id', 'resource-group', 'spn', 'upn'],
  'network nic ip-config update': ['name', 'nic-name', 'resource-group', 'ids', 'subscription', 'add', 'remove', 'set', 'force-string', 'public-ip-address'],
  'network nsg rule create': [
    'name',
    'nsg-name',
    'priority',
    'resource-group',
    'access',
    'description',
    'destination-address-prefixes',
    'destination-asgs',
    'destination-port-ranges',
    'direction',
    'no-wait',
    'protocol',
    'source-address-prefixes',
    'source-asgs',
    'source-port-ranges',
    'subscription',
  ],
  'network nsg rule delete': ['ids', 'name', 'no-wait', 'nsg-name', 'resource-group', 'subscription'],
  'resource delete': ['api-version', 'ids', 'latest-include-preview', 'name', 'namespace', 'no-wait', 'parent', 'resource-group', 'resource-type'],
  'resource patch': [
    'properties',
    'api-version',
    'ids',
    'is-full-object',
    'latest-include-preview',
    'name',
    'namespace',
    'parent',
    'resource-group',
    'resource-type',
  ],
  'resource update': [
    'add',
    'api-version',
    'force-string',
    'ids',
    'include-response-body',
    'latest-include-preview',
    'name',
    'namespace',
    'parent',
    'remove',
    'resource-group',
    'resource-type',
    'set',
  ],
  rest: ['url', 'body', 'headers', 'method', 'output-file', 'resource', 'skip-authorization-header', 'uri-parameters'],
  'role assignment create': [
    'role',
    'scope',
    'assignee',
    'assignee-object-id',
    'assignee-principal-type',
    'condition',
    'condition-version',
    'description',
    'name',
  ],
  'role assignment delete': ['assignee', 'ids', 'include-inherited', 'resource-group', 'role', 'scope', 'yes'],
  'role definition update': ['role-definition'],
  'vm identity remove': ['identities', 'ids', 'name', 'resource-group'],
  'vmss identity remove': ['identities', 'ids', 'name', 'resource-group'],
  'webapp config appsettings delete': ['setting-names', 'ids', 'name', 'resource-group', 'slot'],
  'webapp identity remove': ['identities', 'ids', 'name', 'resource-group', 'slot'],
};

/** What is wrong with a command of the Azure CLI; empty if nothing is. */
export function azProblems(line: string): readonly string[] {
  const [program, ...words] = shellWords(line);
  const start = words.findIndex((word) => word.startsWith('--'));
  const command = words.slice(0, start).join(' ');
  const options = azure[command];
  if (program !== 'az' || options === undefined) return [`no command of the Azure CLI: ${line}`];
  const given = words.slice(start);
  return given.flatMap((word, at): string[] => {
    const name = /^--(.+)$/.exec(word)?.[1];
    if (name === undefined) return [];
    const value = given[at + 1];
    const flag = name === 'yes' || name === 'is-full-object';
    if (!options.includes(name)) return [`no option --${name} of az ${command}`];
    if (!flag && (value === undefined || value.startsWith('--'))) return [`--${name} has no value`];
    if (name === 'body' || name === 'properties' || name === 'role-definition') JSON.parse(value ?? '');
    // The way to a property is cut at dots, so none of its parts may hold one.
    return (name === 'set' || name === 'remove') && !/^[A-Za-z0-9[\]]+(\.[A-Za-z0-9[\]]+)*(=|$)/.test(value ?? '') ? [`--${name} cannot mean ${value}`] : [];
  });
}
