import type { Driver } from 'neo4j-driver';
import { InputError } from '../../model/error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const settings = 'NEO4J_URI (default bolt://127.0.0.1:7687), NEO4J_USER and NEO4J_PASSWORD say where the server is';

/** Runs `work` with a connection to the server that the environment names, and closes it. What goes wrong with the connection is an input error that tells no secret. */
export async function withNeo4j<T>(env: Environment, work: (driver: Driver) => Promise<T>): Promise<T> {
  const uri = env['NEO4J_URI'] || 'bolt://127.0.0.1:7687';
  const where = hostOf(uri);
  const driver = await open(uri, where, env);
  try {
    await driver.verifyConnectivity();
    return await work(driver);
  } catch (error) {
    throw explained(error, where);
  } finally {
    await driver.close();
  }
}

async function open(uri: string, where: string, env: Environment): Promise<Driver> {
  const { default: neo4j } = await import('neo4j-driver');
  const user = env['NEO4J_USER'];
  try {
    return neo4j.driver(uri, user === undefined || user === '' ? undefined : neo4j.auth.basic(user, env['NEO4J_PASSWORD'] ?? ''), {
      disableLosslessIntegers: true,
      connectionTimeout: 10_000,
      connectionAcquisitionTimeout: 15_000,
      maxTransactionRetryTime: 30_000,
      userAgent: 'postern',
    });
  } catch {
    throw new InputError(`the Neo4j driver does not take the address \`${where}\``, { help: settings });
  }
}

/** Scheme and host only: an address may carry a user and password. */
function hostOf(uri: string): string {
  if (!URL.canParse(uri)) throw new InputError('`NEO4J_URI` is no address', { help: settings });
  const { protocol, host } = new URL(uri);
  return `${protocol}//${host}`;
}

function explained(error: unknown, where: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('Neo.ClientError.Security.'))
    return new InputError(`the Neo4j server at \`${where}\` refuses this user and password`, { help: settings });
  if (code === 'ServiceUnavailable' || code === 'SessionExpired')
    return new InputError(`the Neo4j server at \`${where}\` cannot be reached, or the connection broke`, {
      help: `${settings}; an interrupted push can be repeated`,
    });
  return error;
}
