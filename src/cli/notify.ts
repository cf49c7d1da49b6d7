import { chmod } from 'node:fs/promises';
import type { Assessment } from '../model/assessment.ts';
import { InputError } from '../model/error.ts';
import { digest } from '../report/digest.ts';
import { metrics } from '../report/metrics.ts';
import type { Invocation, Io } from './command.ts';
import { writeWhole } from './write-whole.ts';

/** What follows a report in CI and cron: the metrics file, and a message about what is new. */
export async function afterwards(assessment: Assessment, invocation: Invocation): Promise<void> {
  const file = invocation.text('--metrics-file');
  if (file !== undefined) {
    await writeWhole(file, metrics(assessment));
    // It holds numbers only, and another user's exporter must read it.
    await chmod(file, 0o644);
  }
  if (invocation.on('--notify')) await notify(assessment, invocation.io);
}

const tries = 4;
/** Milliseconds for one try, and the longest wait between two. */
const patience = 10_000;

/**
 * Posts the digest to the webhook of `POSTERN_WEBHOOK_URL`, with `POSTERN_WEBHOOK_TOKEN` as bearer token where one is set. `text` is what Slack, Teams and Mattermost
 * read. The address and the token come from the environment only, go to that one host (a redirect is refused) and stand in no message: most such addresses are secrets.
 * A message that cannot be delivered is told and changes no exit code: the findings decide that.
 */
async function notify(assessment: Assessment, io: Io): Promise<void> {
  const address = io.env['POSTERN_WEBHOOK_URL'];
  if (address === undefined || address === '') throw new InputError('--notify without an address', { help: 'set POSTERN_WEBHOOK_URL' });
  if (!URL.canParse(address)) throw new InputError('POSTERN_WEBHOOK_URL is no address', { help: 'https://…' });
  const url = new URL(address);
  const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback))
    throw new InputError('POSTERN_WEBHOOK_URL is not https', { help: 'the digest names what is exposed' });
  const message = digest(assessment);
  if (message === undefined) return;
  const token = io.env['POSTERN_WEBHOOK_TOKEN'];
  const body = JSON.stringify({ schema: 'digest/v1', snapshot: assessment.snapshot.hash, ...message });
  let problem = '';
  for (let attempt = 1; attempt <= tries; attempt++) {
    let wait = Math.min(patience, 500 * 2 ** attempt);
    try {
      const answer = await fetch(url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
        redirect: 'manual',
        signal: AbortSignal.any([io.signal, AbortSignal.timeout(patience)]),
      });
      await answer.body?.cancel();
      if (answer.ok) return;
      problem =
        answer.type === 'opaqueredirect' || (answer.status >= 300 && answer.status < 400)
          ? 'it answers with a redirect, which is not followed'
          : `it answers ${answer.status}`;
      if (answer.status !== 429 && answer.status < 500) break;
      const seconds = Number(answer.headers.get('retry-after'));
      if (seconds > 0) wait = Math.min(patience, seconds * 1000);
    } catch (error) {
      if (io.signal.aborted) return;
      problem = error instanceof Error && error.name === 'TimeoutError' ? 'it does not answer in time' : 'it cannot be reached';
    }
    if (attempt < tries) await new Promise((resolve) => setTimeout(resolve, wait));
  }
  io.err(`the notification was not delivered to ${url.hostname}: ${problem}\n`);
}
