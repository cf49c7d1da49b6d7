import type { Assessment, ExposurePath, Finding, PathStep, RuleInfo, Severity } from '../../src/model/assessment.ts';

/** An assessment with everything that a format must cope with: every result, hostile names, conditions, gaps, a baseline, two clouds. All of it is invented. */

const place = (resource: string, pointer: string, call: string) => ({ resource, pointer, call });
export const hostile = '<img src=x onerror=alert(1)> |`"=cmd()"` \u0007';
const role = 'arn:aws:iam::111122223333:role/deploy';
const vm = 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0aa11bb22cc33dd44';
const bucket = 'arn:aws:s3:::ledger-archive';
const group = 'arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0123456789abcdef0';
const app = '/subscriptions/0f0f0f0f-1111-4222-8333-444455556666/resourcegroups/pay/providers/microsoft.storage/storageaccounts/ledger';

const rule = (id: string, title: string, severity: Severity, more: Partial<RuleInfo> = {}): RuleInfo => ({
  id,
  title,
  severity,
  confidence: 'high',
  provider: id.split('.')[0] ?? 'any',
  family: 'misconfiguration',
  categories: ['data-exposure'],
  description: '',
  risk: 'What it may lead to, in one sentence.',
  remediation: { summary: 'Close it.', cli: 'aws s3api put-public-access-block --bucket {resource.name}', terraform: 'aws_s3_bucket_public_access_block' },
  references: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html'],
  attack: ['T1530'],
  mitigations: ['M1022'],
  ...more,
});

const finding = (id: string, of: RuleInfo, result: Finding['result'], resource: string, type: string, more: Partial<Finding> = {}): Finding => ({
  id: id.padEnd(16, '0'),
  rule: of.id,
  title: of.title,
  severity: of.severity,
  result,
  resource,
  resourceType: type,
  account: '111122223333',
  region: 'eu-west-1',
  message: `${resource} is not as it should be`,
  evidence: [],
  ...more,
});

const step = (from: string, to: string, kind: string, label: string, technique: string, more: Partial<PathStep> = {}): PathStep => ({
  from,
  to,
  kind,
  label,
  techniques: [technique],
  likelihood: 0.8,
  factors: [{ name: 'base', value: 0.8, why: 'public tools exist' }],
  verdict: 'proven',
  conditions: [],
  missing: [],
  evidence: [place(to, '/config', 'iam:GetAccountAuthorizationDetails')],
  ...more,
});

const rules = {
  public: rule('aws.s3.public-policy', 'Bucket policies admit nobody from outside', 'critical'),
  key: rule('aws.iam.access-key-old', 'Active access keys are younger than ninety days', 'medium', {
    family: 'authentication',
    attack: ['T1078.004'],
    categories: ['credentials'],
  }),
  versions: rule('aws.s3.versioning', 'Buckets keep their versions', 'low', { remediation: { summary: 'Enable versioning.' } }),
  pass: rule('aws.iam.passes-any-role', 'Principals that start compute do not pass every role', 'high', {
    family: 'authorization',
    confidence: 'medium',
    attack: ['T1098.003', 'T1578'],
  }),
  storage: rule('azure.storage.https-only', 'Storage accounts answer over TLS alone', 'medium', { references: [], description: 'A longer description.' }),
};

const paths: readonly ExposurePath[] = [
  {
    id: 'p1'.padEnd(16, '0'),
    risk: 71.3,
    likelihood: 0.79,
    value: 90,
    verdict: 'proven',
    state: 'new',
    entry: { id: 'internet', kind: 'Internet', name: 'Internet' },
    target: { id: bucket, kind: 'DataStore', name: 'ledger-archive', why: 'tagged classification=pci' },
    steps: [
      step('internet', vm, 'Reaches', 'reaches', 'aws.network', {
        ports: 'tcp/22',
        evidence: [place(group, '/config/IpPermissions/0', 'ec2:DescribeSecurityGroups')],
      }),
      step(vm, role, 'RunsAs', 'runs as', 'aws.imds-v1'),
      step(role, bucket, 'CanRead', 'can read', 'aws.read-bucket', {
        evidence: [place(role, '/config/RolePolicyList/0/PolicyDocument/Statement/0', 'iam:GetAccountAuthorizationDetails')],
      }),
    ],
  },
  {
    id: 'p2'.padEnd(16, '0'),
    risk: 12.5,
    likelihood: 0.25,
    value: 50,
    verdict: 'conditional',
    state: 'unchanged',
    entry: { id: 'phished:noor', kind: 'Phished', name: hostile },
    target: { id: app, kind: 'DataStore', name: 'ledger' },
    steps: [
      step('phished:noor', app, 'CanWrite', 'can write', 'azure.write-storage', {
        verdict: 'conditional',
        conditions: [{ operator: 'IpAddress', key: 'aws:SourceIp', values: ['10.0.0.0/8'], negated: false }],
        missing: ['microsoft.storage/storageAccounts/read'],
      }),
    ],
  },
];

const findings: readonly Finding[] = [
  finding('f1', rules.public, 'fail', bucket, 'AWS::S3::Bucket', {
    state: 'new',
    message: `${hostile} admits anybody`,
    region: 'global',
    evidence: [{ ...place(bucket, '/config/GetBucketPolicy/Policy/Statement/0', 's3:GetBucketPolicy'), expected: '*', actual: { Principal: '*' } }],
  }),
  finding('f2', rules.pass, 'fail', role, 'AWS::IAM::Role', {
    state: 'unchanged',
    region: 'global',
    evidence: [place(role, '/config/RolePolicyList/0', 'iam:GetAccountAuthorizationDetails')],
  }),
  finding('f3', rules.key, 'suppressed', 'arn:aws:iam::111122223333:user/noor', 'AWS::IAM::User', {
    region: 'global',
    suppression: { id: 's1', reason: 'rotated next week', owner: 'platform', expires: '2027-01-31' },
  }),
  finding('f4', rules.storage, 'fail', app, 'Microsoft.Storage/storageAccounts', {
    account: '0f0f0f0f-1111-4222-8333-444455556666',
    region: 'westeurope',
    state: 'unchanged',
    message: '=HYPERLINK("http://evil")',
  }),
  finding('f5', rules.versions, 'pass', bucket, 'AWS::S3::Bucket', { region: 'global', message: rules.versions.title }),
  finding('f6', rules.versions, 'unknown', 'arn:aws:s3:::press-kit', 'AWS::S3::Bucket', {
    region: 'global',
    message: 'not decided',
    missing: ['s3:GetBucketVersioning'],
  }),
  finding('f7', rules.versions, 'error', '', '', { account: '', region: '', message: 'the rule broke down: x' }),
];

const counts = { fail: 0, pass: 0, unknown: 0, error: 0, suppressed: 0 };

/** The assessment of the golden files and of the schema tests. */
export const assessmentFixture: Assessment = {
  schema: 'assessment/v1',
  tool: { name: 'postern', version: '0.1.0' },
  snapshot: {
    hash: 'ab'.repeat(32),
    start: '2026-11-20T01:00:00.000Z',
    end: '2026-11-20T01:05:00.000Z',
    accounts: ['111122223333', '0f0f0f0f-1111-4222-8333-444455556666'],
    records: 1234,
  },
  completeness: {
    complete: false,
    gaps: [
      { call: 's3:GetBucketVersioning', account: '111122223333', region: 'eu-west-1', state: 'denied', requests: 3, permission: 's3:GetBucketVersioning' },
    ],
    notModelled: ['a service that nobody models'],
  },
  summary: { nodes: 4321, steps: 987, findings: { critical: 1, high: 1, medium: 1, low: 0, info: 0 }, paths: 2, riskiest: 71.3 },
  paths: {
    schema: 'paths/v1',
    completeness: { complete: false, gaps: [], notModelled: [] },
    paths,
    stories: [{ id: 's1', title: 'the internet reads a data store', risk: 71.3, count: 1, paths: ['p1'.padEnd(16, '0')], techniques: ['aws.imds-v1'] }],
    chokePoints: [{ id: role, kind: 'Principal', name: 'deploy', share: 0.85, paths: 1 }],
    chokeSteps: [{ from: vm, to: role, kind: 'RunsAs', technique: 'aws.imds-v1', share: 0.85, paths: 1 }],
    chokePlaces: [
      { nature: 'rule', resource: group, pointer: '/config/IpPermissions/0', share: 0.85, paths: 1, ends: 0.85 },
      { nature: 'grant', resource: role, pointer: '/config/RolePolicyList/0/PolicyDocument/Statement/0', share: 0.85, paths: 1, ends: 0.5 },
      { nature: 'setting', resource: vm, pointer: '/config/MetadataOptions/HttpTokens', share: 0.85, paths: 1, ends: 0.2 },
    ],
  },
  findings,
  rules: Object.fromEntries(Object.values(rules).map((each) => [each.id, each])),
  frameworks: [
    {
      id: 'cis-aws',
      version: '7.0',
      title: 'CIS AWS Foundations',
      publisher: 'Center for Internet Security',
      source: 'https://www.cisecurity.org/benchmark/amazon_web_services',
      licence: 'ids only; titles are our own words',
      coverage: { automated: 3, manual: 1, 'not-collected': 1, uncovered: 1 },
      controls: [
        {
          id: '2.1.4',
          title: 'Buckets are not public',
          section: 'Storage',
          coverage: 'automated',
          result: 'fail',
          rules: [rules.public.id],
          counts: { ...counts, fail: 1 },
        },
        {
          id: '2.1.1',
          title: 'Buckets keep versions',
          section: 'Storage',
          coverage: 'automated',
          result: 'unknown',
          rules: [rules.versions.id],
          counts: { ...counts, pass: 1, unknown: 1, error: 1 },
        },
        {
          id: '1.14',
          title: 'Keys are rotated',
          section: 'Identity',
          coverage: 'automated',
          result: 'suppressed',
          rules: [rules.key.id],
          counts: { ...counts, suppressed: 1 },
        },
        { id: '1.1', title: 'Contact details are current', section: 'Identity', coverage: 'manual', result: 'manual', rules: [], counts },
        {
          id: '3.9',
          title: 'Flow logs are on',
          section: 'Logging',
          coverage: 'not-collected',
          result: 'unknown',
          rules: ['aws.ec2.flow-logs'],
          counts: { ...counts, unknown: 1 },
        },
        { id: '4.1', title: 'Alarms stand', section: 'Monitoring', coverage: 'uncovered', result: 'uncovered', rules: [], counts },
      ],
    },
    {
      id: 'nist-800-53',
      version: 'r5',
      title: 'NIST SP 800-53',
      publisher: 'NIST',
      source: 'https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final',
      licence: 'public domain',
      coverage: { automated: 2, manual: 0, 'not-collected': 0, uncovered: 0 },
      controls: [
        {
          id: 'AC-6(1)',
          title: 'Authorize Access to Security Functions',
          section: 'AC',
          coverage: 'automated',
          result: 'fail',
          rules: [rules.pass.id],
          counts: { ...counts, fail: 1 },
        },
        { id: 'CP-9', title: 'System Backup', section: 'CP', coverage: 'automated', result: 'pass', rules: [], counts: { ...counts, pass: 1 } },
      ],
    },
  ],
  records: {
    [bucket]: { file: 'records/111122223333/global/AWS-S3-Bucket.ndjson.gz', line: 2 },
    [group]: { file: 'records/111122223333/eu-west-1/AWS-EC2-SecurityGroup.ndjson.gz', line: 1 },
    [role]: { file: 'records/111122223333/global/AWS-IAM-Role.ndjson.gz', line: 7 },
  },
  comparison: {
    baseline: { hash: 'cd'.repeat(32), end: '2026-11-13T01:05:00.000Z' },
    newFindings: ['f1'.padEnd(16, '0')],
    fixedFindings: [{ id: 'f0'.padEnd(16, '0'), rule: rules.public.id, resource: 'arn:aws:s3:::old', severity: 'critical', title: rules.public.title }],
    unchangedFindings: 2,
    newPaths: ['p1'.padEnd(16, '0')],
    fixedPaths: [{ id: 'p0'.padEnd(16, '0'), title: 'Internet to old', risk: 33.3 }],
  },
  nodes: {
    internet: { kind: 'Internet', type: '', name: 'Internet', account: '', region: '' },
    'phished:noor': { kind: 'Phished', type: '', name: hostile, account: '', region: '' },
    [vm]: { kind: 'Compute', type: 'AWS::EC2::Instance', name: 'web', account: '111122223333', region: 'eu-west-1' },
    [role]: { kind: 'Principal', type: 'AWS::IAM::Role', name: 'deploy', account: '111122223333', region: 'global' },
    [bucket]: { kind: 'DataStore', type: 'AWS::S3::Bucket', name: 'ledger-archive', account: '111122223333', region: 'global' },
    [app]: {
      kind: 'DataStore',
      type: 'Microsoft.Storage/storageAccounts',
      name: 'ledger',
      account: '0f0f0f0f-1111-4222-8333-444455556666',
      region: 'westeurope',
    },
  },
  techniques: {
    'aws.imds-v1': { title: 'take the credentials of an instance', fix: 'require IMDSv2', attack: ['T1552.005'], references: ['pathfinding:imds-001'] },
    'aws.read-bucket': { title: 'read a bucket', fix: 'name the readers in the bucket policy', attack: ['T1530'], references: [] },
  },
};

/** The same with many findings, for limits and speed. */
export function manyFindings(count: number): Assessment {
  const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];
  const all = Object.values(rules);
  return {
    ...assessmentFixture,
    findings: Array.from({ length: count }, (_, index) => {
      const of = all[index % all.length] ?? rules.public;
      const name = `arn:aws:s3:::bucket-${String(index).padStart(6, '0')}`;
      return finding(index.toString(16).padStart(16, '0'), { ...of, severity: severities[index % 5] ?? 'low' }, 'fail', name, 'AWS::S3::Bucket', {
        message: `${name} admits anybody from anywhere`,
        evidence: [place(name, '/config/GetBucketPolicy/Policy/Statement/0', 's3:GetBucketPolicy')],
      });
    }),
  };
}
