import type { Question } from '../grants/grant.ts';

/** Data actions by what comes before the last part; a few words below are control actions all the same. */
const data = [
  /^microsoft\.keyvault\/managedhsm\//,
  /^microsoft\.keyvault\/vaults\/(secrets\/(?!read$|write$|delete$)|keys\/(?!read$|write$|delete$|versions\/read$)|certificates\/|certificatecas\/)/,
  /^microsoft\.storage\/storageaccounts\/(blobservices\/containers\/blobs|queueservices\/queues\/messages|tableservices\/tables\/entities|fileservices\/fileshares\/files|fileservices\/(read|write)filebackupsemantics)/,
  /^microsoft\.(compute\/virtualmachines|hybridcompute\/machines)\/login(asadmin)?\/action$/,
  /^microsoft\.compute\/(disks|snapshots)\/(download|upload)\/action$/,
  /^microsoft\.documentdb\/databaseaccounts\/(readmetadata|sqldatabases\/containers\/(items\/|executequery|readchangefeed|executestoredprocedure))/,
  /^microsoft\.(servicebus|eventhub)\/namespaces\/messages\//,
  /^microsoft\.appconfiguration\/configurationstores\/keyvalues\//,
  /^microsoft\.cognitiveservices\/accounts\/(openai|speechservices|textanalytics|computervision|formrecognizer)\//,
  /^microsoft\.containerservice\/(managedclusters|fleets)\/(pods|secrets|apps|batch|configmaps|namespaces|serviceaccounts|rbac\.authorization\.k8s\.io|\*)/,
];

/**
 * The action as it is compared, and its plane. `data:` says that a data action is meant, for the names that both planes have (`Microsoft.KeyVault/vaults/keys/read`); without
 * it the name decides.
 */
export function planeOf(action: string): Pick<Question, 'action' | 'plane'> {
  const lower = action.toLowerCase();
  if (lower.startsWith('data:')) return { action: lower.slice('data:'.length), plane: 'data' };
  return { action: lower, plane: data.some((pattern) => pattern.test(lower)) ? 'data' : 'control' };
}

/** Actions of the directory and of what hangs on it, and application permissions by their name. */
export const isDirectory = (action: string): boolean =>
  /^microsoft\.(directory|graph|intune|cloudpc|office365\.[a-z]+|azure\.devops|networkaccess|agentregistry)\//.test(action);
