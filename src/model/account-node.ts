/** The node of an account: to reach it is to administer the account. An AWS account is its root; an Entra tenant is its organization, whose id is the tenant's. */
export const accountNode = (account: string): string => (/^\d{12}$/.test(account) ? `arn:aws:iam::${account}:root` : account);
