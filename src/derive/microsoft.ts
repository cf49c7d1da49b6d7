import { textAt } from '../model/json.ts';
import type { SnapshotRecord } from '../model/record.ts';

/** Tenants of Microsoft, which own the applications of its services (https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in). */
const tenants: ReadonlySet<string> = new Set(['f8cdef31-a31e-4b4a-93e4-5f571e91255a', '72f988bf-86f1-41af-91ab-2d7cd011db47']);

export const isMicrosoftTenant = (tenant: string): boolean => tenants.has(tenant.toLowerCase());
/** A service principal of one of Microsoft's own services. */
export const isMicrosofts = (principal: SnapshotRecord): boolean => isMicrosoftTenant(textAt(principal.config, 'appOwnerOrganizationId') ?? '');
