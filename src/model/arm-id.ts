/**
 * Resource ids of Azure Resource Manager. They are compared without regard to case ("resource names … are case-insensitive", Naming rules and restrictions for Azure
 * resources), and two APIs may spell one id differently, so every id is folded to lower case before it is kept or looked up.
 */
export const armId = (text: string): string => (text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text).toLowerCase();

/** Whether a text looks like such an id: from the root, with a subscription or a provider. */
export const isArmId = (text: string): boolean => /^\/(?:subscriptions|providers)\/[^/]/i.test(text);

/** The type that an id names, in the id's own spelling: what follows the last `/providers/`, without names. `undefined` where it names no resource. */
export function armType(id: string): string | undefined {
  const parts = id.split('/').filter((part) => part !== '');
  const at = parts.findLastIndex((part) => part.toLowerCase() === 'providers');
  if (at < 0) {
    if (parts[0]?.toLowerCase() !== 'subscriptions') return undefined;
    if (parts.length === 2) return 'Microsoft.Resources/subscriptions';
    return parts.length === 4 && parts[2]?.toLowerCase() === 'resourcegroups' ? 'Microsoft.Resources/subscriptions/resourceGroups' : undefined;
  }
  const [namespace, ...rest] = parts.slice(at + 1);
  if (namespace === undefined || rest.length < 2 || rest.length % 2 !== 0) return undefined;
  return [namespace, ...rest.filter((_, position) => position % 2 === 0)].join('/');
}

/** Subscription of a folded id; `undefined` for what stands above subscriptions. */
export const armSubscription = (id: string): string | undefined => /^\/subscriptions\/([^/]+)/.exec(id)?.[1];

/** What a folded id belongs to: the resource that it is nested in, the scope that it extends, else resource group, subscription, or nothing (the tenant). */
export function armParent(id: string): string | undefined {
  const parts = id.split('/').filter((part) => part !== '');
  const at = parts.lastIndexOf('providers');
  if (at < 0) return parts.length > 2 ? `/${parts.slice(0, 2).join('/')}` : undefined;
  const end = parts.length - at > 4 ? parts.length - 2 : at;
  return end === 0 ? undefined : `/${parts.slice(0, end).join('/')}`;
}

/** `West Europe` and `westeurope` are one location; what has none is `global`. */
export function armLocation(location: string | undefined): string {
  const folded = (location ?? '').toLowerCase().replaceAll(' ', '');
  return folded === '' ? 'global' : folded;
}
