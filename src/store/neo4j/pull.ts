import type { Driver, ManagedTransaction, RecordShape } from 'neo4j-driver';
import type { Graph } from '../../graph/graph.ts';
import type { NodeSpec, StepSpec, StructureSpec } from '../../graph/types.ts';
import { InputError } from '../../model/error.ts';
import type { Evidence } from '../../model/evidence.ts';
import { edgeKindNames, isStep, nodeKindNames } from '../../model/vocabulary.ts';
import { loadDump } from './dump.ts';
import { chooseScope, readScopes } from './scope.ts';

type Get = (column: string) => string;

/** Rebuilds the graph that was pushed into a scope. */
export async function pull(driver: Driver, name: string): Promise<Graph> {
  const session = driver.session({ defaultAccessMode: 'READ', fetchSize: 10_000 });
  try {
    return await session.executeRead((tx) => read(tx, name));
  } finally {
    await session.close();
  }
}

async function read(tx: ManagedTransaction, name: string): Promise<Graph> {
  const before = chooseScope(await readScopes(tx), name);
  const nodes: Required<NodeSpec>[] = [];
  const structure: Required<StructureSpec>[] = [];
  const steps: Required<StepSpec>[] = [];
  const proofs = new Map<string, Proof>();
  for await (const get of rows(tx, nodeQuery, name)) nodes.push(node(get));
  for await (const get of rows(tx, proofQuery, name)) proofs.set(get('key'), proof(get));
  const proved = (key: string): Proof => {
    const found = proofs.get(key);
    if (found === undefined) throw damaged('an edge without its proof');
    return found;
  };
  for await (const get of rows(tx, edgeQuery, name)) {
    const edge = ends(get);
    if (isStep(edge.kind)) steps.push({ ...edge, kind: edge.kind, ...step(get), ...proved(get('proof')) });
    else structure.push({ from: edge.from, to: edge.to, kind: edge.kind, evidence: proved(get('proof')).evidence });
  }
  const after = chooseScope(await readScopes(tx), name);
  if (before.generation !== after.generation) throw new InputError(`the scope \`${name}\` was written meanwhile`, { help: 'pull again' });
  if (nodes.length !== after.nodes || structure.length + steps.length !== after.edges)
    throw new InputError(
      `the scope \`${name}\` holds ${nodes.length} nodes and ${structure.length + steps.length} edges, pushed were ${after.nodes} and ${after.edges}`,
      {
        help: 'repeat postern neo4j push',
      },
    );
  return loadDump({ schema: 'graph/v1', nodes, structure, steps });
}

const nodeColumns = ['id', 'kind', 'type', 'name', 'account', 'region', 'tags', 'props'];
const nodeQuery = `MATCH (n:Postern {scope: $scope}) RETURN ${nodeColumns.map((column) => `n.${column} AS ${column}`).join(', ')}`;
const proofQuery = `MATCH (p:PosternProof {scope: $scope})
  RETURN p.key AS key, p.evidence AS evidence, coalesce(p.factors, '[]') AS factors, coalesce(p.residual, '[]') AS residual`;
const edgeQuery = `MATCH (a:Postern {scope: $scope})-[r]->(b:Postern {scope: $scope}) WHERE r.proof IS NOT NULL
  RETURN a.id AS from, b.id AS to, type(r) AS kind, r.proof AS proof, coalesce(r.technique, '') AS technique, coalesce(r.label, '') AS label,
    coalesce(r.ports, '') AS ports, coalesce(r.missing, '[]') AS missing`;

async function* rows(tx: ManagedTransaction, query: string, scope: string): AsyncGenerator<Get> {
  for await (const record of tx.run<RecordShape<string, unknown>>(query, { scope })) {
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
