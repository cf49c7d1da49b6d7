import { plannedCalls } from '../collect/plan.ts';
import type { Collector } from '../model/collector.ts';
import { InputError, nearest } from '../model/error.ts';
import type { Invocation } from './command.ts';
import { listOf } from './gate.ts';

export type Provider = Collector['provider'];

/** Every collector that can ask, by the provider it asks. */
async function collectorsOf(provider: Provider): Promise<readonly Collector[]> {
  switch (provider) {
    case 'aws':
      return (await import('../../collectors/aws/index.ts')).awsCollectors.filter((collector) => collector.sdk !== undefined);
    case 'azure':
      return (await import('../../collectors/azure/index.ts')).azureCollectors;
    case 'entra':
      return (await import('../../collectors/entra/index.ts')).entraCollectors;
  }
}

/** One after the other: what two providers share is loaded once, by the first. */
async function collectorsOfAll(providers: readonly Provider[]): Promise<readonly Collector[]> {
  const all: Collector[] = [];
  for (const provider of providers) all.push(...(await collectorsOf(provider)));
  return all;
}

const short = (collector: Collector): string => collector.id.slice(collector.id.indexOf('.') + 1);

const fits = (collector: Collector, name: string): boolean =>
  short(collector) === name || collector.service.toLowerCase() === name.toLowerCase() || collector.id === name;

/** The collectors that the command line asks for; all by default. */
export async function wantedCollectors(invocation: Invocation, ...providers: readonly Provider[]): Promise<readonly Collector[]> {
  const all = await collectorsOfAll(providers);
  const names = listOf(invocation, '--services');
  return names.length === 0 ? all : all.filter((collector) => names.some((name) => fits(collector, name)));
}

/** Names of collectors that none of the command's providers has are an error. */
export async function checkServices(invocation: Invocation, providers: readonly Provider[]): Promise<void> {
  const all = await collectorsOfAll(providers);
  for (const name of listOf(invocation, '--services')) {
    if (all.some((collector) => fits(collector, name))) continue;
    const near = nearest(name, all.map(short));
    throw new InputError(`no collector is called \`${name}\``, { help: near === undefined ? `known: ${all.map(short).join(', ')}` : `did you mean ${near}?` });
  }
}

export type Target = Provider | 'all';

/** The providers that a command asks. */
export const providersOf = (invocation: Invocation, target: Target): readonly Provider[] =>
  target === 'all' ? ['aws', 'azure', 'entra'] : target === 'azure' && invocation.on('--entra') ? ['azure', 'entra'] : [target];

/** Flags that ask for more than is asked by default, and the name that the tables have for each. */
const optional = {
  '--function-images': 'function-images',
  '--last-accessed': 'last-accessed',
  '--app-settings': 'app-settings',
  '--diagnostics': 'diagnostics',
  '--effective-rules': 'effective-rules',
  '--partner': 'partner',
} as const;

export function optionsOf(invocation: Invocation): ReadonlySet<string> {
  return new Set(Object.entries(optional).flatMap(([flag, name]) => (invocation.has(flag) && invocation.on(flag) ? [name] : [])));
}

/** The least policy of AWS that allows exactly the calls that would be made. */
export function leastPolicy(collectors: readonly Collector[], options: ReadonlySet<string>, organization: boolean): object {
  const actions = new Set(plannedCalls(collectors, options).map((planned) => planned.permission));
  for (const action of ['sts:GetCallerIdentity', 'ec2:DescribeRegions', ...(organization ? ['organizations:ListAccounts', 'sts:AssumeRole'] : [])])
    actions.add(action);
  return { Version: '2012-10-17', Statement: [{ Sid: 'PosternReadOnly', Effect: 'Allow', Action: [...actions].sort(), Resource: '*' }] };
}

/** The least custom role of Azure, and the application permissions of Microsoft Graph, that allow exactly the calls that would be made. */
export function leastRole(collectors: readonly Collector[], options: ReadonlySet<string>, tenant: string | undefined): object {
  const permissions = (provider: Provider): readonly string[] => {
    const planned = plannedCalls(
      collectors.filter((collector) => collector.provider === provider),
      options,
    );
    return [...new Set(planned.map((each) => each.permission))];
  };
  const azure = permissions('azure');
  const actions = new Set(azure.length === 0 ? [] : [...azure, 'Microsoft.ResourceGraph/resources/read', 'Microsoft.Resources/subscriptions/read']);
  return {
    roleDefinition: {
      Name: 'Postern Reader',
      IsCustom: true,
      Description: 'What Postern reads of Azure, and nothing else. No data of any resource; no keys.',
      Actions: [...actions].sort(),
      NotActions: [],
      DataActions: [],
      NotDataActions: [],
      AssignableScopes: [`/providers/Microsoft.Management/managementGroups/${tenant ?? '<tenant id>'}`],
    },
    graphApplicationPermissions: [...permissions('entra')].sort(),
  };
}
