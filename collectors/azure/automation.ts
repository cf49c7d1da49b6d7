import { defineCollector } from '../../src/model/collector.ts';
import { armTypes, below, perResource } from './table.ts';

const account = 'Microsoft.Automation/automationAccounts';
const workers = `${account}/hybridRunbookWorkerGroups`;
const list = (as: string, version = '2023-11-01') => below(as, as, version, `${account}/${as}`);

/** Automation accounts: their runbooks, and the names of the credentials that these use. */
export const automation = defineCollector({
  id: 'azure.automation',
  provider: 'azure',
  service: 'Microsoft.Automation',
  title: 'Automation',
  scope: 'global',
  resources: armTypes({
    [account]: {
      kind: 'Compute',
      label: 'automation account',
      details: [
        list('runbooks'),
        list('credentials'),
        list('connections'),
        list('certificates'),
        list('variables'),
        list('webhooks', '2015-10-31'),
        list('jobSchedules'),
      ],
      secrets: [
        { path: 'variables[].properties.value' },
        { path: 'webhooks[].properties.uri' },
        { path: 'connections[].properties.fieldDefinitionValues' },
        { path: 'jobSchedules[].properties.parameters' },
      ],
    },
    [workers]: {
      kind: 'Pipeline',
      label: 'group of hybrid workers',
      table: 'none',
      list: [perResource(account, 'hybridRunbookWorkerGroups', '2023-11-01', workers)],
      details: [below('hybridRunbookWorkers', 'hybridRunbookWorkers', '2023-11-01', `${workers}/hybridRunbookWorkers`)],
      references: [{ path: 'hybridRunbookWorkers[].properties.vmResourceId', edge: 'RefersTo' }],
    },
  }),
});
