import type { Driver, ManagedTransaction } from 'neo4j-driver';
import { InputError } from '../../model/error.ts';
import { nodeKindNames } from '../../model/vocabulary.ts';

/** One pushed graph. While `complete` is false a push is under way or was interrupted. */
export interface Scope {
  readonly name: string;
  readonly complete: boolean;
  readonly generation: number;
  readonly snapshot: string;
  /** What the snapshot did not see, as JSON text; `null` where the push was not told. */
  readonly completeness: string;
  readonly nodes: number;
  readonly edges: number;
}

/** Constraints and indexes, from the vocabulary. All of them work in the Community edition. */
export const schemaStatements: readonly string[] = [
  'CREATE CONSTRAINT postern_key IF NOT EXISTS FOR (n:Postern) REQUIRE n.key IS UNIQUE',
  'CREATE CONSTRAINT postern_scope_name IF NOT EXISTS FOR (s:PosternScope) REQUIRE s.name IS UNIQUE',
  'CREATE INDEX postern_scope IF NOT EXISTS FOR (n:Postern) ON (n.scope)',
  ...nodeKindNames.map((kind) => `CREATE INDEX postern_${kind.toLowerCase()}_id IF NOT EXISTS FOR (n:${kind}) ON (n.id)`),
  'CREATE CONSTRAINT postern_proof_key IF NOT EXISTS FOR (p:PosternProof) REQUIRE p.key IS UNIQUE',
];

/** A scope's name stands before a space in every key, so it may hold none. */
export function checkScope(name: string): string {
  if (!/^[A-Za-z0-9._:-]{1,64}$/.test(name))
    throw new InputError(`\`${name}\` is no scope`, { help: 'a scope is 1 to 64 letters, digits, dots, colons, hyphens and underscores' });
  return name;
}

/** The scopes of the database, by name. */
export async function listScopes(driver: Driver): Promise<readonly Scope[]> {
  const session = driver.session({ defaultAccessMode: 'READ' });
  try {
    return await session.executeRead((tx) => readScopes(tx));
  } finally {
    await session.close();
  }
}

/** What each of these scopes has for steps into other scopes, in their order; empty where it was pushed without. */
export async function readShared(driver: Driver, names: readonly string[]): Promise<readonly string[]> {
  const query = "UNWIND $names AS name MATCH (s:PosternScope {name: name}) RETURN name, coalesce(s.shared, '') AS shared";
  const { records } = await driver.executeQuery(query, { names });
  const found = new Map(records.map((record) => [String(record.get('name')), String(record.get('shared'))]));
  return names.map((name) => found.get(name) ?? '');
}

/** `listScopes` inside a transaction. */
export async function readScopes(tx: ManagedTransaction): Promise<readonly Scope[]> {
  const { records } = await tx.run(
    `MATCH (s:PosternScope) RETURN s.name AS name, coalesce(s.complete, false) AS complete, s.generation AS generation,
     coalesce(s.snapshot, '') AS snapshot, coalesce(s.completeness, 'null') AS completeness, coalesce(s.nodes, 0) AS nodes, coalesce(s.edges, 0) AS edges ORDER BY name`,
  );
  return records.map((record) => record.toObject() as unknown as Scope);
}

/** The scope of this name, or the only one there is. Unknown, ambiguous and incomplete ones are input errors. */
export function chooseScope(scopes: readonly Scope[], name: string | undefined): Scope {
  const known = scopes.map((scope) => scope.name).join(', ');
  const help = known === '' ? 'postern neo4j push SNAP fills the database' : `scopes: ${known}`;
  const scope = name === undefined ? scopes[0] : scopes.find((each) => each.name === name);
  if (scope === undefined) throw new InputError(name === undefined ? 'the database holds no graph' : `the database holds no scope \`${name}\``, { help });
  if (name === undefined && scopes.length > 1) throw new InputError('the database holds several scopes', { help: `choose one with --scope: ${known}` });
  if (!scope.complete)
    throw new InputError(`the scope \`${scope.name}\` is incomplete: a push is under way or was interrupted`, { help: 'repeat postern neo4j push' });
  return scope;
}
