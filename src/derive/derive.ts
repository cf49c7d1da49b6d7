import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeSpec } from '../graph/types.ts';
import type { IamEngine } from '../iam/api.ts';
import type { TypeTable } from '../model/collector.ts';
import type { Evidence, Factor } from '../model/evidence.ts';
import type { Snapshot } from '../model/record.ts';
import { type EdgeKind, nodeKindSpec } from '../model/vocabulary.ts';
import type { NetworkEngine } from '../network/api.ts';
import { planAgain } from './again.ts';
import { addAwsAuth } from './aws-auth.ts';
import { type EstateChange, factChange } from './change.ts';
import { codeObjects } from './code-objects.ts';
import { deploymentTargets } from './deployment-targets.ts';
import { type Emitted, StepEmitter } from './emit.ts';
import { addEntraUsers, addForeignApplications, addOpenToAzure, addPartners } from './entra-entries.ts';
import { addEntraFederated } from './entra-federated.ts';
import { addFederatedDomains } from './entra-federation.ts';
import { addEntraSaml } from './entra-saml.ts';
import { addEntraToAws } from './entra-tokens.ts';
import { EstateFacts } from './estate-facts.ts';
import { addFederated } from './federated.ts';
import { addForeignImages } from './foreign-images.ts';
import { GuestSteps } from './guests.ts';
import { addIdentityCenter, permissionSetRoles } from './identity-center.ts';
import { addIdentityPools } from './identity-pools.ts';
import { addLeakedKeys, type LeakedKeys, leakedKeys } from './leaked-keys.ts';
import { addNamedSecrets } from './named-secrets.ts';
import { addReach } from './network-steps.ts';
import { addOrganizations } from './organization.ts';
import { addPhished, Places } from './outside.ts';
import { Planner } from './planner.ts';
import { addPulledImages } from './pulled-images.ts';
import { addRolesAnywhere } from './roles-anywhere.ts';
import { addClusterNodes, addScopeControl } from './scope-control.ts';
import { addServiceDeputies } from './service-deputies.ts';
import { addShares } from './shares.ts';
import { SigningPeople } from './signing-people.ts';
import { addStoredCredentials, storedCredentials } from './stored-credentials.ts';
import type { StructureLink } from './structure-link.ts';
import { type StructureLists, structureAgain, structureLists } from './structure-lists.ts';
import type { Technique } from './technique.ts';

export interface DeriveInput {
  readonly snapshot: Snapshot;
  readonly types: TypeTable;
  /** Holds nodes and structure already. */
  readonly builder: GraphBuilder;
  readonly iam: IamEngine;
  readonly network: NetworkEngine;
  readonly techniques: readonly Technique[];
  /** Names of accounts by id, from the settings. */
  readonly names?: Readonly<Record<string, string>>;
  /** Whether an estate that differs in little will be derived from this one. */
  readonly again?: boolean;
  /** The derivation before a change; `builder` was made after its builder. */
  readonly before?: (Omit<EstateChange, 'after' | 'iam' | 'kinds'> & { readonly derivation: Derivation }) | undefined;
  /** Kinds of structure that records name otherwise than before, where what all other records name was taken over. */
  readonly kinds?: ReadonlySet<EdgeKind> | undefined;
}

/** What was derived, for an estate that differs in little. */
export interface Derivation {
  readonly builder: GraphBuilder;
  readonly structure: StructureLists;
  readonly keys: LeakedKeys;
  /** Where the control of accounts and what the network lets through stand in the builder. */
  readonly ranges: { readonly control: Range; readonly reach: Range };
  /** Whom the network lets in from outside. */
  readonly outside: readonly NodeSpec[];
  readonly facts: EstateFacts;
  readonly planner: Planner;
  readonly emitter: StepEmitter;
  readonly emitted: ReadonlyMap<string, Emitted>;
}

export interface DeriveReport {
  /** What the snapshot holds that no stage models yet, in words. */
  readonly notModelled: readonly string[];
  /** Steps emitted by technique. */
  readonly steps: Readonly<Record<string, number>>;
  /** Techniques of which steps were taken over from the derivation before. */
  readonly takenOver: number;
  readonly derivation: Derivation | undefined;
}

/** Structure that no single reference of a configuration names. */
export const structureLinks = (builder: GraphBuilder, snapshot: Snapshot): readonly StructureLink[] => [
  ...deploymentTargets(snapshot),
  ...permissionSetRoles(snapshot),
  ...codeObjects(builder, snapshot),
];

/** Adds entries and every step that a technique proves. */
export function derive(input: DeriveInput): DeriveReport {
  const { snapshot, types, builder, iam, network, techniques, names = {}, again = false, before } = input;
  const links = builder.edgeCount;
  const stored = storedCredentials(snapshot);
  const keys = leakedKeys(builder, snapshot, before && { keys: before.derivation.keys, touched: before.touched });
  for (const { from, to, kind, evidence } of [...stored, ...keys.links, ...structureLinks(builder, snapshot)])
    if (builder.has(from) && builder.has(to)) builder.structure({ from, to, kind, evidence });
  addPulledImages(builder, snapshot, iam);
  const range: Range = [links, builder.edgeCount];
  const { structure, kinds } =
    before === undefined
      ? { structure: structureLists(builder, range), kinds: new Set<EdgeKind>() }
      : structureAgain(builder, range, { ...before.derivation, kinds: input.kinds });
  // With the same records a domain is the same but for what structure brings into it.
  const sameRecords = input.kinds !== undefined && !kinds.has('UsesArtifact');
  const facts = new EstateFacts(snapshot, types, iam, network, structure.lists, before && { facts: before.derivation.facts, sameRecords });
  const places = new Places(builder, names);
  const emitter = new StepEmitter(builder, places, before?.derivation.emitter);
  const change = before && factChange({ ...before, after: snapshot, iam, kinds });
  const planner = new Planner(facts, { again, before: change && before && { planner: before.derivation.planner, mayDiffer: change.ids, kinds } });
  addUnread(builder, iam);
  const steps: Record<string, number> = {};
  const emitted = new Map<string, Emitted>();
  let takenOver = 0;
  const guests = new GuestSteps(builder, snapshot);
  for (const technique of techniques) {
    const stood = before?.derivation.emitted.get(technique.id);
    const anew = stood && change && planAgain(technique, planner, stood, change);
    const made = stood && anew ? emitter.emitAgain(technique, anew.derived, stood, anew.sources) : emitter.emit(technique, [...planner.plan(technique)]);
    steps[technique.id] = made.end - made.start;
    if (anew !== undefined) takenOver++;
    guests.note(technique, made.derived);
    if (again) emitted.set(technique.id, made);
  }
  if (!again) facts.forget();
  guests.add(builder, snapshot, iam);
  addAdministrators(builder, iam);
  const old = before !== undefined && sameRecords ? before.derivation.ranges : undefined;
  const control = added(builder, () => (old === undefined ? addAccountControl(builder, snapshot) : builder.takeOver(...old.control, () => true)));
  addOrganizations(builder, snapshot, iam);
  const notModelled = addAwsAuth(builder, snapshot);
  const trusts = addFederated(builder, snapshot, iam, names);
  const signing = new SigningPeople(builder);
  addIdentityCenter(builder, snapshot, signing);
  addIdentityPools(builder, snapshot, iam);
  addRolesAnywhere(builder, snapshot, iam);
  addServiceDeputies(builder, snapshot, iam);
  addShares(builder, snapshot, types, names);
  addForeignImages(builder, snapshot, types, names);
  if (snapshot.types().some((type) => type.startsWith('Microsoft.'))) {
    addScopeControl(builder, types, structure.lists.get('Contains') ?? []);
    addClusterNodes(builder, snapshot);
    addEntraUsers(builder, snapshot);
    addForeignApplications(builder, snapshot, names);
    addOpenToAzure(builder, snapshot);
    addPartners(builder, snapshot);
    addEntraFederated(builder, snapshot, iam);
    addEntraToAws(builder, snapshot, trusts);
    addEntraSaml(builder, snapshot, iam, signing);
    addFederatedDomains(builder, snapshot);
    addStoredCredentials(builder, stored);
    addNamedSecrets(builder, snapshot);
    signing.add(iam);
  }
  addPhished(builder, snapshot);
  addLeakedKeys(builder, keys.links);
  places.put(places.of('internet') ?? '');
  const outside = new Set<string>();
  const reach = added(builder, () => {
    if (old !== undefined && before?.network === false) {
      for (const spec of before.derivation.outside) if (!builder.has(spec.id)) builder.node(spec);
      builder.takeOver(...old.reach, () => true);
      return;
    }
    addReach(builder, network, (id) => {
      const isOnPremises = id.startsWith('onprem:');
      const node = isOnPremises ? onPremises(builder, id) : places.of(id);
      if (node !== undefined && (isOnPremises || places.put(node))) outside.add(node);
      return node;
    });
  });
  const unknown = snapshot.types().filter((type) => !types.has(type));
  return {
    notModelled: [...notModelled, ...unknown.map((type) => `resources of type ${type}`)],
    steps,
    takenOver,
    derivation: again
      ? { builder, structure, keys, ranges: { control, reach }, outside: [...outside].flatMap((id) => builder.get(id) ?? []), facts, planner, emitter, emitted }
      : undefined,
  };
}

type Range = readonly [number, number];

/** Where the edges stand that something adds. */
function added(builder: GraphBuilder, add: () => void): Range {
  const start = builder.edgeCount;
  add();
  return [start, builder.edgeCount];
}

/** Whom an assignment names and no list of people has: a node all the same, for it holds what it was given. */
function addUnread(builder: GraphBuilder, iam: IamEngine): void {
  for (const { arn, kind, name, account } of iam.principals) {
    if (kind === 'service' && !builder.has(arn)) builder.node({ id: arn, kind: 'Principal', type: 'Microsoft.Graph/servicePrincipal', name, account });
  }
}

function onPremises(builder: GraphBuilder, id: string): string {
  builder.node({ id, kind: 'OnPremises', type: 'postern/onpremises', name: `on-premises ${id.slice('onprem:'.length)}` });
  return id;
}

/** Whoever may do everything administers the account already. */
function addAdministrators(builder: GraphBuilder, iam: IamEngine): void {
  for (const { principal, scope, technique, residual, missing, evidence } of iam.administrations()) {
    if (!builder.has(scope) || !builder.has(principal)) continue;
    builder.step({ from: principal, to: scope, kind: 'Administers', technique, label: 'administers', factors: [], residual, missing, evidence });
  }
}

/**
 * Who administers an account can make himself every role and user of it (write its trust policy, create a key), and reads, changes and destroys what it holds.
 * Denies in single resource policies do not stop an administrator, who may change those too.
 */
function addAccountControl(builder: GraphBuilder, snapshot: Snapshot): void {
  const accounts = new Map<string, string>();
  const jewels: { id: string; account: string; kind: 'CanBecome' | 'CanRead' }[] = [];
  for (const each of builder.nodes()) {
    const account = each.account ?? '';
    if (each.kind === 'Account') accounts.set(account, each.id);
    else if (each.kind === 'Principal') jewels.push({ id: each.id, account, kind: 'CanBecome' });
    else if (each.kind === 'DataStore' || each.kind === 'Secret' || each.kind === 'Key') jewels.push({ id: each.id, account, kind: 'CanRead' });
    else if (nodeKindSpec(each.kind).virtual === true) continue;
  }
  // That it lies in the account: the record, whose owner the collection noted.
  const evidence = (id: string): readonly Evidence[] => {
    const record = snapshot.byId(id);
    return record === undefined ? [] : [{ resource: id, pointer: '/account', call: record.calls[0] ?? '' }];
  };
  // Of a hundred thousand steps there are two kinds: equal parts are the same objects, so that nobody looks into them.
  const common = { technique: 'aws.account-control', factors: administration, residual: [], evidence };
  const becomes = { ...common, kind: 'CanBecome', label: 'takes over' } as const;
  const reads = { ...common, kind: 'CanRead', label: 'reads' } as const;
  for (const { id, account, kind } of jewels) {
    // What Azure's scopes hold follows from their tree.
    const from = /^\d{12}$/.test(account) ? accounts.get(account) : undefined;
    if (from === undefined || from === id || id.includes(':role/aws-service-role/')) continue;
    builder.step({ from, to: id, ...(kind === 'CanBecome' ? becomes : reads) });
  }
}

const administration: readonly Factor[] = [{ name: 'administration', value: 0.98, why: 'an administrator may do it at once, and it is logged' }];
