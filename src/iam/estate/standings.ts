import type { DecidedBy, Standing } from '../api.ts';
import type { AccessRequest } from '../aws/request.ts';
import { administers, noAdministrator, withEverything, withoutBoundary } from './administrator.ts';
import type { EstatePrincipal } from './principals.ts';

/** What is needed of an estate to tell who administers it. */
export interface StandingsOf {
  /** A user, role or group, or the root of an account for somebody who would come to be there. */
  find(arn: string): EstatePrincipal | undefined;
  request(principal: EstatePrincipal, action: string, resource: string): AccessRequest;
  locate(by: DecidedBy, principal: EstatePrincipal): DecidedBy;
}

/** Who administers an account, or would; each is worked out once. */
export class Standings {
  readonly #estate: StandingsOf;
  readonly #admin = new Map<string, Standing>();
  readonly #uncapped = new Map<string, Standing>();
  readonly #powerful = new Map<string, Standing>();

  constructor(estate: StandingsOf) {
    this.#estate = estate;
  }

  admin(arn: string): Standing {
    return this.#of(arn, this.#admin);
  }

  /** Without evidence: what allows it is what it would give itself. */
  uncapped(arn: string): Standing {
    const known = this.#uncapped.get(arn);
    if (known !== undefined) return known;
    const principal = this.#estate.find(arn);
    const answer =
      principal === undefined
        ? noAdministrator
        : administers(principal, withEverything(principal.identity), (action, resource) => this.#estate.request(principal, action, resource));
    this.#uncapped.set(arn, answer);
    return answer;
  }

  powerful(holder: string): Standing {
    return this.#of(holder, this.#powerful, withoutBoundary);
  }

  #of(arn: string, known: Map<string, Standing>, change: (principal: EstatePrincipal) => EstatePrincipal = (principal) => principal): Standing {
    const done = known.get(arn);
    if (done !== undefined) return done;
    const found = this.#estate.find(arn);
    const principal = found === undefined ? undefined : change(found);
    const answer =
      principal === undefined
        ? noAdministrator
        : administers(
            principal,
            principal.identity,
            (action, resource) => this.#estate.request(principal, action, resource),
            (by) => this.#estate.locate(by, principal),
          );
    known.set(arn, answer);
    return answer;
  }
}
