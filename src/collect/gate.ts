import { setMaxListeners } from 'node:events';
import type { CallState } from '../model/answer-words.ts';
import type { JsonObject } from '../model/json.ts';

/** Why a request was not answered. `broken`: an answer that no client can read, or none in time; asking again is no use. */
export type FailureKind = 'denied' | 'throttled' | 'absent' | 'expired' | 'disabled' | 'temporary' | 'broken';

export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  readonly kind: FailureKind;
  readonly code: string;
  /** Milliseconds that the provider asks to wait before asking again. */
  readonly retryAfter: number;
  /** What was answered before it failed: the pages of a list that came. */
  readonly partial: JsonObject | undefined;

  constructor(kind: FailureKind, code: string, message: string, more: { readonly retryAfter?: number; readonly partial?: JsonObject } = {}) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.retryAfter = more.retryAfter ?? 0;
    this.partial = more.partial;
  }

  get state(): CallState {
    return this.kind === 'denied' || this.kind === 'expired'
      ? 'denied'
      : this.kind === 'throttled'
        ? 'throttled'
        : this.kind === 'absent' || this.kind === 'disabled'
          ? 'absent'
          : 'failed';
  }
}

export interface GateOptions {
  /** Requests in flight over all services. */
  readonly concurrency: number;
  /** Requests a second for one service in one account and region. */
  readonly maxRps: number;
  /** Seconds that one request may take with all its repeats. */
  readonly budgetSeconds: number;
}

interface Bucket {
  tokens: number;
  last: number;
  /** Lowered when the provider throttles, raised slowly when it does not: additive increase, multiplicative decrease. */
  rate: number;
}

/** Milliseconds: the longest pause that a provider is granted. */
const longestWait = 120_000;

/** Lets requests through: so many at once, so many a second for each service, repeated while it makes sense, never longer than the budget. Knows no cloud. */
export class Gate {
  readonly #options: GateOptions;
  readonly #buckets = new Map<string, Bucket>();
  readonly #waiting: (() => void)[] = [];
  readonly #signal: AbortSignal;
  #inFlight = 0;
  /** Requests sent, repeats included. */
  sent = 0;

  constructor(options: GateOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    // Every request in flight listens; there are as many as the concurrency allows.
    setMaxListeners(0, signal);
  }

  /** Sends one request. `send` gets a signal that ends it; what it throws is told by `classify`. */
  async send<T>(service: string, send: (signal: AbortSignal) => Promise<T>, classify: (error: unknown) => CallFailure): Promise<T> {
    // The budget is the provider's time, not that of waiting for our own turn.
    let end = Number.POSITIVE_INFINITY;
    for (let attempt = 0; ; attempt++) {
      await this.#enter(service);
      if (attempt === 0) end = Date.now() + this.#options.budgetSeconds * 1000;
      const timer = new AbortController();
      const timeout = setTimeout(() => timer.abort(), Math.max(1, end - Date.now()));
      const stop = (): void => timer.abort();
      this.#signal.addEventListener('abort', stop, { once: true });
      try {
        this.sent++;
        // A client that does not heed the signal must not hold the scan either.
        const late = new Promise<never>((_, reject) =>
          timer.signal.addEventListener('abort', () => reject(new CallFailure('broken', 'Timeout', `no answer in ${this.#options.budgetSeconds} s`)), {
            once: true,
          }),
        );
        const result = await Promise.race([send(timer.signal), late]);
        this.#calm(service);
        return result;
      } catch (error) {
        if (this.#signal.aborted) throw new CallFailure('broken', 'Interrupted', 'interrupted');
        const failure = error instanceof CallFailure ? error : classify(error);
        if (failure.kind === 'throttled') this.#slow(service);
        const again = failure.kind === 'throttled' ? attempt < 8 : failure.kind === 'temporary' && attempt < 3;
        // What the provider asks to wait is its time, not that of the request; but a scan does not wait for hours.
        const asked = Math.min(failure.retryAfter, longestWait);
        end += asked;
        const pause = Math.max(asked, Math.min(5000, 100 * 2 ** attempt) * (0.5 + Math.random() / 2));
        if (!again || Date.now() + pause > end) throw failure;
        await this.#pause(pause);
      } finally {
        clearTimeout(timeout);
        this.#signal.removeEventListener('abort', stop);
        this.#inFlight--;
        this.#waiting.shift()?.();
      }
    }
  }

  /** The provider said that nothing more will be answered for so many milliseconds. */
  hold(service: string, milliseconds: number): void {
    const bucket = this.#bucket(service);
    bucket.tokens = 0;
    bucket.last = Date.now() + Math.min(milliseconds, longestWait);
  }

  async #enter(service: string): Promise<void> {
    while (this.#inFlight >= this.#options.concurrency) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#inFlight++;
    const bucket = this.#bucket(service);
    for (;;) {
      const now = Date.now();
      bucket.tokens = Math.min(bucket.rate, bucket.tokens + ((now - bucket.last) / 1000) * bucket.rate);
      bucket.last = now;
      if (bucket.tokens >= 1) {
        bucket.tokens--;
        return;
      }
      const wait = ((1 - bucket.tokens) / bucket.rate) * 1000;
      if (this.#signal.aborted) return;
      await this.#pause(wait);
    }
  }

  #bucket(service: string): Bucket {
    const known = this.#buckets.get(service);
    if (known !== undefined) return known;
    const made = { tokens: this.#options.maxRps, last: Date.now(), rate: this.#options.maxRps };
    this.#buckets.set(service, made);
    return made;
  }

  #slow(service: string): void {
    const bucket = this.#bucket(service);
    bucket.rate = Math.max(0.5, bucket.rate / 2);
    bucket.tokens = 0;
  }

  #calm(service: string): void {
    const bucket = this.#bucket(service);
    bucket.rate = Math.min(this.#options.maxRps, bucket.rate + 0.2);
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#signal.addEventListener(
        'abort',
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
  }
}
