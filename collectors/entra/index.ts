import type { Collector } from '../../src/model/collector.ts';
import { applications } from './applications.ts';
import { directory } from './directory.ts';
import { policies } from './policies.ts';
import { roleManagement } from './roles.ts';

/** Every collector of Entra ID. One line each, sorted. */
export const entraCollectors: readonly Collector[] = [applications, directory, policies, roleManagement];
