import type { GraphBuilder } from '../graph/builder.ts';
import { type Proof, resolveProof } from '../graph/edge-table.ts';
import type { NodeSpec, StepSpec } from '../graph/types.ts';
import type { IamEngine } from '../iam/api.ts';
import { append } from '../model/multimap.ts';

const groupType = 'Microsoft.Graph/group';
const userType = 'Microsoft.Graph/user';
/** Members that are no people: what they are added to, nobody signs on with. */
const programs: ReadonlySet<string> = new Set(['Microsoft.Graph/servicePrincipal', 'Microsoft.Graph/application', 'Microsoft.Graph/device']);

/** The people of a group, as a place of their own. */
const peopleOf = (group: string): string => `people:${group}`;

/**
 * Groups by which people sign on to AWS: provisioned to IAM Identity Center, or assigned a role of an enterprise application. Users and groups are provisioned, no programs
 * (https://learn.microsoft.com/entra/identity/saas-apps/aws-single-sign-on-provisioning-tutorial), and people sign on in a browser, so a program that makes itself a member gains nothing there.
 * It gains what the group has if it adds somebody whom it is: a user that it makes, or whose password it sets; of others it is not known.
 */
export class SigningPeople {
  readonly #builder: GraphBuilder;
  readonly #groups = new Map<string, Omit<StepSpec, 'from'>[]>();

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
  }

  /** What the people of a group can become by being in it. */
  signOn(group: string, step: Omit<StepSpec, 'from'>): void {
    append(this.#groups, group, step);
  }

  /** When all steps into groups are there: the same steps into their people, by whoever is one, or makes one a member. */
  add(iam: IamEngine): void {
    if (this.#groups.size === 0) return;
    const builder = this.#builder;
    const into = stepsInto(builder);
    const making = makers(builder, iam);
    const open = [...this.#groups.keys()];
    const met = new Set(open);
    const also = (id: string): void => {
      if (!met.has(id)) open.push(id);
      met.add(id);
    };
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const place = builder.get(at);
      if (place === undefined) continue;
      builder.node({
        id: peopleOf(at),
        kind: place.kind,
        type: place.kind === 'Hub' ? place.type : 'postern/people',
        name: `people in ${place.name}`,
        account: place.account ?? '',
      });
      for (const step of this.#groups.get(at) ?? []) builder.step({ ...step, from: peopleOf(at) });
      for (const step of into.get(at) ?? []) {
        const from = builder.get(step.from);
        if (from === undefined) continue;
        const grouped = from.kind === 'Hub' || from.type === groupType;
        if (grouped) also(from.id);
        builder.step({
          ...step,
          from: grouped ? peopleOf(from.id) : from.id,
          to: peopleOf(at),
          missing: [
            ...(step.missing ?? []),
            ...(programs.has(from.type) && !making.has(from.id) ? ['a user that the program controls and makes a member'] : []),
          ],
          evidence: ofGroup(step.evidence),
        });
      }
    }
  }
}

/** Steps into groups, and into hubs that lead to groups, by where they end. */
function stepsInto(builder: GraphBuilder): ReadonlyMap<string, readonly StepSpec[]> {
  const found = new Map<string, StepSpec[]>();
  const hubs = new Set<string>();
  for (const step of builder.steps((_, to) => to.type === groupType)) {
    append(found, step.to, step);
    if (builder.get(step.from)?.kind === 'Hub') hubs.add(step.from);
  }
  for (const step of builder.steps((_, to) => hubs.has(to.id))) append(found, step.to, step);
  return found;
}

/** Programs that have a user: they make users, or become one that is there. */
function makers(builder: GraphBuilder, iam: IamEngine): ReadonlySet<string> {
  const tenants = [...builder.nodes()].filter((node) => node.type === 'Microsoft.Graph/organization').map((node) => node.id);
  const found = new Set<string>();
  for (const tenant of tenants)
    for (const { principal, residual, missing } of iam.bulk({ action: 'microsoft.directory/users/create', candidates: [tenant] }))
      if (residual.length + missing.length === 0) found.add(principal);
  const hubs = new Set<string>();
  const proven = ({ residual, missing = [] }: StepSpec): boolean => residual.length + missing.length === 0;
  const leads = (from: NodeSpec): boolean => programs.has(from.type) || from.kind === 'Hub';
  for (const step of builder.steps((from, to) => to.type === userType && leads(from)))
    if (proven(step)) (builder.get(step.from)?.kind === 'Hub' ? hubs : found).add(step.from);
  for (const step of builder.steps((from, to) => hubs.has(to.id) && programs.has(from.type))) if (proven(step)) found.add(step.from);
  return found;
}

/** What proves a step into a group proves the one into its people. */
const ofGroup =
  (proof: Proof): Proof =>
  (target) =>
    resolveProof(proof, target.replace(/^people:/, ''));
