/**
 * `npm run estate -- [--hybrid] [--scale N] [--seed S] [--endpoint URL] [--out SNAP]`: fills an empty moto server with the demo estate through the AWS SDK, and collects it with our own collectors.
 * With --hybrid it joins the Azure half: a tenant that trusts AWS and that AWS trusts, from a replay server, collected into the same snapshot.
 * Without --endpoint it starts a moto server of its own, if `npm test` has brought one.
 */
import { parseArgs } from 'node:util';
import { main } from '../src/cli/main.ts';
import { startMoto } from '../test/servers/moto.ts';
import { larkpay } from './azure/larkpay.ts';
import { exporter, tenant } from './azure/parts.ts';
import { startReplay } from './azure/replay.ts';
import { Api } from './estate/api.ts';
import { filler } from './estate/filler.ts';
import { startFront } from './estate/front.ts';
import { trustEntra } from './estate/hybrid.ts';
import { identityCenter, provision } from './estate/identity-center.ts';
import type { EstateAccounts } from './estate/organization.ts';
import { Random } from './estate/random.ts';
import { stories } from './estate/stories.ts';
import { vpn } from './estate/vpn.ts';
import { moto } from './provision.js';

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    seed: { type: 'string', default: '7' },
    endpoint: { type: 'string' },
    out: { type: 'string' },
    hybrid: { type: 'boolean' },
  },
});
const seed = Number(values.seed);
const source = new Random(seed);
const random = (): number => source.next();
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
let own: Awaited<ReturnType<typeof startMoto>> | undefined;
if (values.endpoint === undefined) {
  const server = moto();
  if (!server.ok) throw new Error(`no moto server: ${server.reason}`);
  process.env['POSTERN_TEST_MOTO'] = server.folder;
  own = await startMoto({ MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' });
}
const endpoint = values.endpoint ?? own?.url ?? '';
try {
  await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' });
  await fetch(`${endpoint}/moto-api/seed?a=${seed}`, { method: 'POST' });
  const root = new Api(endpoint, '123456789012', 'us-east-1', { accessKeyId: 'test', secretAccessKey: 'test' });
  const started = Date.now();
  const accounts = await stories(root);
  const count = await filler(accounts, Number(values.scale), random);
  console.error(
    `filled with the stories and ${count} everyday resources in ${((Date.now() - started) / 1000).toFixed(1)} s (scale ${values.scale}, seed ${seed})`,
  );
  const replay = values.hybrid === true ? await hybridHalf(accounts) : undefined;
  if (values.out !== undefined) {
    const front = await startFront(endpoint, replay === undefined ? [] : [identityCenter(accounts)]);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: front.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'eu-west-1',
      POSTERN_REDACTION_KEY: '00'.repeat(32),
      ...replay?.env,
    });
    const code = await main(
      [
        'collect',
        replay === undefined ? 'aws' : 'all',
        ...(replay === undefined ? [] : ['--app-settings']),
        '--org',
        '--regions',
        'eu-west-1,us-east-1',
        '--max-rps',
        '1000',
        '--out',
        values.out,
      ],
      {
        out: (text) => process.stdout.write(text),
        err: (text) => process.stderr.write(text),
        stdoutIsTerminal: false,
        stderrIsTerminal: false,
        env: process.env,
        stdin: async () => '',
        signal: new AbortController().signal,
      },
    );
    process.exitCode = code;
    await front.close();
  }
  await replay?.close();
} finally {
  await own?.stop();
}

/** The Azure half, what AWS trusts of it, and the tunnel between their networks. */
async function hybridHalf(accounts: EstateAccounts) {
  await trustEntra(accounts.data, tenant, exporter);
  await provision(accounts);
  await vpn(accounts);
  const listed = await accounts.production.call('iam', 'ListAccessKeys', { UserName: 'svc-file-mover' });
  const [key] = listed['AccessKeyMetadata'] as unknown as { AccessKeyId: string }[];
  return startReplay(larkpay({ data: accounts.data.account, production: accounts.production.account, accessKey: key?.AccessKeyId ?? '' }));
}
