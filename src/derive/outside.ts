import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeSpec } from '../graph/types.ts';
import { isObject, textAt } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import { knownVendors } from './vendors.ts';

/** The node of somebody outside, made on first use. `undefined` for what is no outsider. */
export function outsiderNode(builder: GraphBuilder, id: string, names: Readonly<Record<string, string>> = {}): string | undefined {
  const spec = outsider(id, names);
  if (spec !== undefined) builder.node(spec);
  return spec?.id;
}

/** Somebody outside as a node; `undefined` for what is no outsider. */
function outsider(id: string, names: Readonly<Record<string, string>>): NodeSpec | undefined {
  if (id === '*' || id === 'internet') return { id: 'internet', kind: 'Internet', type: 'postern/internet', name: 'Internet' };
  if (id === 'aws:anyone') return { id, kind: 'Outsider', type: 'postern/outsider', name: 'anybody with an AWS account', props: { breadth: 'any' } };
  const tenant = /^azure:tenant:(.+)$/.exec(id)?.[1];
  if (id === 'azure:any-tenant' || tenant !== undefined) {
    const name = tenant === undefined ? 'anybody with an Entra tenant' : `tenant ${names[tenant] ?? tenant}`;
    const props = { breadth: tenant === undefined ? 'any' : 'account' };
    return { id, kind: 'Outsider', type: 'postern/outsider', name, ...(tenant === undefined ? {} : { account: tenant }), props };
  }
  const publisher = /^registry:(.+)$/.exec(id)?.[1];
  if (publisher !== undefined)
    return { id, kind: 'Outsider', type: 'postern/outsider', name: `whoever pushes to ${publisher}`, props: { breadth: 'publisher' } };
  const account = /^aws:account:(\d{12})$/.exec(id)?.[1];
  if (account === undefined) return undefined;
  const vendor = names[account] ?? knownVendors[account];
  const name = vendor === undefined ? `unknown account ${account}` : `${vendor} (${account})`;
  return { id, kind: 'Outsider', type: 'postern/outsider', name, account, props: { breadth: vendor === undefined ? 'account' : 'vendor' } };
}

/** Where the ends of steps are in a graph: nodes that it has, and outsiders, who become nodes once a step needs them. */
export class Places {
  readonly #builder: GraphBuilder;
  readonly #names: Readonly<Record<string, string>>;
  readonly #made = new Set<string>();
  readonly #outsiders = new Map<string, NodeSpec | undefined>();

  constructor(builder: GraphBuilder, names: Readonly<Record<string, string>>) {
    this.#builder = builder;
    this.#names = names;
  }

  /** The node that an id means; `undefined`: none. */
  of(id: string): string | undefined {
    return this.#builder.has(id) ? id : this.#outsider(id)?.id;
  }

  /** Number of the node that an id means, which is made if it is somebody outside; `undefined`: none. */
  number(id: string): number | undefined {
    const known = this.#builder.numberOf(id);
    if (known !== undefined) return known;
    const spec = this.#outsider(id);
    if (spec === undefined) return undefined;
    this.put(spec.id);
    return this.#builder.numberOf(spec.id);
  }

  /** Whether an outsider's node was made here. */
  made(id: string): boolean {
    return this.#made.has(id);
  }

  /** Makes the node of what `of` gave, if it is not there yet. Whether it is one of those that were made. */
  put(id: string): boolean {
    // Most ids are nodes of the estate, which `of` has not noted.
    const spec = this.#outsiders.get(id);
    if (spec === undefined) return false;
    if (this.#made.has(id)) return true;
    if (this.#builder.has(id)) return false;
    this.#builder.node(spec);
    this.#made.add(id);
    return true;
  }

  #outsider(id: string): NodeSpec | undefined {
    if (this.#outsiders.has(id)) return this.#outsiders.get(id);
    const spec = outsider(id, this.#names);
    this.#outsiders.set(id, spec);
    if (spec !== undefined) this.#outsiders.set(spec.id, spec);
    return spec;
  }
}

const price = (name: string, value: number, why: string) => [{ name, value, why }];

/** Users with a console password can be phished. */
export function addPhished(builder: GraphBuilder, snapshot: Snapshot): void {
  const failed = snapshot.gaps().filter((gap) => gap.call === 'iam:GetLoginProfile');
  for (const user of snapshot.records('AWS::IAM::User')) {
    const profile = user.config['GetLoginProfile'];
    // The call failed for the user or for the account: he may have a password. A call that nobody made is not guessed at.
    const unread = failed.some((gap) => gap.account === user.account && (gap.resources === undefined || gap.resources.includes(user.id)));
    if (!isObject(profile) && !unread) continue;
    const devices = user.config['ListMFADevices'];
    const mfa = Array.isArray(devices) && devices.length > 0;
    const id = `phished:${user.id}`;
    builder.node({ id, kind: 'Phished', type: 'postern/phished', name: `phished ${textAt(user.config, 'UserName') ?? user.id}`, account: user.account });
    builder.step({
      from: id,
      to: user.id,
      kind: 'CanBecome',
      technique: 'aws.phished-password',
      label: 'signs in with the stolen password',
      factors: mfa
        ? price('second factor', 0.3, 'a registered second factor must be taken over too')
        : price('password alone', 0.9, 'no second factor is registered'),
      residual: [],
      ...(isObject(profile)
        ? { evidence: [{ resource: user.id, pointer: '/config/GetLoginProfile', call: 'iam:GetLoginProfile' }] }
        : { missing: ['iam:GetLoginProfile'], evidence: [{ resource: user.id, pointer: '/config/UserName', call: user.calls[0] ?? '' }] }),
    });
  }
}
