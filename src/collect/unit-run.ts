import type { CallState } from '../model/answer-words.ts';
import type { BatchCall, Collector, DetailCall, ResourceType } from '../model/collector.ts';
import { isObject, type JsonObject, textAt, walkPath } from '../model/json.ts';
import type { CallStatus } from '../model/record.ts';
import { itemConfig, itemsOf, type Place } from './build.ts';
import { CallFailure } from './gate.ts';
import { placeRegion, type Unit } from './plan.ts';
import { detailRequest, kept, requests } from './request.ts';

/** How requests reach a provider. Paging is the transport's: an answer is whole. */
export interface Transport {
  /** @throws CallFailure */
  call(collector: Collector, operation: string, input: JsonObject, place: Place): Promise<{ readonly answer: JsonObject; readonly requests: number }>;
}

interface Status {
  state: CallState;
  requests: number;
  permission: string | undefined;
  message: string | undefined;
  resources: string[];
}

const operationOf = (call: string): string => call.slice(call.indexOf(':') + 1);

const severity: Readonly<Record<CallState, number>> = { ok: 0, absent: 0, throttled: 1, failed: 2, denied: 3, unasked: 0 };
/** So many refusals of one call in a row and it is not asked again in this place. */
const refusals = 5;

/** The requests of one collector in one account and region, and how each call went. */
export class UnitRun {
  readonly #unit: Unit;
  readonly #transport: Transport;
  readonly #options: ReadonlySet<string>;
  readonly #statuses = new Map<string, Status>();
  readonly #sent = new Map<string, Promise<JsonObject | 'absent' | 'failed'>>();
  readonly #refused = new Map<string, number>();
  expired = false;

  constructor(unit: Unit, transport: Transport, options: ReadonlySet<string>) {
    this.#options = options;
    this.#unit = unit;
    this.#transport = transport;
  }

  statuses(): CallStatus[] {
    const { account } = this.#unit.place;
    return [...this.#statuses].map(([call, status]) => ({
      call,
      account,
      region: placeRegion(this.#unit),
      state: status.state,
      requests: status.requests,
      ...(status.permission === undefined || status.state === 'ok' || status.state === 'absent' ? {} : { permission: status.permission }),
      ...(status.message === undefined || status.state === 'ok' || status.state === 'absent' ? {} : { message: status.message }),
      ...(status.resources.length === 0 ? {} : { resources: status.resources.slice(0, 50) }),
    }));
  }

  async type(type: ResourceType, known: ReadonlyMap<string, readonly { config: JsonObject }[]>): Promise<{ config: JsonObject; calls: Set<string> }[]> {
    const items: { config: JsonObject; calls: Set<string> }[] = [];
    for (const list of type.list ?? []) {
      if (list.option !== undefined && !this.#options.has(list.option)) continue;
      for (const { request, extra } of requests(list, known, this.#unit.place)) {
        const answer = await this.ask(list.call, request, {
          ...(list.absent === undefined ? {} : { absent: list.absent }),
          ...(list.permission === undefined ? {} : { permission: list.permission }),
        });
        if (answer === undefined) continue;
        const owned = (config: JsonObject): boolean => type.ownedOnly !== true || textAt(config, type.owner ?? '') === this.#unit.place.account;
        const found = itemsOf(answer, list.items).map(itemConfig).filter(owned);
        const described =
          type.batch === undefined || found.length === 0
            ? found.map((config) => ({ config, calls: new Set([list.call]) }))
            : await this.#batch(type.batch, found, list.call, extra);
        for (const item of described) items.push({ config: { ...extra, ...item.config }, calls: item.calls });
      }
    }
    for (const detail of type.details ?? []) await Promise.all(items.map((item) => this.#detail(detail, item)));
    return items;
  }

  async #batch(batch: BatchCall, found: readonly JsonObject[], listCall: string, extra: JsonObject): Promise<{ config: JsonObject; calls: Set<string> }[]> {
    const names = found.map((config) => textAt(config, 'Arn') ?? textAt(config, 'Name') ?? '').filter((name) => name !== '');
    const items: { config: JsonObject; calls: Set<string> }[] = [];
    for (let at = 0; at < names.length; at += batch.size) {
      const answer = await this.ask(
        batch.call,
        { ...extra, ...batch.request, [batch.parameter]: names.slice(at, at + batch.size) },
        batch.permission === undefined ? {} : { permission: batch.permission },
      );
      if (answer === undefined) continue;
      for (const item of itemsOf(answer, batch.items)) if (isObject(item)) items.push({ config: item, calls: new Set([listCall, batch.call]) });
    }
    return items;
  }

  async #detail(detail: DetailCall, item: { config: JsonObject; calls: Set<string> }): Promise<void> {
    if (detail.option !== undefined && !this.#options.has(detail.option)) return;
    if (detail.when !== undefined) {
      const [found] = walkPath(item.config, detail.when.path);
      const value = found === undefined || found.value === null || found.value === false ? undefined : String(found.value);
      if (value === undefined || (detail.when.equals !== undefined && value !== detail.when.equals)) return;
    }
    const request = detailRequest(detail, item.config, this.#unit.place);
    if (request === undefined) return;
    const resource = Object.values(detail.request)
      .map((path) => textAt(item.config, path))
      .find((text) => text !== undefined);
    const outcome = await this.#try(detail.call, request, detail.absent ?? [], detail.permission, resource);
    if (outcome === 'failed') return;
    const result = detail.job === undefined || outcome === 'absent' ? outcome : await this.#finish(detail, detail.job, outcome, resource);
    if (result === undefined) return;
    item.calls.add(detail.call);
    if (result === 'absent') return;
    if (detail.job !== undefined) item.calls.add(detail.job.call);
    const value = kept(result, detail);
    const key = detail.as ?? operationOf(detail.call);
    if (detail.merge === true && isObject(value)) item.config = { ...item.config, ...value };
    else item.config = { ...item.config, [key]: value };
  }

  /** Waits for a job that a call started: asks again at growing intervals, at most a minute. One that fails or does not end is a gap of the call that started it. */
  async #finish(detail: DetailCall, job: NonNullable<DetailCall['job']>, started: JsonObject, resource: string | undefined): Promise<JsonObject | undefined> {
    const id = textAt(started, job.id);
    let status = 'not started';
    for (
      let pause = 200, waited = 0;
      id !== undefined && waited < 60_000 && !job.failed.includes(status);
      waited += pause, pause = Math.min(5000, pause * 1.6)
    ) {
      const answer = await this.#send(job.call, { [job.id]: id }, [], undefined, undefined);
      if (typeof answer === 'string') return undefined;
      status = textAt(answer, job.status) ?? 'without status';
      if (status === job.done) return answer;
      if (!job.failed.includes(status)) await new Promise((resolve) => setTimeout(resolve, pause));
    }
    this.#note(detail.call, 'failed', 0, detail.permission, `its job is ${status}`, resource);
    return undefined;
  }

  async ask(
    call: string,
    request: JsonObject,
    options: { readonly absent?: readonly string[]; readonly permission?: string },
  ): Promise<JsonObject | undefined> {
    const outcome = await this.#try(call, request, options.absent ?? [], options.permission, undefined);
    return typeof outcome === 'string' ? undefined : outcome;
  }

  /** Equal requests of a unit are sent once: two types may read one answer. */
  #try(
    call: string,
    request: JsonObject,
    absent: readonly string[],
    permission: string | undefined,
    resource: string | undefined,
  ): Promise<JsonObject | 'absent' | 'failed'> {
    const key = `${call} ${JSON.stringify(request)}`;
    const known = this.#sent.get(key);
    if (known !== undefined) return known;
    const answer = this.#send(call, request, absent, permission, resource);
    this.#sent.set(key, answer);
    return answer;
  }

  async #send(
    call: string,
    request: JsonObject,
    absent: readonly string[],
    permission: string | undefined,
    resource: string | undefined,
  ): Promise<JsonObject | 'absent' | 'failed'> {
    if (this.expired || (this.#refused.get(call) ?? 0) >= refusals) {
      this.#note(call, this.expired ? 'denied' : (this.#statuses.get(call)?.state ?? 'denied'), 0, permission, undefined, resource);
      return 'failed';
    }
    try {
      const { answer, requests: count } = await this.#transport.call(this.#unit.collector, operationOf(call), request, this.#unit.place);
      this.#note(call, 'ok', count, permission, undefined, undefined);
      this.#refused.set(call, 0);
      return answer;
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      if (absent.includes(error.code)) {
        this.#note(call, 'absent', 1, permission, undefined, undefined);
        return 'absent';
      }
      if (error.kind === 'expired') this.expired = true;
      // An API that answers nonsense or nothing does so for every resource: once is enough.
      this.#refused.set(call, error.kind === 'broken' || error.kind === 'disabled' ? refusals : (this.#refused.get(call) ?? 0) + 1);
      this.#note(call, error.state, 1, permission ?? call, `${error.code}: ${error.message}`.slice(0, 300), resource);
      // What came before it failed is kept; the call stays a gap.
      if (error.partial !== undefined) return error.partial;
      return error.kind === 'absent' || error.kind === 'disabled' ? 'absent' : 'failed';
    }
  }

  #note(call: string, state: CallState, count: number, permission: string | undefined, message: string | undefined, resource: string | undefined): void {
    const known = this.#statuses.get(call);
    if (known === undefined) {
      this.#statuses.set(call, {
        state,
        requests: count,
        permission: permission ?? call,
        message,
        resources: resource === undefined || state === 'ok' || state === 'absent' ? [] : [resource],
      });
      return;
    }
    known.requests += count;
    if (severity[state] > severity[known.state] || (known.state === 'absent' && state === 'ok')) known.state = state;
    known.message ??= message;
    if (resource !== undefined && severity[state] > 0) known.resources.push(resource);
  }
}
