import type { PlanCase } from './case.ts';
import { settingsOfHosts } from './hosts.ts';
import { identity } from './identity.ts';
import { settingsOfPeople } from './people.ts';
import { resources } from './policies.ts';
import { protection } from './protection.ts';
import { settingsOfResources } from './settings.ts';
import { trust } from './trust.ts';

/** One case, at least, for each kind of change of AWS. */
export const planCases: readonly PlanCase[] = [
  ...identity,
  ...trust,
  ...resources,
  ...settingsOfHosts,
  ...settingsOfPeople,
  ...settingsOfResources,
  ...protection,
];
