import type { Estate, Interface, Listening } from './estate.ts';

/** The ports that something answers on, where the configuration says so: a load balancer's listeners, a database's port. `undefined`: a host may listen on any. */
export function listening(estate: Estate, own: Interface): Listening | undefined {
  return estate.listening.get(own.owner.id);
}
