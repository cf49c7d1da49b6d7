import type { Collector } from '../../src/model/collector.ts';
import { access, authorization } from './authorization.ts';
import { automation } from './automation.ts';
import { cdn } from './cdn.ts';
import { compute } from './compute.ts';
import { containers } from './containers.ts';
import { data } from './data.ts';
import { databases } from './databases.ts';
import { keyvault } from './keyvault.ts';
import { network } from './network.ts';
import { deployments, hierarchy } from './resources.ts';
import { storage } from './storage.ts';
import { web } from './web.ts';

/** Every collector of Azure Resource Manager. One line each, sorted. */
export const azureCollectors: readonly Collector[] = [
  access,
  authorization,
  automation,
  cdn,
  compute,
  containers,
  data,
  databases,
  deployments,
  hierarchy,
  keyvault,
  network,
  storage,
  web,
];
