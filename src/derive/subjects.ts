/** How much of the world a trusted subject admits. */
export type Breadth = 'anybody' | 'tenant' | 'repository' | 'pull-request' | 'branch' | 'environment' | 'workload' | 'invalid';

export interface Subject {
  readonly id: string;
  readonly name: string;
  readonly breadth: Breadth;
  /** In words: what must be taken over, or what is wrong. */
  readonly means: string;
}

interface Credential {
  readonly issuer: string;
  readonly subject: string;
  /** `claimsMatchingExpression.value` of a flexible credential. */
  readonly expression?: string | undefined;
}

const host = (issuer: string): string => issuer.replace(/^https?:\/\//i, '').replace(/\/+$/, '');

/** `claims['sub'] matches 'repo:contoso/*:ref:refs/heads/*'`: the subject is what its claim is compared with. */
const compared = /claims\['sub'\]\s+(?:matches|eq)\s+'([^']*)'/i;

/**
 * What a federated credential trusts, by its issuer and subject. A subject is compared as it is: "Wildcard characters aren't supported in any federated identity
 * credential property value" (https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust), so `repo:o/r:*` of a plain credential is met by no token; a flexible one
 * matches patterns by its expression (https://learn.microsoft.com/entra/workload-id/workload-identities-flexible-federated-identity-credentials).
 */
export function classifySubject({ issuer, subject, expression }: Credential): Subject {
  const where = host(issuer);
  const pattern = expression === undefined ? subject : (compared.exec(expression)?.[1] ?? /\s'([^']*)'/.exec(expression)?.[1] ?? expression);
  const made = (breadth: Breadth, means: string): Subject => ({ id: `oidc:${where}:${pattern}`, name: `${where} ${pattern}`, breadth, means });
  if (!/^https:\/\/[a-z0-9.-]+\.[a-z]{2,}(\/|$)/i.test(issuer) || pattern === '' || /\{[^}]*\}/.test(`${issuer}${pattern}`))
    return made('invalid', 'issuer or subject is no real one');
  if (where === 'token.actions.githubusercontent.com') return github(pattern, made);
  if (/(^|\.)gitlab\./i.test(where)) return gitlab(pattern, made);
  if (where === 'app.terraform.io') return terraform(pattern, made);
  if (/^(login\.microsoftonline\.com|sts\.windows\.net)(\/|$)/i.test(where)) return made('tenant', 'an application or managed identity of that tenant');
  if (/^(vstoken\.dev\.azure\.com|.*\.visualstudio\.com)/i.test(where)) return made('workload', 'a service connection of Azure DevOps');
  if (/system:serviceaccount:/.test(pattern)) return made(pattern.includes('*') ? 'repository' : 'workload', 'a service account of a Kubernetes cluster');
  if (/^(accounts\.google\.com|cognito-identity\.amazonaws\.com|.*\.tokens\.sts\.global\.api\.aws)/i.test(where))
    return made('workload', 'a workload of another cloud');
  if (isReservedName(where)) return made('invalid', 'a host that nobody may register');
  return made(pattern === '*' ? 'anybody' : 'workload', 'a subject of that issuer; whoever holds the host name issues any');
}

type Make = (breadth: Breadth, means: string) => Subject;

function github(pattern: string, made: Make): Subject {
  const repository = /^repo:([^/:]+)\/([^:]+)(?::(.*))?$/.exec(pattern);
  if (repository === null || repository[1]?.includes('*') === true) return made('anybody', 'any repository of anybody');
  const [, , name = '', rest = '*'] = repository;
  if (name.includes('*')) return made('repository', 'any repository of the owner');
  if (rest === '*' || rest === '') return made('repository', 'any branch, tag or pull request of the repository');
  if (/^pull_request$/.test(rest)) return made('pull-request', 'whoever opens a pull request from a branch of the repository');
  if (/^environment:/.test(rest)) return made('environment', 'a job in the environment, with what protects it');
  if (rest.includes('*')) return made('repository', 'several branches or tags of the repository');
  return made('branch', 'whoever writes to the branch or tag');
}

function gitlab(pattern: string, made: Make): Subject {
  const project = /^project_path:([^:]+)(?::(.*))?$/.exec(pattern);
  if (project === null || project[1]?.startsWith('*') === true) return made('anybody', 'any project of anybody');
  const rest = project[2] ?? '*';
  return rest.includes('*') ? made('repository', 'any branch of the project') : made('branch', 'whoever writes to the branch');
}

function terraform(pattern: string, made: Make): Subject {
  const parts = /^organization:([^:]+):project:([^:]+):workspace:([^:]+)(?::run_phase:(.+))?$/.exec(pattern);
  if (parts === null || parts[1]?.includes('*') === true) return made('anybody', 'any organization of anybody');
  if (pattern.replace(/:run_phase:\*$/, '').includes('*')) return made('repository', 'any workspace of the organization');
  return made(parts[4] === 'apply' ? 'branch' : 'pull-request', 'a run of the workspace');
}

/** Names of RFC 2606 and top-level domains that do not exist are registered by nobody. */
const isReservedName = (where: string): boolean =>
  /\.(test|example|invalid|localhost|bad|local|internal)(\/|$)/i.test(where) || /(^|\.)example\.(com|net|org)(\/|$)/i.test(where);
