import type { Graph } from '../graph/graph.ts';
import type { NodeIndex } from '../graph/types.ts';
import type { Completeness, ExposurePath, PathsReport } from '../model/assessment.ts';
import { assumedRoleOf, isRoleOf } from '../model/assumed-role.ts';
import { InputError, nearest } from '../model/error.ts';
import { nodeKindNames, nodeKindSpec } from '../model/vocabulary.ts';
import { chokePlaces, chokePoints, chokeSteps } from './choke.ts';
import type { Ranker } from './ranking.ts';
import { stories } from './stories.ts';

/** Turns what a person types (id, short id, name, kind, `admin`, `admin:SCOPE`) into nodes of the graph. */
export interface NodeResolver {
  /** Nodes for `--from` and `--to`; several for a kind. Throws InputError naming what is near. */
  many(text: string): readonly NodeIndex[];
  /** One node, or undefined. */
  one(text: string): NodeIndex | undefined;
}

/**
 * @param find record id by ARN, provider's short id or unique name (`Snapshot.find`)
 */
export function nodeResolver(graph: Graph, find: (text: string) => string | undefined): NodeResolver {
  const accounts = (): readonly NodeIndex[] => graph.nodesOfKind('Account');
  /** An account or subscription, else a tenant, else a management group: by id, short id or name. */
  const account = (scope: string): NodeIndex | undefined => {
    for (const kind of ['Account', 'Organization', 'Folder'] as const) {
      const found = graph.nodesOfKind(kind).find((node) => {
        const { id, account: owner, name } = graph.node(node);
        return (
          (kind !== 'Folder' && owner === scope) || id === scope || id === scope.toLowerCase() || id.split('/').at(-1) === scope.toLowerCase() || name === scope
        );
      });
      if (found !== undefined) return found;
    }
    return undefined;
  };
  let names: Map<string, NodeIndex | undefined> | undefined;
  /** A display name that one node only has. */
  const named = (text: string): NodeIndex | undefined => {
    if (names === undefined) {
      names = new Map();
      for (let node = 0; node < graph.nodeCount; node++) {
        const { name, kind } = graph.node(node);
        if (nodeKindSpec(kind).virtual !== true) names.set(name, names.has(name) ? undefined : node);
      }
    }
    return names.get(text);
  };
  const one = (text: string): NodeIndex | undefined => {
    if (text.startsWith('admin:')) return account(text.slice('admin:'.length));
    for (const id of [text, find(text), text.toLowerCase(), bucketOf(text)]) {
      const node = id === undefined ? -1 : graph.indexOf(id);
      if (node >= 0) return node;
    }
    return sessionRole(graph, text) ?? named(text);
  };
  return {
    one,
    many(text) {
      if (text === 'admin') return accounts();
      const kind = nodeKindNames.find((name) => name.toLowerCase() === text.toLowerCase());
      const direct = one(text);
      if (direct !== undefined) return [direct];
      if (kind !== undefined) return graph.nodesOfKind(kind);
      const near = nearest(text, [
        ...nodeKindNames,
        'admin',
        ...Array.from({ length: Math.min(graph.nodeCount, 50_000) }, (_, index) => [graph.id(index), graph.node(index).name]).flat(),
      ]);
      throw new InputError(`nothing in the snapshot is called \`${text}\``, {
        help: near === undefined ? 'an ARN, a resource id, a short id, a node kind, admin or admin:SCOPE' : `did you mean ${near}?`,
      });
    },
  };
}

/** A session acts with the permissions of its role. */
function sessionRole(graph: Graph, text: string): NodeIndex | undefined {
  const session = assumedRoleOf(text);
  return session === undefined ? undefined : graph.nodesOfKind('Principal').find((node) => isRoleOf(graph.id(node), session));
}

/** An object's ARN names its bucket: paths end at the bucket. */
function bucketOf(text: string): string | undefined {
  return /^(arn:[^:]+:s3:::[^/]+)\//.exec(text)?.[1];
}

/** The riskiest paths with their stories and choke points. `choke` is taken over more paths than are listed, so that it does not depend on the length of the list. */
export function pathsReport(
  ranker: Ranker,
  completeness: Completeness,
  count: number,
  scope: { readonly from?: readonly NodeIndex[]; readonly to?: readonly NodeIndex[] } = {},
): PathsReport {
  const { graph } = ranker;
  const considered = ranker.top(Math.max(count, 100), scope);
  const paths = considered.slice(0, count);
  const describe = (id: string): { kind: string; name: string } => {
    const node = graph.indexOf(id);
    return node < 0 ? { kind: '', name: id } : { kind: graph.kind(node), name: graph.node(node).name };
  };
  return {
    schema: 'paths/v1',
    completeness,
    paths,
    stories: stories(paths, (id) => describe(id).kind),
    chokePoints: chokePoints(considered, describe).slice(0, 20),
    chokeSteps: chokeSteps(considered).slice(0, 20),
    chokePlaces: chokePlaces(ranker, considered).slice(0, 40),
  };
}

export interface PairQuestion {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

export interface PairAnswer {
  readonly name: string;
  readonly found: boolean;
  readonly path: ExposurePath | null;
  /** Set when an end is not in the snapshot. */
  readonly message?: string;
}

/** The best path of each pair, in order. An end that is not in the snapshot is `found: false` with a message; the others go on. */
export function pairAnswers(ranker: Ranker, resolver: NodeResolver, pairs: readonly PairQuestion[]): readonly PairAnswer[] {
  const ends = pairs.map(({ from, to }) => ({ from: resolver.one(from), to: resolver.one(to) }));
  const known = ends.flatMap(({ from, to }) => (from === undefined || to === undefined ? [] : [{ from, to }]));
  const found = ranker.ofPairs(known, 1);
  let at = 0;
  return pairs.map(({ name, from, to }, index) => {
    const end = ends[index];
    if (end?.from === undefined || end.to === undefined)
      return { name, found: false, path: null, message: `\`${end?.from === undefined ? from : to}\` is not in the snapshot` };
    const [path] = found[at++] ?? [];
    return { name, found: path !== undefined, path: path ?? null };
  });
}
