import { takesAnonymous } from '../aws/services.ts';
import type { EstatePrincipal } from './principals.ts';
import type { EstateResource } from './resources.ts';

/** Who outside the estate a resource's own policy could mean, as `can` takes them: strangers, other accounts, services, subjects of identity providers. */
export function outsidersOf(target: EstateResource, action: string, list: readonly EstatePrincipal[]): readonly string[] {
  const own = new Set(list.map((principal) => principal.info.account));
  const found = new Set<string>();
  for (const set of [target.policy, target.grants]) {
    for (const { statement } of set?.select(action).allow ?? []) {
      const element = statement.rule.principal;
      if (element === undefined) continue;
      if (element.any || element.negated) {
        found.add('aws:anyone');
        if (takesAnonymous(action)) found.add('*');
      }
      if (element.negated) continue;
      for (const account of element.accounts) if (!own.has(account)) found.add(`aws:account:${account}`);
      for (const arn of element.arns) if (!own.has(arn.split(':')[4] ?? '')) found.add(arn);
      for (const service of element.services) found.add(service);
      for (const provider of element.federated) {
        const host = /:oidc-provider\/(.+)$/.exec(provider)?.[1] ?? (provider.startsWith('arn:') ? undefined : provider);
        found.add(host === undefined ? `saml:${provider}` : `oidc:${host}:*`);
      }
    }
  }
  return [...found].sort();
}
