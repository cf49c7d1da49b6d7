/** How each way of not getting in is mended: by the code that the SDK or AWS gives, or what the machine says of the connection. */
const mends: readonly (readonly [code: RegExp, mend: string])[] = [
  [/^(CredentialsProviderError|NoCredentials)/, 'set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run aws sso login'],
  [
    /Expired|TokenRefresh|SSOTokenProviderFailure|UnauthorizedSSOToken/,
    'the session has run out: sign in again, with aws sso login where it is one of Identity Center',
  ],
  [
    /^(InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|AuthFailure)/,
    'no such access key: look at AWS_PROFILE and AWS_ACCESS_KEY_ID, and whether the key was deactivated',
  ],
  [/^(SignatureDoesNotMatch|RequestTimeTooSkewed|RequestExpired)/, 'the secret does not fit the key, or the clock of this machine is wrong'],
  [/^AccessDenied/, 'with --role the role must trust you and you must be allowed sts:AssumeRole on it; --external-id where its trust asks for one'],
  [/\b(ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOST\w+|TimeoutError)/, 'nothing answers there: look at AWS_ENDPOINT_URL, the region, and HTTPS_PROXY'],
];

/** What to do about credentials that do not work; `undefined` where nobody can say. */
export const credentialsHelp = ({ code, message }: { readonly code: string; readonly message: string }): string | undefined =>
  mends.find(([pattern]) => pattern.test(`${code}: ${message}`))?.[1];
