/** Closed words of rule files, with what they mean: one table for the loader, the published JSON Schema and the reference page. */

export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export const confidences = ['very-high', 'high', 'medium', 'low'] as const;
export const statuses = ['experimental', 'stable', 'deprecated'] as const;
export const ruleProviders = ['aws', 'azure', 'entra', 'any'] as const;
export const ruleKinds = ['resource', 'identity', 'graph', 'network'] as const;
export const efforts = ['low', 'medium', 'high'] as const;
export const expectations = ['fail', 'pass', 'unknown'] as const;

/** The three families of risk as the field names them; the second has four members. */
export const families = {
  misconfiguration: 'a setting of one resource is weaker than it should be',
  authentication: 'IAM failure: who somebody is can be forged, guessed or is not asked',
  authorization: 'IAM failure: somebody may do more than the job needs',
  administration: 'IAM failure: the power over identities is not guarded or not separated',
  audit: 'IAM failure: what identities do is not recorded, watched or kept',
  'cross-domain': 'only several domains together (network, configuration, identity, data) make the threat',
} as const;

export const categories = {
  administration: 'who administers accounts, tenants and identities',
  'attack-path': 'steps that lead from outside to what is valued',
  authentication: 'proof of identity: passwords, factors, sessions',
  authorization: 'permissions of principals',
  'ci-cd': 'build and deployment',
  'container-security': 'containers, clusters and images',
  credentials: 'keys and passwords of long life',
  'data-exposure': 'data that others can read or change',
  'email-security': 'mail',
  encryption: 'encryption at rest and in transit',
  forensics: 'what an investigation needs later',
  'gen-ai': 'models, agents and their data',
  governance: 'ownership, inventory, organization-wide guard rails',
  logging: 'logs and their integrity',
  'network-exposure': 'what networks reach',
  'privilege-escalation': 'ways to more permissions',
  resilience: 'backup, versions, protection against deletion',
  secrets: 'secrets where they do not belong, or without care',
  'supply-chain': 'code, images and packages of others',
  'threat-detection': 'detection and alerts',
  'trust-boundaries': 'trust in other accounts, tenants and providers',
  vulnerabilities: 'versions that are no longer supported, patches',
} as const;

export type RuleFamily = keyof typeof families;
export type RuleCategory = keyof typeof categories;
export type RuleConfidence = (typeof confidences)[number];
export type RuleStatus = (typeof statuses)[number];
export type RuleEffort = (typeof efforts)[number];
