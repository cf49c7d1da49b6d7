/** Template ids of directory roles that the documentation's table speaks of. */
const id = {
  authAdmin: 'c4e39bd9-1100-46d3-8c65-fb160da0071f',
  directoryReaders: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b',
  globalAdmin: '62e90394-69f5-4237-9190-012177145e10',
  groupsAdmin: 'fdd7a751-b60b-444a-984c-02652fe8fa1c',
  guestInviter: '95e79109-95c0-4d8e-aee3-d01accf2d47b',
  helpdeskAdmin: '729827e3-9c14-49f7-bb1b-9608f156bbb8',
  messageCenterReader: '790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b',
  passwordAdmin: '966707d0-3269-4727-9be2-8c3a10f19b9d',
  privilegedAuthAdmin: '7be44c8a-adaf-4e2a-84d6-ab2649e08a13',
  reportsReader: '4a5d8f65-41da-4de4-8968-e035b65339cf',
  usageSummaryReader: '75934031-6c7e-415a-99d7-48dbd49e875e',
  userAdmin: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  userExperience: '27460883-1df1-4691-b032-3b79643e5e63',
  partnerTier2: 'e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8',
} as const;

export const globalAdministrator = id.globalAdmin;

const low = [id.directoryReaders, id.guestInviter];
const middle = [...low, id.messageCenterReader, id.passwordAdmin, id.reportsReader, id.usageSummaryReader, id.userExperience];

/**
 * "Who can reset passwords" (https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions#who-can-reset-passwords): by the role that
 * resets, the roles that the other may have. Custom roles and all that are not in the table reset those without a role only; `all` resets everybody.
 */
const resets: Readonly<Record<string, readonly string[] | 'all'>> = {
  [id.passwordAdmin]: [...low, id.passwordAdmin],
  [id.helpdeskAdmin]: [...middle, id.helpdeskAdmin],
  [id.authAdmin]: [...middle, id.authAdmin],
  [id.userAdmin]: [...middle, id.groupsAdmin, id.helpdeskAdmin, id.userAdmin],
  [id.privilegedAuthAdmin]: 'all',
  [id.globalAdmin]: 'all',
  // "can reset passwords ... for all non-administrators and administrators (including Global Administrators)"
  [id.partnerTier2]: 'all',
};

export interface ResetTarget {
  readonly roles: ReadonlySet<string>;
  /** Member or owner of a role-assignable group, or holds a role scoped to a restricted management unit: for those who reset `all` only. */
  readonly guarded: boolean;
}

/** Whether a holder of a role may set the password, or add a way to sign in, of a user. */
export function mayReset(role: string, target: ResetTarget): boolean {
  const rule = resets[role] ?? [];
  if (rule === 'all') return true;
  if (target.guarded) return false;
  for (const each of target.roles) if (!rule.includes(each)) return false;
  return true;
}
