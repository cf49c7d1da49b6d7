import type { CommandSpec, FlagSpec } from './command.ts';

const format = (...choices: string[]): FlagSpec => ({
  name: '--format',
  short: '-f',
  value: 'FORMAT',
  choices,
  default: choices[0] ?? 'text',
  help: 'output format',
});
const failOn: FlagSpec = {
  name: '--fail-on',
  value: 'LEVEL',
  choices: ['critical', 'high', 'medium', 'low', 'new', 'none'],
  default: 'high',
  help: 'exit 1 at or over this level',
};
const strict: FlagSpec = { name: '--strict', help: 'exit 3 when the collection or import is incomplete' };
const out: FlagSpec = { name: '--out', short: '-o', value: 'PATH', help: 'where the snapshot is written' };
const settings: FlagSpec = { name: '--config', short: '-c', value: 'FILE', help: 'settings (default: postern.yaml, found upward)' };
const snap = { name: 'SNAP', help: 'a snapshot directory' } as const;

const top: FlagSpec = { name: '--top', value: 'N', default: '10', help: 'how many paths' };

const checks: readonly FlagSpec[] = [
  { name: '--rules', value: 'PATH', repeat: true, help: 'more rules: a folder or a file' },
  { name: '--rule', value: 'ID', repeat: true, help: 'only this rule; aws.s3.* takes all that start so' },
  { name: '--severity', value: 'LEVEL', repeat: true, choices: ['critical', 'high', 'medium', 'low', 'info'], help: 'only rules of this severity' },
  { name: '--param', value: 'NAME=VALUE', repeat: true, help: 'a parameter of the rules' },
  { name: '--suppressions', value: 'FILE', help: 'findings that are accepted, each with owner, reason and expiry' },
];
const ruleFiles = { name: 'PATH', help: 'folders or files [the bundled rules]', optional: true, many: true } as const;

const collecting: readonly FlagSpec[] = [
  out,
  { name: '--regions', value: 'LIST', help: 'only these regions, with commas between [all that are enabled]' },
  { name: '--services', value: 'LIST', help: 'only these collectors: iam,ec2,s3 [all]' },
  { name: '--org', help: 'every active account of the organization' },
  { name: '--accounts', value: 'LIST', help: 'with --org: only these accounts' },
  { name: '--profile', value: 'NAME', help: 'profile of the AWS configuration' },
  { name: '--role', value: 'ARN|NAME', help: 'role to assume; with --org the role’s name in the accounts [OrganizationAccountAccessRole]' },
  { name: '--external-id', value: 'ID', help: 'external id for the role' },
  { name: '--max-rps', value: 'N', help: 'requests a second for each service, account and region [40]' },
  { name: '--concurrency', value: 'N', help: 'requests at once [16]' },
  { name: '--call-budget', value: 'SECONDS', help: 'longest time for one request with its repeats [20]' },
  { name: '--resume', help: 'go on where an interrupted collection stopped' },
  { name: '--dry-run', help: 'list the calls that would be made, and make none' },
  { name: '--print-policy', help: 'print the least policy that allows these calls' },
];

/** Every command. Sorted by name; one entry each. */
export const commands: readonly CommandSpec[] = [
  {
    name: 'can',
    summary: 'may this principal do this action on this resource, and why',
    args: [snap, { name: 'WORDS', help: 'PRINCIPAL ACTION RESOURCE; with --who ACTION RESOURCE; with --what PRINCIPAL', many: true }],
    flags: [
      { name: '--who', help: 'everybody who may do ACTION on RESOURCE' },
      { name: '--what', help: 'everything that PRINCIPAL may do' },
      { name: '--why', help: 'explain layer by layer, with the statements' },
      { name: '--context', value: 'KEY=VALUE', repeat: true, help: 'a condition key of the request' },
      { name: '--context-complete', help: 'keys that are not given are absent, not unknown' },
      format('json', 'text'),
    ],
    examples: ['postern can SNAP dev-yara codebuild:StartBuild release --why', 'postern can SNAP --who iam:PassRole deploy-release'],
    load: () => import('./commands/can.ts'),
  },
  {
    name: 'check',
    summary: 'check a snapshot against rules',
    args: [snap],
    flags: [format('text', 'json'), ...checks, failOn, strict, settings],
    examples: ['postern check SNAP --fail-on critical', 'postern check SNAP --rule aws.s3.* --format json'],
    load: () => import('./commands/check.ts'),
  },
  {
    name: 'collect aws',
    summary: 'collect a snapshot of AWS accounts, read-only',
    args: [],
    flags: [...collecting, strict],
    examples: ['postern collect aws --out snapshots/today --regions eu-west-1', 'postern collect aws --org --print-policy'],
    load: () => import('./commands/collect.ts'),
  },
  {
    name: 'demo',
    summary: 'rank the paths of the bundled estate; needs no account and no server',
    args: [],
    flags: [{ name: '--export', value: 'FILE', help: 'where the page is written [postern-demo.html]' }, top, ...checks, settings],
    load: () => import('./commands/demo.ts'),
  },
  {
    name: 'exposed',
    summary: 'what the internet reaches: resource, ports, sources, by which rule and route',
    args: [snap],
    flags: [format('text', 'json')],
    load: () => import('./commands/exposed.ts'),
  },
  {
    name: 'doctor aws',
    summary: 'what a scan with these credentials would not see, and why',
    args: [],
    flags: [...collecting.filter((flag) => ['--services', '--profile', '--role', '--external-id', '--max-rps', '--concurrency', '--call-budget'].includes(flag.name)), strict],
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'iam simulate',
    summary: 'evaluate policies over given cases',
    args: [{ name: 'FILE', help: 'JSON with cases, - for standard input' }],
    flags: [format('json', 'text')],
    load: () => import('./commands/iam-simulate.ts'),
  },
  {
    name: 'import aws',
    summary: 'make a snapshot from AWS CLI answers that you have as JSON',
    args: [{ name: 'PATH', help: 'JSON files, or folders of them', many: true }],
    flags: [
      out,
      { name: '--account', value: 'ID', help: 'account of answers that do not tell' },
      { name: '--region', value: 'REGION', help: 'region of answers that do not tell' },
      strict,
    ],
    examples: ['aws iam get-account-authorization-details > dump/iam.json', 'postern import aws dump --out snapshots/today'],
    load: () => import('./commands/import-aws.ts'),
  },
  {
    name: 'paths',
    summary: 'rank the exposure paths of a snapshot',
    args: [snap],
    flags: [
      format('text', 'json'),
      { name: '--from', value: 'ID|KIND', help: 'start: an id, short id, name or node kind' },
      { name: '--to', value: 'ID|KIND', help: 'target: the same, or admin, or admin:SCOPE' },
      top,
      { name: '--avoid', value: 'ID', repeat: true, help: 'leave out paths through this node' },
      { name: '--exclude-edge', value: 'KIND', repeat: true, help: 'leave out steps of this kind' },
      { name: '--batch', value: 'FILE', help: 'JSON with pairs, - for standard input: the best path of each' },
      failOn,
      strict,
      settings,
    ],
    examples: ['postern paths SNAP --to admin:111122223333', 'postern paths SNAP --from internet --to DataStore --format json'],
    load: () => import('./commands/paths.ts'),
  },
  {
    name: 'reach',
    summary: 'which protocols and ports get from one place to another, hop by hop',
    args: [
      snap,
      { name: 'FROM', help: 'internet, an address, a CIDR, a resource or onprem:ID', optional: true },
      { name: 'TO', help: 'the same', optional: true },
    ],
    flags: [
      { name: '--format', short: '-f', value: 'FORMAT', choices: ['text', 'json'], help: 'output format [text for a pair, json for a batch]' },
      { name: '--batch', value: 'FILE', help: 'JSON with flows, - for standard input' },
    ],
    examples: ['postern reach SNAP internet i-0123456789abcdef0', 'postern reach SNAP --batch flows.json'],
    load: () => import('./commands/reach.ts'),
  },
  {
    name: 'report',
    summary: 'write reports of a snapshot',
    args: [snap],
    flags: [
      { name: '--format', short: '-f', value: 'FORMAT[=FILE]', repeat: true, help: 'json, md or html, to stdout or to a file [json]' },
      top,
      ...checks,
      failOn,
      strict,
      settings,
    ],
    load: () => import('./commands/report.ts'),
  },
  {
    name: 'rules lint',
    summary: 'check rule files: keys, types, properties, conditions',
    args: [ruleFiles],
    flags: [],
    load: async () => ({ run: (await import('./commands/rules.ts')).lint }),
  },
  {
    name: 'rules list',
    summary: 'list rules',
    args: [ruleFiles],
    flags: [format('text', 'json')],
    load: async () => ({ run: (await import('./commands/rules.ts')).list }),
  },
  {
    name: 'rules new',
    summary: 'print a template of a rule',
    args: [{ name: 'ID', help: 'provider.service.slug' }],
    flags: [],
    load: async () => ({ run: (await import('./commands/rules.ts')).create }),
  },
  {
    name: 'rules show',
    summary: 'print one rule for people',
    args: [{ name: 'ID', help: 'id or former id' }, ruleFiles],
    flags: [],
    load: async () => ({ run: (await import('./commands/rules.ts')).show }),
  },
  {
    name: 'rules test',
    summary: 'run the examples inside rules',
    args: [ruleFiles],
    flags: [],
    load: async () => ({ run: (await import('./commands/rules.ts')).test }),
  },
  {
    name: 'scan aws',
    summary: 'collect, check and rank in one go',
    args: [],
    flags: [
      ...collecting,
      format('text', 'json'),
      { name: '--report', value: 'FORMAT=FILE', repeat: true, help: 'write a report: json, md or html' },
      top,
      ...checks,
      failOn,
      strict,
      settings,
    ],
    examples: ['postern scan aws --out snapshots/today --report html=report.html --fail-on critical'],
    load: () => import('./commands/scan.ts'),
  },
  {
    name: 'schema',
    summary: 'print the JSON Schema of a format, or the names of all',
    args: [{ name: 'NAME', help: 'paths, reach, iam-simulation, assessment, …', optional: true }],
    flags: [],
    load: () => import('./commands/schema.ts'),
  },
  {
    name: 'snapshot show',
    summary: 'what a snapshot holds, and what is missing in it',
    args: [snap],
    flags: [format('text', 'json')],
    load: async () => ({ run: (await import('./commands/snapshot.ts')).show }),
  },
  {
    name: 'snapshot verify',
    summary: 'whether a snapshot was altered since it was written',
    args: [snap],
    flags: [format('text', 'json'), { name: '--previous', value: 'SNAP', help: 'the snapshot before it in the chain' }],
    load: async () => ({ run: (await import('./commands/snapshot.ts')).verify }),
  },
  {
    name: 'techniques lint',
    summary: 'check technique files',
    args: [ruleFiles],
    flags: [],
    load: async () => ({ run: (await import('./commands/techniques.ts')).lint }),
  },
  {
    name: 'techniques list',
    summary: 'list attack techniques',
    args: [ruleFiles],
    flags: [format('text', 'json')],
    load: async () => ({ run: (await import('./commands/techniques.ts')).list }),
  },
  {
    name: 'techniques new',
    summary: 'print a template of a technique',
    args: [{ name: 'ID', help: 'provider.slug' }],
    flags: [],
    load: async () => ({ run: (await import('./commands/techniques.ts')).create }),
  },
  {
    name: 'techniques show',
    summary: 'print one technique',
    args: [{ name: 'ID', help: 'id, or a public one such as pathfinding:lambda-001' }, ruleFiles],
    flags: [],
    load: async () => ({ run: (await import('./commands/techniques.ts')).show }),
  },
  {
    name: 'techniques test',
    summary: 'run the examples inside techniques, and prove that each premise is needed',
    args: [ruleFiles],
    flags: [],
    load: async () => ({ run: (await import('./commands/techniques.ts')).test }),
  },
  {
    name: 'view',
    summary: 'open the attack-path viewer on loopback, or write it as one offline file',
    args: [snap],
    flags: [
      { name: '--port', value: 'PORT', default: '0', help: '0 takes a free port' },
      { name: '--host', value: 'HOST', default: '127.0.0.1', help: 'a loopback address' },
      { name: '--export', value: 'FILE', help: 'write one HTML file that needs nothing else, and end' },
      top,
      ...checks,
      settings,
    ],
    load: () => import('./commands/view.ts'),
  },
];

export const shared = { format, failOn, strict, out, settings, snap };
