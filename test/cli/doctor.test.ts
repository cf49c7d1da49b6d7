import { expect, test } from '@jest/globals';
import { credentialsHelp } from '../../src/cli/credentials-help.ts';
import { run } from '../support/run.ts';

test.each([
  ['CredentialsProviderError', /AWS_PROFILE/],
  ['ExpiredTokenException', /aws sso login/],
  ['InvalidClientTokenId', /deactivated/],
  ['SignatureDoesNotMatch', /clock/],
  ['AccessDenied', /--external-id/],
  ['ECONNREFUSED', /AWS_ENDPOINT_URL/],
])('%s is told with what to do', (code, help) => expect(credentialsHelp({ code, message: 'no' })).toMatch(help));

test('a code that nobody knows is told without advice', () => expect(credentialsHelp({ code: 'Teapot', message: 'no' })).toBeUndefined());

test('doctor says what is wrong with the credentials, and how to mend it', async () => {
  const env = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y', AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
  // The SDK reads the environment of the process itself.
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    const { out, code } = await run(['doctor', 'aws', '--call-budget', '1'], { env });
    expect(code).toBe(2);
    expect(out).toMatch(/^credentials {2}FAIL {2}.*ECONNREFUSED.*\n {2}help: nothing answers there/);
  } finally {
    process.env = before;
  }
}, 60_000);
