import { ruleProviders } from '../../model/rule-words.ts';
import type { Rule } from '../../rules/rule.ts';

/** What differs between the kinds: the demand, what is asked, and examples of both outcomes. */
const kinds: Readonly<Record<Rule['kind'], string>> = {
  resource: `title: Buckets keep their versions            # the secure state
severity: medium
provider: PROVIDER
categories: [resilience]
risk: Without versions a deleted or encrypted object is gone.
match: { type: AWS::S3::Bucket }
flag: { config.GetBucketVersioning.Status|neq: Enabled }   # what is wrong
message: "{resource.name} does not keep versions"
attack: [T1485]
REMEDIATION
tests:
  - { name: never enabled, expect: fail, resource: { GetBucketVersioning: {} } }
  - { name: enabled, expect: pass, resource: { GetBucketVersioning: { Status: Enabled } } }
  - { name: not collected, expect: unknown, resource: { $missing: [GetBucketVersioning] } }
`,
  identity: `title: Only administrators change bucket policies   # the secure state
severity: medium
provider: PROVIDER
categories: [authorization]
risk: Whoever may change the policy opens the bucket for himself and for others.
can: { all_of: [s3:PutBucketPolicy], on: "*" }       # also any_of, who, unless, context
message: "{principal} may change the policy of every bucket"
attack: [T1098]
REMEDIATION
tests:
  - { name: may, expect: fail, can: ["app can s3:PutBucketPolicy on *"] }
  - { name: may on one, expect: pass, can: ["app can s3:PutBucketPolicy on arn:aws:s3:::logs"] }
  - { name: administers anyway, expect: pass, can: ["root administers", "root can s3:PutBucketPolicy on *"] }
`,
  graph: `title: Nothing exposed reads a secret               # the secure state
severity: high
provider: PROVIDER
categories: [attack-path]
risk: Whoever breaks in reads the secret, and goes where it leads.
graph:
  # A branch after a comma starts at an alias that is named before: , (vm)-[:CanRead]->(data:DataStore)
  path: (src:Internet)-[:Reaches*1..3]->(vm:Compute)-[:RunsAs]->(id:Principal)-[:CanRead]->(secret:Secret)
  per: [vm, secret]                                 # one finding for each combination
message: "the internet reaches {vm}, whose identity {id} reads {secret}"
attack: [T1190, T1552]
REMEDIATION
tests:
  - { name: reads one, expect: fail, graph: ["(net:Internet)-[:Reaches]->(web:Compute)", "(web:Compute)-[:RunsAs]->(app:Principal)", "(app:Principal)-[:CanRead]->(db:Secret)"] }
  - { name: reads none, expect: pass, graph: ["(net:Internet)-[:Reaches]->(web:Compute)", "(web:Compute)-[:RunsAs]->(app:Principal)"] }
`,
  network: `title: The internet does not come to the build servers   # the secure state
severity: high
provider: PROVIDER
categories: [network-exposure]
risk: What builds the software is tried by strangers.
network: { from: internet, to: { tags.role: build }, ports: [22, 8080] }
message: "{from} reaches {to} on {ports}"
attack: [T1190]
REMEDIATION
tests:
  - { name: open, expect: fail, network: ["internet -> ci: tcp 8080"], nodes: { ci: { tags: { role: build } } } }
  - { name: another port, expect: pass, network: ["internet -> ci: tcp 443"], nodes: { ci: { tags: { role: build } } } }
`,
};

const remediation = `remediation:
  summary: Say in one sentence what to change.
  effort: low
  cli: "aws … # the command"
  terraform: |
    resource "…" "this" {
    }`;

/** A rule of a kind that lints and whose examples pass, to be written over. */
export function ruleTemplate(id: string, kind: Rule['kind']): string {
  const [first = ''] = id.split('.');
  const provider = ruleProviders.find((each) => each === first) ?? 'any';
  return `schema: rule/v1\nid: ${id}\nkind: ${kind}\n${kinds[kind].replace('PROVIDER', provider).replace('REMEDIATION', remediation)}`;
}
