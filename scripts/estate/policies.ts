/** A trust policy for a service. */
export const service = (name: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: `${name}.amazonaws.com` }, Action: 'sts:AssumeRole' }],
});
/** A trust policy for a principal, where a condition may bind it. */
export const trusting = (principal: unknown, condition?: object, action: string | string[] = 'sts:AssumeRole'): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: principal, Action: action, ...(condition === undefined ? {} : { Condition: condition }) }],
});
/** A statement that allows. */
export const allow = (action: string | string[], resource: string | string[] = '*', condition?: object): object => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...(condition === undefined ? {} : { Condition: condition }),
});
/** A statement that denies. */
export const deny = (action: string | string[], resource: string | string[] = '*'): object => ({ Effect: 'Deny', Action: action, Resource: resource });
/** A policy document of statements. */
export const policy = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });
/** Tags in the form that most of the calls take. */
export const tags = (map: Readonly<Record<string, string>>): { Key: string; Value: string }[] => Object.entries(map).map(([Key, Value]) => ({ Key, Value }));
export const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
