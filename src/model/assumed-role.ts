/** What the ARN of a role session tells of it. */
export interface AssumedRole {
  readonly partition: string;
  readonly account: string;
  /** The role's name: its path is not in the session's ARN. */
  readonly role: string;
  readonly session: string;
}

const form = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([^/]+)\/(.+)$/;

/** Takes `arn:aws:sts::111122223333:assumed-role/R/session` apart; `undefined` for whatever is no session of a role. */
export function assumedRoleOf(arn: string): AssumedRole | undefined {
  const [, partition, account, role, session] = form.exec(arn) ?? [];
  return partition === undefined || account === undefined || role === undefined || session === undefined ? undefined : { partition, account, role, session };
}

/** Whether a role's ARN, path and all, is that of the role behind a session: names are unique in an account whatever the path. */
export function isRoleOf(arn: string, { partition, account, role }: AssumedRole): boolean {
  return arn.startsWith(`arn:${partition}:iam::${account}:role/`) && arn.endsWith(`/${role}`);
}
