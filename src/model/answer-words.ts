/** What `can` and `iam simulate` decide. */
export const decisions = {
  allow: 'it is allowed, whatever else the request holds',
  deny: 'it is denied: a statement denies it, nothing allows it, or the service refuses it whatever policies say (then `refused` tells why)',
  conditional: 'it is allowed if any entry of `residual` holds',
  unknown: 'something was not read that decides; `missing` names the permissions',
  error: 'the case is no question; `message` tells why, and the other cases are answered',
} as const;

/** How a call of a collection went. */
export const callStates = {
  ok: 'every request was answered',
  denied: 'the permission named beside it was missing',
  throttled: 'the provider asked to slow down as often as it was tried',
  absent: 'what it asks about is not there: a service that the region lacks, a feature that is not switched on',
  failed: 'no answer that could be read, though the call was allowed',
  unasked: 'nobody made the call: an import holds no answer of it; the region is `*` where that is so in every region of the account',
} as const;
export type CallState = keyof typeof callStates;
