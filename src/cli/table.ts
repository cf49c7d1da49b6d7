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

const rulePacks: FlagSpec = { name: '--rules', value: 'PATH', repeat: true, help: 'more rules: a folder, a file or an npm package' };
const checks: readonly FlagSpec[] = [
  rulePacks,
  { name: '--rule', value: 'ID', repeat: true, help: 'only this rule; aws.s3.* takes all that start so' },
  { name: '--severity', value: 'LEVEL', repeat: true, choices: ['critical', 'high', 'medium', 'low', 'info'], help: 'only rules of this severity' },
  { name: '--category', value: 'NAME', repeat: true, help: 'only rules of this category or risk family' },
  { name: '--framework', value: 'ID', repeat: true, help: 'only rules of this framework, reported by control: cis-aws, or cis-aws@7.0' },
  { name: '--param', value: 'NAME=VALUE', repeat: true, help: 'a parameter of the rules' },
  { name: '--suppressions', value: 'FILE', help: 'findings that are accepted, each with owner, reason and expiry' },
];
const ruleFiles = { name: 'PATH', help: 'folders or files [the bundled rules]', optional: true, many: true } as const;

const pace: readonly FlagSpec[] = [
  { name: '--max-rps', value: 'N', help: 'requests a second for each service, account and region [40]' },
  { name: '--concurrency', value: 'N', help: 'requests at once [16]' },
  { name: '--call-budget', value: 'SECONDS', help: 'longest time for one request with its repeats [20]' },
  { name: '--resume', help: 'go on where an interrupted collection stopped' },
  { name: '--dry-run', help: 'list the calls that would be made, and make none' },
];

const services: FlagSpec = { name: '--services', value: 'LIST', help: 'only these collectors, with commas between [all]' };

const awsFlags: readonly FlagSpec[] = [
  { name: '--regions', value: 'LIST', help: 'only these regions, with commas between [all that are enabled]' },
  { name: '--org', help: 'every active account of the organization' },
  { name: '--accounts', value: 'LIST', help: 'with --org: only these accounts' },
  { name: '--profile', value: 'NAME', help: 'profile of the AWS configuration' },
  { name: '--role', value: 'ARN|NAME', help: 'role to assume; with --org the role’s name in the accounts [OrganizationAccountAccessRole]' },
  { name: '--external-id', value: 'ID', help: 'external id for the role' },
  { name: '--last-accessed', help: 'also what each principal’s permissions were last used for; slow' },
  { name: '--print-policy', help: 'print the least policy that allows these calls' },
];

const azureFlags: readonly FlagSpec[] = [
  { name: '--tenant', value: 'LIST', help: 'tenants, with commas between [that of the credentials]' },
  { name: '--cloud', value: 'NAME', help: 'AzureCloud, AzureUSGovernment, AzureUSGovernmentDoD or AzureChinaCloud [AzureCloud]' },
  { name: '--print-role', help: 'print the least custom role, and the permissions of Microsoft Graph, that allow these calls' },
];

const subscriptionFlags: readonly FlagSpec[] = [
  { name: '--subscriptions', value: 'LIST', help: 'only these subscriptions [all that the credentials see]' },
  { name: '--app-settings', help: 'also settings of apps, as hashes; needs the right to read their secrets' },
  { name: '--diagnostics', help: 'also the diagnostic settings of every resource; one request each' },
  { name: '--effective-rules', help: 'also what Azure works out for each network interface; slow' },
];

const collecting = [out, services, ...awsFlags, ...pace];
const collectingAzure = [out, services, ...azureFlags, ...subscriptionFlags, ...pace];
const collectingEntra = [out, services, ...azureFlags, ...pace];
const collectingAll = [out, services, ...awsFlags, ...azureFlags, ...subscriptionFlags, ...pace];
const withEntra: FlagSpec = { name: '--entra', help: 'also Entra ID of the tenant' };

const scanning: readonly FlagSpec[] = [
  format('text', 'json'),
  { name: '--report', value: 'FORMAT=FILE', repeat: true, help: 'write a report: json, md or html' },
  top,
  ...checks,
  failOn,
  strict,
  settings,
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
    name: 'collect all',
    summary: 'collect one snapshot of AWS, Azure and Entra ID, read-only',
    args: [],
    flags: [...collectingAll, strict],
    examples: ['postern collect all --out snapshots/today'],
    load: async () => ({ run: (await import('./commands/collect.ts')).collectFrom('all') }),
  },
  {
    name: 'collect aws',
    summary: 'collect a snapshot of AWS accounts, read-only',
    args: [],
    flags: [...collecting, strict],
    examples: ['postern collect aws --out snapshots/today --regions eu-west-1', 'postern collect aws --org --print-policy'],
    load: async () => ({ run: (await import('./commands/collect.ts')).collectFrom('aws') }),
  },
  {
    name: 'collect azure',
    summary: 'collect a snapshot of Azure subscriptions, read-only',
    args: [],
    flags: [...collectingAzure, withEntra, strict],
    examples: ['postern collect azure --entra --out snapshots/today', 'postern collect azure --entra --print-role'],
    load: async () => ({ run: (await import('./commands/collect.ts')).collectFrom('azure') }),
  },
  {
    name: 'collect entra',
    summary: 'collect a snapshot of Entra ID tenants, read-only',
    args: [],
    flags: [...collectingEntra, strict],
    examples: ['postern collect entra --out snapshots/today'],
    load: async () => ({ run: (await import('./commands/collect.ts')).collectFrom('entra') }),
  },
  {
    name: 'completion',
    summary: 'print a script that completes commands and flags in your shell',
    args: [{ name: 'SHELL', help: 'bash, zsh or fish' }],
    flags: [],
    examples: ['source <(postern completion bash)', 'postern completion fish > ~/.config/fish/completions/postern.fish'],
    load: async () => ({ run: (await import('./commands/completion.ts')).completionOf(commands) }),
  },
  {
    name: 'demo',
    summary: 'rank the paths of the bundled estate; needs no account and no server',
    args: [],
    flags: [{ name: '--export', value: 'FILE', help: 'where the page is written [postern-demo.html]' }, top, ...checks, settings],
    load: () => import('./commands/demo.ts'),
  },
  {
    name: 'doctor aws',
    summary: 'what a scan with these credentials would not see, and why',
    args: [],
    flags: [
      ...collecting.filter((flag) => ['--services', '--profile', '--role', '--external-id', '--max-rps', '--concurrency', '--call-budget'].includes(flag.name)),
      strict,
    ],
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'doctor azure',
    summary: 'what a scan of Azure and Entra ID with these credentials would not see, and why',
    args: [],
    flags: [services, ...azureFlags.filter((flag) => flag.name !== '--print-role'), ...subscriptionFlags.slice(0, 1), ...pace.slice(0, 3), strict],
    load: () => import('./commands/doctor-azure.ts'),
  },
  {
    name: 'exposed',
    summary: 'what the internet reaches: resource, ports, sources, by which rule and route',
    args: [snap],
    flags: [format('text', 'json')],
    load: () => import('./commands/exposed.ts'),
  },
  {
    name: 'frameworks list',
    summary: 'list frameworks, and how many of their controls have a rule',
    args: [],
    flags: [format('text', 'json'), rulePacks],
    load: async () => ({ run: (await import('./commands/frameworks.ts')).list }),
  },
  {
    name: 'frameworks show',
    summary: 'print the controls of a framework with their rules',
    args: [{ name: 'ID', help: 'cis-aws, or cis-aws@7.0' }],
    flags: [format('text', 'json'), rulePacks],
    load: async () => ({ run: (await import('./commands/frameworks.ts')).show }),
  },
  {
    name: 'iam rightsize',
    summary: 'smaller policies for a user or role that keep what it used',
    args: [snap, { name: 'PRINCIPAL', help: 'ARN or name of a user or role' }],
    flags: [{ name: '--days', value: 'N', help: 'use longer ago does not count [all that AWS reports]' }, format('text', 'json')],
    examples: ['postern iam rightsize SNAP deploy --format json'],
    load: async () => ({ run: (await import('./commands/iam-usage.ts')).rightsize }),
  },
  {
    name: 'iam simulate',
    summary: 'evaluate policies over given cases',
    args: [{ name: 'FILE', help: 'JSON with cases, - for standard input' }],
    flags: [format('json', 'text')],
    load: () => import('./commands/iam-simulate.ts'),
  },
  {
    name: 'iam unused',
    summary: 'what users and roles are granted and did not use; idle roles and access keys',
    args: [snap],
    flags: [{ name: '--days', value: 'N', default: '90', help: 'how long before the snapshot counts as in use' }, format('text', 'json')],
    load: async () => ({ run: (await import('./commands/iam-usage.ts')).unused }),
  },
  {
    name: 'iam wildcards',
    summary: 'statements with wildcards, ranked by what they let somebody reach',
    args: [snap],
    flags: [top, format('text', 'json')],
    load: async () => ({ run: (await import('./commands/iam-usage.ts')).wildcards }),
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
    name: 'import azure',
    summary: 'make a snapshot from answers of Azure, Resource Graph and Microsoft Graph that you have as JSON',
    args: [{ name: 'PATH', help: 'JSON files, or folders of them', many: true }],
    flags: [out, { name: '--tenant', value: 'ID', help: 'tenant of answers that do not tell' }, strict],
    examples: ['az graph query -q resources > dump/resources.json', 'postern import azure dump --out snapshots/today'],
    load: () => import('./commands/import-azure.ts'),
  },
  {
    name: 'import terraform',
    summary: 'the snapshot as it will be when a Terraform plan is applied',
    args: [{ name: 'PLAN', help: 'the plan as terraform show -json prints it, - for standard input' }],
    flags: [
      { name: '--base', value: 'SNAP', help: 'the snapshot that the plan is laid over; without it the plan’s resources alone' },
      out,
      { name: '--account', value: 'ID', help: 'account of resources that do not tell' },
      { name: '--region', value: 'REGION', help: 'region of resources that do not tell' },
      strict,
    ],
    examples: [
      'terraform show -json plan > plan.json && postern import terraform plan.json --base snapshots/today --out snapshots/planned',
      'postern diff snapshots/today snapshots/planned --fail-on new',
    ],
    load: () => import('./commands/import-terraform.ts'),
  },
  {
    name: 'neo4j hunt',
    summary: 'run a bundled query on a pushed graph, or list them',
    args: [{ name: 'NAME', help: 'name of the query', optional: true }],
    flags: [{ name: '--scope', value: 'NAME', help: 'which pushed graph [the only one]' }, format('text', 'json')],
    examples: ['postern neo4j hunt internet-to-data'],
    load: async () => ({ run: (await import('./commands/neo4j.ts')).hunt }),
  },
  {
    name: 'neo4j path',
    summary: 'the fewest steps from one node to another, worked out by the server',
    args: [
      { name: 'FROM', help: 'id of the start, as it stands in the database' },
      { name: 'TO', help: 'id of the target' },
    ],
    flags: [
      { name: '--hops', value: 'N', default: '6', help: 'at most so many steps' },
      { name: '--scope', value: 'NAME', help: 'which pushed graph [the only one]' },
      format('text', 'json'),
    ],
    examples: ['postern neo4j path internet arn:aws:s3:::ledger --hops 4'],
    load: async () => ({ run: (await import('./commands/neo4j.ts')).path }),
  },
  {
    name: 'neo4j pull',
    summary: 'read a pushed graph back as JSON',
    args: [],
    flags: [
      { name: '--scope', value: 'NAME', help: 'which pushed graph [the only one]' },
      { name: '--out', short: '-o', value: 'FILE', help: 'where it is written [stdout]' },
    ],
    load: async () => ({ run: (await import('./commands/neo4j.ts')).pull }),
  },
  {
    name: 'neo4j push',
    summary: 'write the graph of a snapshot into the Neo4j server that NEO4J_URI names',
    args: [snap],
    flags: [{ name: '--scope', value: 'NAME', help: 'name of the graph there [start of the snapshot’s hash]' }, format('text', 'json'), settings],
    examples: ['NEO4J_URI=bolt://127.0.0.1:7687 postern neo4j push SNAP --scope production'],
    load: async () => ({ run: (await import('./commands/neo4j.ts')).push }),
  },
  {
    name: 'paths',
    summary: 'rank the exposure paths of a snapshot',
    args: [{ ...snap, optional: true }],
    flags: [
      format('text', 'json'),
      { name: '--from', value: 'ID|KIND', help: 'start: an id, short id, name or node kind' },
      { name: '--to', value: 'ID|KIND', help: 'target: the same, or admin, or admin:SCOPE' },
      top,
      { name: '--avoid', value: 'ID', repeat: true, help: 'leave out paths through this node' },
      { name: '--exclude-edge', value: 'KIND', repeat: true, help: 'leave out steps of this kind' },
      { name: '--batch', value: 'FILE', help: 'JSON with pairs, - for standard input: the best path of each' },
      { name: '--from-neo4j', help: 'rank what was pushed into the Neo4j that NEO4J_URI names, over all accounts there' },
      { name: '--scope', value: 'NAME', repeat: true, help: 'with --from-neo4j: only these pushed graphs [all]' },
      { name: '--near', value: 'ID', help: 'with --from-neo4j: pull only what lies within --hops steps of this node' },
      { name: '--hops', value: 'N', help: 'with --near: how many steps [3]' },
      failOn,
      strict,
      settings,
    ],
    examples: ['postern paths SNAP --to admin:111122223333', 'postern paths SNAP --from internet --to DataStore --format json'],
    load: () => import('./commands/paths.ts'),
  },
  {
    name: 'plan',
    summary: 'the fewest changes that end a share of the risk or cut a target off, proved',
    args: [snap],
    flags: [
      format('text', 'json'),
      { name: '--share', value: 'PERCENT', help: 'how much of the risk is to go [80; 100 with --target]' },
      { name: '--target', value: 'ID|KIND', help: 'only paths to this count: an id, a kind, admin or admin:SCOPE' },
      { name: '--top', value: 'N', default: '100', help: 'the riskiest paths that make up the risk' },
      failOn,
      strict,
      settings,
    ],
    examples: ['postern plan SNAP --share 80', 'postern plan SNAP --target admin:111122223333 --format json > plan.json'],
    load: () => import('./commands/plan.ts'),
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
    flags: [format('text', 'json')],
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
    name: 'rules schema',
    summary: 'print the JSON Schema of rule files, for editors',
    args: [{ name: 'KIND', help: 'rule or framework [rule]', optional: true }],
    flags: [],
    load: async () => ({ run: (await import('./commands/rules.ts')).schema }),
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
    flags: [{ name: '--watch', help: 'run them again whenever a file changes' }],
    load: async () => ({ run: (await import('./commands/rules.ts')).test }),
  },
  {
    name: 'scan all',
    summary: 'collect, check and rank AWS, Azure and Entra ID in one go',
    args: [],
    flags: [...collectingAll, ...scanning],
    examples: ['postern scan all --out snapshots/today --report html=report.html'],
    load: async () => ({ run: (await import('./commands/scan.ts')).scanOf('all') }),
  },
  {
    name: 'scan aws',
    summary: 'collect, check and rank AWS accounts in one go',
    args: [],
    flags: [...collecting, ...scanning],
    examples: ['postern scan aws --out snapshots/today --report html=report.html --fail-on critical'],
    load: async () => ({ run: (await import('./commands/scan.ts')).scanOf('aws') }),
  },
  {
    name: 'scan azure',
    summary: 'collect, check and rank Azure subscriptions in one go',
    args: [],
    flags: [...collectingAzure, withEntra, ...scanning],
    examples: ['postern scan azure --entra --out snapshots/today --fail-on critical'],
    load: async () => ({ run: (await import('./commands/scan.ts')).scanOf('azure') }),
  },
  {
    name: 'scan entra',
    summary: 'collect, check and rank Entra ID tenants in one go',
    args: [],
    flags: [...collectingEntra, ...scanning],
    load: async () => ({ run: (await import('./commands/scan.ts')).scanOf('entra') }),
  },
  {
    name: 'schema',
    summary: 'print the JSON Schema of a format, or the names of all',
    args: [{ name: 'NAME', help: 'paths, reach, iam-simulation, assessment, …', optional: true }],
    flags: [],
    load: () => import('./commands/schema.ts'),
  },
  {
    name: 'snapshot join',
    summary: 'one snapshot of several that were collected apart, an account each',
    args: [{ name: 'SNAP', help: 'snapshot directories', many: true }],
    flags: [out],
    examples: ['postern snapshot join snapshots/accounts/* --out snapshots/organization'],
    load: async () => ({ run: (await import('./commands/snapshot.ts')).join }),
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
  {
    name: 'whatif',
    summary: 'what would become of the paths if some changes were made',
    args: [snap],
    flags: [
      { name: '--apply', value: 'FILE', repeat: true, help: 'a change file, or a plan; - for standard input' },
      { name: '--suggest', value: 'N', help: 'the N strongest changes, beside those of --apply' },
      format('text', 'json'),
      { name: '--top', value: 'N', default: '100', help: 'how many paths are compared' },
      failOn,
      strict,
      settings,
    ],
    examples: ['postern whatif SNAP --apply change.yaml', 'postern plan SNAP -f json | postern whatif SNAP --apply -'],
    load: () => import('./commands/whatif.ts'),
  },
];
