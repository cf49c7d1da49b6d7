/** Where a cloud of Azure answers, and what its tokens are for. */
export interface AzureCloud {
  readonly name: string;
  readonly arm: string;
  readonly armScope: string;
  readonly graph: string;
  readonly graphScope: string;
  readonly authority: string;
}

const cloud = (name: string, arm: string, graph: string, authority: string): AzureCloud => ({
  name,
  arm,
  armScope: `${arm}/.default`,
  graph,
  graphScope: `${graph}/.default`,
  authority,
});

/** The clouds by the names that the Azure CLI has for them. Sovereign clouds have endpoints, directories and tokens of their own ("National cloud deployments", Microsoft Graph). */
export const azureClouds: readonly AzureCloud[] = [
  cloud('AzureCloud', 'https://management.azure.com', 'https://graph.microsoft.com', 'https://login.microsoftonline.com'),
  cloud('AzureUSGovernment', 'https://management.usgovcloudapi.net', 'https://graph.microsoft.us', 'https://login.microsoftonline.us'),
  cloud('AzureUSGovernmentDoD', 'https://management.usgovcloudapi.net', 'https://dod-graph.microsoft.us', 'https://login.microsoftonline.us'),
  cloud('AzureChinaCloud', 'https://management.chinacloudapi.cn', 'https://microsoftgraph.chinacloudapi.cn', 'https://login.chinacloudapi.cn'),
];

/**
 * The cloud by its name, with endpoints of one's own (Azure Stack, a proxy, a test) in place of its: `AZURE_RESOURCE_MANAGER_ENDPOINT`, `AZURE_GRAPH_ENDPOINT`, and
 * `AZURE_AUTHORITY_HOST` as the SDK reads it. Tokens stay those of the cloud. `undefined` where no cloud has the name.
 */
export function cloudOf(name: string | undefined, env: Readonly<Record<string, string | undefined>>): AzureCloud | undefined {
  const known = azureClouds.find((each) => each.name.toLowerCase() === (name ?? 'AzureCloud').toLowerCase());
  if (known === undefined) return undefined;
  const own = (variable: string, fallback: string): string => (env[variable] ?? fallback).replace(/\/+$/, '');
  return {
    ...known,
    arm: own('AZURE_RESOURCE_MANAGER_ENDPOINT', known.arm),
    graph: own('AZURE_GRAPH_ENDPOINT', known.graph),
    authority: own('AZURE_AUTHORITY_HOST', known.authority),
  };
}
