import { CallFailure } from '../../src/collect/gate.ts';
import { isArray, isObject, type Json, type JsonObject, textAt } from '../../src/model/json.ts';
import { type Answer, type AzureHttp, failureOf, retryAfter } from './http.ts';

const done = /^(Succeeded|Failed|Canceled)$/i;
/** Milliseconds: the longest that a long-running operation is waited for. */
const patience = 120_000;

interface Asked {
  readonly http: AzureHttp;
  readonly service: string;
  readonly tenant: string;
}

/** A whole answer: its pages put together, and what it starts waited for. If a page fails, those before it come with the failure. @throws CallFailure */
export async function whole(asked: Asked, path: string, body?: JsonObject): Promise<{ answer: JsonObject; requests: number }> {
  const first = await asked.http.send(asked.service, asked.tenant, path, body);
  let requests = 1;
  const end = first.status === 202 ? await finished(asked, first, () => requests++) : first.body;
  return followed(asked, isObject(end) ? end : {}, requests, path);
}

/** The pages after the first. */
export async function followed(asked: Asked, first: JsonObject, sent: number, posted: string): Promise<{ answer: JsonObject; requests: number }> {
  let requests = sent;
  // Pages are put behind one another in one list: a list made anew for each page would cost the square of their number.
  const value = [...listOf(first)];
  const soFar = (): JsonObject => without(requests === sent ? first : { ...first, value });
  const seen = new Set<string>();
  try {
    for (let next = nextOf(first, posted); next !== undefined; ) {
      const key = JSON.stringify(next);
      if (seen.has(key)) throw new CallFailure('broken', 'LoopingLink', 'the pages of the answer lead in a circle');
      seen.add(key);
      const page = await asked.http.send(asked.service, asked.tenant, next.path, next.body);
      requests++;
      if (!isObject(page.body)) throw new CallFailure('broken', 'UnreadableAnswer', 'a page of the answer holds nothing');
      for (const each of listOf(page.body)) value.push(each);
      next = nextOf(page.body, posted);
    }
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    throw new CallFailure(error.kind === 'absent' ? 'broken' : error.kind, error.code, `after ${requests} pages: ${error.message}`, {
      partial: soFar(),
    });
  }
  return { answer: soFar(), requests };
}

const listOf = (answer: JsonObject): readonly Json[] => (isArray(answer['value']) ? answer['value'] : []);
const without = ({ nextLink: _next, '@odata.nextLink': _odata, ...answer }: JsonObject): JsonObject => answer;

function nextOf(page: JsonObject, posted: string): { path: string; body?: JsonObject } | undefined {
  const link = page['nextLink'] ?? page['@odata.nextLink'];
  if (typeof link === 'string' && link !== '') return { path: link };
  const token = page['skipToken'] ?? page['$skipToken'];
  return typeof token === 'string' && token !== '' ? { path: posted, body: { skipToken: token } } : undefined;
}

/**
 * "Track asynchronous Azure operations": a 202 names where to ask; `Azure-AsyncOperation` answers a status and the result stands at `Location` or in `properties.output`,
 * `Location` alone answers 202 until the result is there.
 */
async function finished(asked: Asked, started: Answer, count: () => void): Promise<Json> {
  const statusUrl = started.headers.get('azure-asyncoperation');
  const location = started.headers.get('location');
  const poll = statusUrl ?? location;
  if (poll === undefined) return started.body;
  let pause = retryAfter(started.headers);
  for (let waited = 0; waited <= patience; ) {
    const wait = Math.min(Math.max(pause, 20), 10_000);
    await new Promise((resolve) => setTimeout(resolve, wait));
    waited += wait;
    count();
    const answer = await asked.http.send(asked.service, asked.tenant, poll);
    const state = textAt(answer.body, 'status') ?? textAt(answer.body, 'properties.provisioningState');
    if (statusUrl === undefined ? answer.status !== 202 : state === undefined || done.test(state)) {
      if (/^(Failed|Canceled)$/i.test(state ?? '')) {
        const failure = failureOf(400, answer.headers, answer.body);
        throw new CallFailure('broken', failure.code === 'Http400' ? `Operation${state}` : failure.code, failure.message || 'the operation did not succeed');
      }
      if (statusUrl === undefined) return answer.body;
      const output = isObject(answer.body) && isObject(answer.body['properties']) ? answer.body['properties']['output'] : undefined;
      if (location === undefined) return output ?? answer.body;
      count();
      return (await asked.http.send(asked.service, asked.tenant, location)).body;
    }
    pause = retryAfter(answer.headers) || Math.min(5000, wait * 1.5);
  }
  throw new CallFailure('broken', 'OperationTimeout', `the operation was not done in ${patience / 1000} s`);
}
