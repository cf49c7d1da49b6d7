/** Something in a document that does not do what it seems to. */
export interface LintProblem {
  readonly code: keyof typeof lintCodes;
  readonly severity: 'error' | 'warning';
  /** RFC 6901, from the document's root. */
  readonly path: readonly (string | number)[];
  /** Lower case, no full stop. */
  readonly message: string;
  readonly help: string;
}

/** Every code, and what it means. An error never does what it seems to; a warning mostly does not. */
export const lintCodes = {
  'allow-not-action': 'Allow with NotAction gives every other action of AWS',
  'allow-not-principal': 'Allow with NotPrincipal gives everybody else access, strangers too',
  'condition-key': 'no request of the statement’s actions carries the condition key',
  'condition-type': 'the operator does not read values of the key’s type',
  'deny-never': 'a Deny that no request can meet',
  'deny-not-principal': 'Deny with NotPrincipal denies every principal that has a boundary',
  'for-all-values': 'ForAllValues in an Allow is true where the key is missing',
  'literal-wildcard': 'a wildcard where the operator takes it as it stands',
  malformed: 'AWS rejects the whole document',
  'mfa-missing': 'a test on a false second factor passes over requests that carry none',
  'no-values': 'a list without values matches nothing',
  'resource-unreachable': 'the action takes none of the statement’s resources',
  'stopped-above': 'a boundary or service control policy always stops what the statement allows',
  'stopped-here': 'a Deny of the same document always stops what the statement allows',
  'unknown-action': 'no action of AWS has this name',
  'version-variables': 'a variable in a document whose version has none',
} as const;
