import type { Assigned, AzureWorld, Denied, Environment, Permission, Test } from './world.ts';

/** The slow twin: who may do what, straight from the documentation's sentences, for one principal, one action, one resource, one environment. Nothing is remembered. */
export function authorize(
  world: AzureWorld,
  principal: string,
  action: string,
  resource: string,
  environment: Environment,
): { allowed: boolean; unread: boolean } {
  const everything = [principal, ...groupsOf(world, principal)];
  for (const denial of world.denials) if (denies(denial, everything, action, resource)) return { allowed: false, unread: false };
  const meant = world.assignments.filter((each) => everything.includes(each.holder) && within(resource, each.scope));
  const allowed = meant.some((each) => gives(world, each, action, environment));
  return { allowed, unread: meant.some((each) => world.roles[each.role] === undefined) };
}

/** Groups, and groups of groups, until no more come. */
function groupsOf(world: AzureWorld, principal: string): readonly string[] {
  let found: readonly string[] = [];
  for (;;) {
    const more = Object.entries(world.groups).flatMap(([group, members]) =>
      members.some((member) => member === principal || found.includes(member)) ? [group] : [],
    );
    if (more.every((group) => found.includes(group))) return found.filter((group) => group !== principal);
    found = [...new Set([...found, ...more])];
  }
}

function gives(world: AzureWorld, assigned: Assigned, action: string, environment: Environment): boolean {
  if (assigned.eligible && !environment.active) return false;
  if (assigned.condition !== undefined && !holds(assigned.condition, action, environment)) return false;
  return (world.roles[assigned.role] ?? []).some(
    (permission) => permits(permission, action) && (permission.condition === undefined || holds(permission.condition, action, environment)),
  );
}

const permits = (permission: Permission, action: string): boolean =>
  permission.actions.some((pattern) => matches(pattern, action)) && !permission.notActions.some((pattern) => matches(pattern, action));

function denies(denial: Denied, everything: readonly string[], action: string, resource: string): boolean {
  if (denial.principals !== 'everyone' && !denial.principals.some((each) => everything.includes(each))) return false;
  if (denial.spared.some((each) => everything.includes(each))) return false;
  return permits(denial.permission, action) && (denial.only ? resource === denial.scope.toLowerCase() : within(resource, denial.scope));
}

function holds(test: Test, action: string, environment: Environment): boolean {
  switch (test.kind) {
    case 'equals':
      return environment.attribute === test.value;
    case 'action':
      return matches(test.pattern, action);
    case 'not':
      return !holds(test.of, action, environment);
    case 'and':
      return holds(test.left, action, environment) && holds(test.right, action, environment);
    case 'or':
      return holds(test.left, action, environment) || holds(test.right, action, environment);
  }
}

/** Letter by letter; `*` takes any number of them. */
function matches(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern[0] === '*') return matches(pattern.slice(1), text) || (text !== '' && matches(pattern, text.slice(1)));
  return text !== '' && pattern[0]?.toLowerCase() === text[0]?.toLowerCase() && matches(pattern.slice(1), text.slice(1));
}

/** Management groups that a subscription or group hangs in, written down. */
export const tree: Readonly<Record<string, readonly string[]>> = {
  '/subscriptions/s1': ['/providers/microsoft.management/managementgroups/low', '/providers/microsoft.management/managementgroups/top'],
  '/subscriptions/s2': ['/providers/microsoft.management/managementgroups/top'],
  '/providers/microsoft.management/managementgroups/low': ['/providers/microsoft.management/managementgroups/top'],
  '/providers/microsoft.management/managementgroups/top': [],
};

function within(resource: string, scope: string): boolean {
  const wanted = scope.toLowerCase();
  if (wanted === '/') return true;
  const parts = resource.split('/');
  for (let length = parts.length; length > 1; length--) if (parts.slice(0, length).join('/') === wanted) return true;
  return Object.entries(tree).some(([root, above]) => (resource === root || resource.startsWith(`${root}/`)) && above.includes(wanted));
}
