import type { Driver, ManagedTransaction, RecordShape } from 'neo4j-driver';
import type { Graph } from '../../graph/graph.ts';
import type { NodeSpec, StepSpec, StructureSpec } from '../../graph/types.ts';
import { InputError } from '../../model/error.ts';
import type { Evidence } from '../../model/evidence.ts';
import { edgeKindNames, isStep, nodeKindNames } from '../../model/vocabulary.ts';
import { loadDump } from './dump.ts';
import { chooseScope, readScopes } from './scope.ts';

type Get = (column: string) => string;

/** Rebuilds the graph that was pushed into a scope, or the part of it over these node keys. */
export async function pull(driver: Driver, name: string, only?: ReadonlySet<string>): Promise<Graph> {
  const session = driver.session({ defaultAccessMode: 'READ', fetchSize: 10_000 });
  try {
    return await session.executeRead((tx) => read(tx, name, only));
  } finally {
    await session.close();
  }
}

async function read(tx: ManagedTransaction, name: string, only: ReadonlySet<string> | undefined): Promise<Graph> {
  const before = chooseScope(await readScopes(tx), name);
  const found: Required<NodeSpec>[] = [];
  const structure: Required<StructureSpec>[] = [];
  const steps: Required<StepSpec>[] = [];
  const proofs = new Map<string, Proof>();
  const keys = only === undefined ? undefined : [...only];
  for await (const get of rows(tx, nodeQuery(keys), { scope: name, keys })) found.push(node(get));
  for await (const get of rows(tx, proofQuery(keys), { scope: name, keys })) proofs.set(get('key'), proof(get));
  const proved = (key: string): Proof => {
    const found = proofs.get(key);
    if (found === undefined) throw damaged('an edge without its proof');
    return found;
  };
  for await (const get of rows(tx, edgeQuery(keys), { scope: name, keys })) {
    const edge = ends(get);
    if (isStep(edge.kind)) steps.push({ ...edge, kind: edge.kind, ...step(get), ...proved(get('proof')) });
    else structure.push({ from: edge.from, to: edge.to, kind: edge.kind, evidence: proved(get('proof')).evidence });
  }
  const after = chooseScope(await readScopes(tx), name);
  if (before.generation !== after.generation) throw new InputError(`the scope \`${name}\` was written meanwhile`, { help: 'pull again' });
  if (only === undefined && (found.length !== after.nodes || structure.length + steps.length !== after.edges))
    throw new InputError(
      `the scope \`${name}\` holds ${found.length} nodes and ${structure.length + steps.length} edges, pushed were ${after.nodes} and ${after.edges}`,
      {
        help: 'repeat postern neo4j push',
      },
    );
  return loadDump({ schema: 'graph/v1', nodes: found, structure, steps });
}

const nodeColumns = ['id', 'kind', 'type', 'name', 'account', 'region', 'tags', 'props'];
type Keys = readonly string[] | undefined;
const nodes = (keys: Keys, name: string): string =>
  keys === undefined ? `MATCH (${name}:Postern {scope: $scope})` : `UNWIND $keys AS key MATCH (${name}:Postern {key: key})`;
const between = (keys: Keys): string =>
  keys === undefined
    ? 'MATCH (a:Postern {scope: $scope})-[r]->(b:Postern {scope: $scope}) WHERE r.proof IS NOT NULL'
    : `${nodes(keys, 'a')} MATCH (a)-[r]->(b:Postern) WHERE r.proof IS NOT NULL AND b.key IN $keys`;
const nodeQuery = (keys: Keys): string => `${nodes(keys, 'n')} RETURN ${nodeColumns.map((column) => `n.${column} AS ${column}`).join(', ')}`;
const proofQuery = (keys: Keys): string =>
  `${keys === undefined ? 'MATCH (p:PosternProof {scope: $scope})' : `${between(keys)} WITH DISTINCT r.proof AS proof MATCH (p:PosternProof {key: proof})`}
  RETURN p.key AS key, p.evidence AS evidence, coalesce(p.factors, '[]') AS factors, coalesce(p.residual, '[]') AS residual`;
const edgeQuery = (keys: Keys): string => `${between(keys)}
  RETURN a.id AS from, b.id AS to, type(r) AS kind, r.proof AS proof, coalesce(r.technique, '') AS technique, coalesce(r.label, '') AS label,
    coalesce(r.ports, '') AS ports, coalesce(r.missing, '[]') AS missing`;

async function* rows(tx: ManagedTransaction, query: string, parameters: { readonly scope: string; readonly keys: Keys }): AsyncGenerator<Get> {
  for await (const record of tx.run<RecordShape<string, unknown>>(query, { scope: parameters.scope, keys: parameters.keys ?? null })) {
    yield (column) => {
      const value = record.get(column);
      if (typeof value !== 'string') throw damaged(`no text \`${column}\``);
      return value;
    };
  }
}

function node(get: Get): Required<NodeSpec> {
  const kind = nodeKindNames.find((each) => each === get('kind'));
  if (kind === undefined) throw damaged(`no node kind \`${get('kind')}\``);
  return {
    id: get('id'),
    kind,
    type: get('type'),
    name: get('name'),
    account: get('account'),
    region: get('region'),
    tags: json(get('tags')),
    props: json(get('props')),
  };
}

function ends(get: Get) {
  const kind = edgeKindNames.find((each) => each === get('kind'));
  if (kind === undefined) throw damaged(`no edge kind \`${get('kind')}\``);
  return { from: get('from'), to: get('to'), kind };
}

type Proof = Pick<Required<StepSpec>, 'factors' | 'residual'> & { readonly evidence: readonly Evidence[] };
const proof = (get: Get): Proof => ({ factors: json(get('factors')), residual: json(get('residual')), evidence: json(get('evidence')) });

const step = (get: Get): Pick<Required<StepSpec>, 'technique' | 'missing' | 'label' | 'ports'> => ({
  technique: get('technique'),
  missing: json(get('missing')),
  label: get('label'),
  ports: get('ports'),
});

/** The column was written by push; that it is JSON is all that is checked. */
function json<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw damaged('a property is no JSON');
  }
}

const damaged = (what: string): InputError => new InputError(`the graph in the database is damaged: ${what}`, { help: 'repeat postern neo4j push' });
