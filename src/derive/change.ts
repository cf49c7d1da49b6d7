import type { IamEngine } from '../iam/api.ts';
import type { IamReach } from '../iam/reach.ts';
import { changedPositions } from '../iam/reuse.ts';
import type { TypeTable } from '../model/collector.ts';
import type { Snapshot } from '../model/record.ts';
import type { EdgeKind } from '../model/vocabulary.ts';
import type { Facts } from './facts.ts';

/** What of the facts that techniques ask may be different after a change of some records. */
export interface FactChange {
  /** Of these any fact of their own: what they may do, what administers, what they have. */
  readonly ids: ReadonlySet<string>;
  /** Those of them that may be allowed something, before or after. */
  readonly principals: ReadonlySet<string>;
  /** Structure. */
  readonly kinds: ReadonlySet<EdgeKind>;
  /** Which resources of these types there are, and where. */
  readonly types: ReadonlySet<string>;
  readonly network: boolean;
  /** Whether it may matter to what is asked about this text as a resource. */
  touches(text: string): boolean;
  /** Who may be allowed something else on one of the candidates by what stands on the candidate's side, before or after. */
  allowed(action: string, candidates: readonly string[], context: Context): ReadonlySet<string>;
}

type Context = Parameters<Facts['can']>[2];

export interface EstateChange {
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** Ids of the records that are different. */
  readonly touched: readonly string[];
  readonly reach: IamReach;
  readonly iamBefore: IamEngine;
  readonly iam: IamEngine;
  readonly network: boolean;
  readonly kinds: ReadonlySet<EdgeKind>;
}

/** Whether techniques can be derived anew in part: no record is touched that speaks for others, and the line between inside and outside stays where it was. */
export function isLocal(before: Snapshot, after: Snapshot, touched: readonly string[], types: TypeTable): boolean {
  const reports = new Set(
    [...types.values()].flatMap((spec) =>
      [...(spec.details ?? []).flatMap((detail) => detail.report?.type ?? []), spec.governedBy?.type ?? ''].filter(Boolean),
    ),
  );
  const pairs = touched.map((id) => [before, after].map((snapshot) => snapshot.byId(id)));
  if (pairs.flat().some((record) => record !== undefined && reports.has(record.type))) return false;
  // What is found by another name than its id may be found no more, or be another record.
  if (pairs.some(([old, now]) => old !== undefined && now !== undefined && (old.account !== now.account || old.type !== now.type || old.region !== now.region)))
    return false;
  if (pairs.every(([old, now]) => old !== undefined && now !== undefined)) return true;
  const accounts = (snapshot: Snapshot): string => [...new Set([...snapshot.all()].map((record) => record.account))].sort().join(' ');
  return accounts(before) === accounts(after);
}

export function factChange(change: EstateChange): FactChange {
  const { before, after, touched, reach, iam, iamBefore, network, kinds } = change;
  const records = touched.flatMap((id) => [before.byId(id) ?? [], after.byId(id) ?? []].flat());
  const ids = new Set([...touched, ...reach.principals]);
  // What a managed policy gives to a group stands in the record of the group by name only.
  if (records.some((record) => record.type === 'AWS::IAM::ManagedPolicy'))
    for (const snapshot of [before, after]) for (const group of snapshot.records('AWS::IAM::Group')) ids.add(group.id);
  const known = new Map<readonly string[], Map<string, ReadonlySet<string>>>();
  return {
    ids,
    principals: new Set([...ids].filter((id) => iamBefore.principal(id) !== undefined || iam.principal(id) !== undefined)),
    kinds,
    types: new Set(records.map((record) => record.type)),
    network,
    touches: (text) => changedPositions({ action: 'sts:AssumeRole', candidates: [text] }, reach).length > 0,
    allowed(action, candidates, context) {
      const key = `${action} ${JSON.stringify(context)}`;
      const inner = known.get(candidates) ?? new Map<string, ReadonlySet<string>>();
      known.set(candidates, inner);
      const found = inner.get(key) ?? holders([iamBefore, iam], { action, candidates, context }, reach);
      inner.set(key, found);
      return found;
    },
  };
}

function holders(
  engines: readonly IamEngine[],
  question: { readonly action: string; readonly candidates: readonly string[]; readonly context: Context },
  reach: IamReach,
): ReadonlySet<string> {
  const changed = changedPositions(question, reach).map((position) => question.candidates[position] ?? '');
  if (changed.length === 0) return new Set();
  const inPart = { ...question, candidates: changed };
  const named = engines.flatMap((engine) => engine.bulk(inPart).map((grant) => grant.principal));
  // An account outside that another candidate names is asked about these too; after the change the rest names those that it named before.
  return new Set([...named, ...(engines[0]?.strangers?.(question) ?? []), ...engines.flatMap((engine) => engine.strangers?.(inPart) ?? [])]);
}
