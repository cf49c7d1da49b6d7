import type { Api } from './api.ts';
import { administrator, policy, tags } from './policies.ts';

/** Writes an account's identities. */
export class Identities {
  readonly api: Api;
  constructor(api: Api) {
    this.api = api;
  }
  arn(kind: 'role' | 'user' | 'policy', name: string): string {
    return `arn:aws:iam::${this.api.account}:${kind}/${name}`;
  }
  async role(
    name: string,
    trust: object,
    statements: readonly object[] = [],
    options: { admin?: true; boundary?: string; tags?: Record<string, string>; profile?: true } = {},
  ): Promise<string> {
    await this.api.call('iam', 'CreateRole', {
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify(trust),
      Tags: tags({ owner: 'platform', ...options.tags }),
      ...(options.boundary === undefined ? {} : { PermissionsBoundary: options.boundary }),
    });
    if (statements.length > 0)
      await this.api.call('iam', 'PutRolePolicy', { RoleName: name, PolicyName: `${name}-access`, PolicyDocument: policy(...statements) });
    if (options.admin === true) await this.api.call('iam', 'AttachRolePolicy', { RoleName: name, PolicyArn: administrator });
    if (options.profile === true) {
      await this.api.call('iam', 'CreateInstanceProfile', { InstanceProfileName: name });
      await this.api.call('iam', 'AddRoleToInstanceProfile', { InstanceProfileName: name, RoleName: name });
    }
    return this.arn('role', name);
  }
  async user(name: string, statements: readonly object[] = [], options: { keys?: number; password?: true } = {}): Promise<{ arn: string; keys: string[] }> {
    await this.api.call('iam', 'CreateUser', { UserName: name, Tags: tags({ team: 'people' }) });
    if (statements.length > 0)
      await this.api.call('iam', 'PutUserPolicy', { UserName: name, PolicyName: `${name}-access`, PolicyDocument: policy(...statements) });
    if (options.password === true)
      await this.api.call('iam', 'CreateLoginProfile', { UserName: name, Password: 'Start-123-Change!', PasswordResetRequired: true });
    const keys: string[] = [];
    for (let index = 0; index < (options.keys ?? 0); index++) {
      const answer = await this.api.call('iam', 'CreateAccessKey', { UserName: name });
      keys.push(String((answer['AccessKey'] as unknown as { AccessKeyId: string }).AccessKeyId));
    }
    return { arn: this.arn('user', name), keys };
  }
  async managed(name: string, ...statements: object[]): Promise<string> {
    await this.api.call('iam', 'CreatePolicy', { PolicyName: name, PolicyDocument: policy(...statements) });
    return this.arn('policy', name);
  }
}
