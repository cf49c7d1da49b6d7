import type { Driver, ManagedTransaction, Record as Neo4jRecord, RecordShape } from 'neo4j-driver';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph } from '../../graph/graph.ts';
import type { NodeSpec, StepSpec } from '../../graph/types.ts';
import { InputError } from '../../model/error.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Json } from '../../model/json.ts';
import { type EdgeKind, edgeKindNames, isStep, nodeKindNames } from '../../model/vocabulary.ts';
import { unpackedProof } from './class-proof.ts';
import { proofsOfScope } from './rows.ts';
import { chooseScope, readScopes } from './scope.ts';

/** Rebuilds the graph that was pushed into a scope, or the part of it over these node keys. */
export async function pull(driver: Driver, name: string, only?: ReadonlySet<string>): Promise<Graph> {
  const session = driver.session({ defaultAccessMode: 'READ', fetchSize: 1000 });
  try {
    return await session.executeRead((tx) => read(tx, name, only));
  } finally {
    await session.close();
  }
}

async function read(tx: ManagedTransaction, name: string, only: ReadonlySet<string> | undefined): Promise<Graph> {
  const before = chooseScope(await readScopes(tx), name);
  const builder = new GraphBuilder();
  const keys = only === undefined ? undefined : [...only];
  const parameters = { scope: name, keys: keys ?? null };
  const ids = new Map<string, string>();
  for await (const record of tx.run<RecordShape<string, unknown>>(nodeQuery(keys), parameters)) {
    const found = node(record);
    ids.set(text(record, 'element'), found.id);
    builder.node(found);
  }
  const proofs = new Map<string, Proof>();
  for await (const record of tx.run<RecordShape<string, unknown>>(proofQuery(keys), parameters)) proofs.set(text(record, 'key'), proof(record));
  let edges = 0;
  for await (const record of tx.run<RecordShape<string, unknown>>(edgeQuery(keys), parameters)) {
    const from = ids.get(text(record, 'element'));
    for (const [element, kindName, key] of record.get('out') as readonly (readonly [string, string, string])[]) {
      const [to, kind, proved] = [ids.get(element), kinds.get(kindName), proofs.get(key)];
      if (from === undefined || to === undefined) throw damaged('an edge without its ends');
      if (kind === undefined) throw damaged(`no edge kind \`${kindName}\``);
      if (proved === undefined) throw damaged('an edge without its proof');
      edges++;
      if (!isStep(kind)) builder.structure({ from, to, kind, evidence: proved.evidence as unknown as readonly Evidence[] });
      else if (proved.step === undefined) throw damaged('a step without its technique');
      else builder.step({ from, to, kind, ...proved.step, evidence: unpackedProof(proved.evidence, to) });
    }
  }
  const after = chooseScope(await readScopes(tx), name);
  if (before.generation !== after.generation) throw new InputError(`the scope \`${name}\` was written meanwhile`, { help: 'pull again' });
  if (only === undefined && (ids.size !== after.nodes || edges !== after.edges))
    throw new InputError(`the scope \`${name}\` holds ${ids.size} nodes and ${edges} edges, pushed were ${after.nodes} and ${after.edges}`, {
      help: 'repeat postern neo4j push',
    });
  return builder.freeze();
}

const nodeColumns = ['id', 'kind', 'type', 'name', 'account', 'region', 'tags', 'props'];
const stepColumns = ['technique', 'label', 'ports', 'missing', 'factors', 'residual'];
type Keys = readonly string[] | undefined;
const nodes = (keys: Keys, name: string): string =>
  keys === undefined ? `MATCH (${name}:Postern {scope: $scope})` : `UNWIND $keys AS key MATCH (${name}:Postern {key: key})`;
const columns = (name: string, from: readonly string[]): string => from.map((column) => `${name}.${column} AS ${column}`).join(', ');
const nodeQuery = (keys: Keys): string => `${nodes(keys, 'n')} RETURN elementId(n) AS element, ${columns('n', nodeColumns)}`;
const proofQuery = (keys: Keys): string => {
  const some = `${nodes(keys, 'a')} MATCH (a)-[r]->(b:Postern) WHERE r.proof IS NOT NULL AND b.key IN $keys WITH DISTINCT r.proof AS proof MATCH (p:PosternProof {key: proof})`;
  return `${keys === undefined ? proofsOfScope : some} RETURN p.key AS key, p.evidence AS evidence, ${columns('p', stepColumns)}`;
};
/** A row for each node and not for each edge: the server and the driver take half as long. */
const edgeQuery = (keys: Keys): string => `${nodes(keys, 'a')}
  RETURN elementId(a) AS element, [(a)-[r]->(b:Postern {scope: $scope}) WHERE r.proof IS NOT NULL${keys === undefined ? '' : ' AND b.key IN $keys'} | [elementId(b), type(r), r.proof]] AS out`;

const kinds = new Map<string, EdgeKind>(edgeKindNames.map((kind) => [kind, kind]));

function text(record: Neo4jRecord, column: string): string {
  const value: unknown = record.get(column);
  if (typeof value !== 'string') throw damaged(`no text \`${column}\``);
  return value;
}

function node(record: Neo4jRecord): Required<NodeSpec> {
  const get = (column: string): string => text(record, column);
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

interface Proof {
  /** As `ClassProofs` writes it. */
  readonly evidence: Json;
  /** Of structure there is no more. */
  readonly step?: Pick<Required<StepSpec>, 'technique' | 'label' | 'ports' | 'missing' | 'factors' | 'residual'>;
}

function proof(record: Neo4jRecord): Proof {
  const list = <T>(column: string): T => (record.get(column) === null ? ([] as unknown as T) : json<T>(text(record, column)));
  const word = (column: string): string => (record.get(column) === null ? '' : text(record, column));
  const evidence: Json = list('evidence');
  if (record.get('technique') === null) return { evidence };
  const step = { technique: text(record, 'technique'), label: word('label'), ports: word('ports') };
  return { evidence, step: { ...step, missing: list('missing'), factors: list('factors'), residual: list('residual') } };
}

/** The column was written by push; that it is JSON is all that is checked. */
function json<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw damaged('a property is no JSON');
  }
}

const damaged = (what: string): InputError => new InputError(`the graph in the database is damaged: ${what}`, { help: 'repeat postern neo4j push' });
