import type { Administration, BulkGrant, BulkQuestion, IamEngine, LayerReport, PrincipalInfo, TrustGrant } from './api.ts';

/** One cloud's engine, with the actions that it decides. */
export interface IamProvider {
  readonly engine: IamEngine;
  answers(action: string): boolean;
}

/** Several clouds as one engine: each decides its own actions and knows its own principals. */
export class CompositeIam implements IamEngine {
  readonly principals: readonly PrincipalInfo[];
  readonly #providers: readonly IamProvider[];
  readonly #owners = new Map<string, IamEngine>();

  constructor(providers: readonly IamProvider[]) {
    this.#providers = providers;
    this.principals = providers.flatMap(({ engine }) => engine.principals);
    for (const { engine } of providers) for (const { arn } of engine.principals) this.#owners.set(arn, engine);
  }

  get problems(): IamEngine['problems'] {
    return this.#providers.flatMap(({ engine }) => engine.problems);
  }

  /** Who decides an action; what nobody claims, the first. */
  #of(action: string): IamEngine | undefined {
    return (this.#providers.find((provider) => provider.answers(action)) ?? this.#providers[0])?.engine;
  }

  /** The engine that knows a principal; outsiders are not listed anywhere, so each is asked. */
  #knowing(principal: string): IamEngine | undefined {
    return this.#owners.get(principal) ?? this.#providers.find(({ engine }) => engine.principal(principal) !== undefined)?.engine;
  }

  principal(id: string): PrincipalInfo | undefined {
    return this.#knowing(id)?.principal(id);
  }

  principalsFor(action: string): readonly PrincipalInfo[] {
    return this.#of(action)?.principalsFor(action) ?? [];
  }

  can(...[principal, action, ...rest]: Parameters<IamEngine['can']>): ReturnType<IamEngine['can']> {
    const engine = this.#of(action);
    if (engine === undefined)
      return { decision: 'unknown', explicit: false, residual: [], decidedBy: [], missing: [`\`${action}\` is of no cloud in the snapshot`] };
    return engine.can(principal, action, ...rest);
  }

  bulk(question: BulkQuestion): readonly BulkGrant[] {
    return this.#of(question.action)?.bulk(question) ?? [];
  }

  strangers(question: BulkQuestion): readonly string[] {
    return this.#of(question.action)?.strangers?.(question) ?? [];
  }

  outsiders(action: string, resource: string): readonly string[] {
    return this.#of(action)?.outsiders?.(action, resource) ?? [];
  }

  layers(...[principal, action, ...rest]: Parameters<NonNullable<IamEngine['layers']>>): readonly LayerReport[] {
    return this.#of(action)?.layers?.(principal, action, ...rest) ?? [];
  }

  trust(role: string): readonly TrustGrant[] {
    return this.#providers.flatMap(({ engine }) => engine.trust(role));
  }

  admin(principal: string): ReturnType<IamEngine['admin']> {
    return this.#knowing(principal)?.admin(principal) ?? { verdict: 'no', residual: [], evidence: [] };
  }

  uncapped(principal: string): ReturnType<IamEngine['uncapped']> {
    return this.#knowing(principal)?.uncapped(principal) ?? { verdict: 'no', residual: [], evidence: [] };
  }

  powerful(holder: string): ReturnType<IamEngine['powerful']> {
    return this.#knowing(holder)?.powerful(holder) ?? { verdict: 'no', residual: [], evidence: [] };
  }

  administrations(only?: ReadonlySet<string>): readonly Administration[] {
    return this.#providers.flatMap(({ engine }) => engine.administrations(only));
  }

  forget(): void {
    for (const { engine } of this.#providers) engine.forget?.();
  }

  realm(principal: string): string | undefined {
    return this.#knowing(principal)?.realm(principal);
  }

  inside(principal: string, id: string): boolean {
    return this.#knowing(principal)?.inside(principal, id) ?? false;
  }

  home(principal: string): string | undefined {
    return this.#knowing(principal)?.home(principal);
  }

  *questions(principal: string): Generator<{ readonly action: string; readonly resource: string }> {
    for (const { engine } of this.#providers) yield* engine.questions(principal);
  }
}
