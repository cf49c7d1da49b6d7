import { createHash } from 'node:crypto';

/**
 * Addresses that a plan does not know yet. Rules speak of ranges, so any address of the right range stands for the one to come: of the subnet's range, but not its first four, which
 * are the provider's (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html). Always the same for the same resource.
 */
export function plannedAddress(cidr: string, resource: string): string | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 32] = match.slice(1).map(Number);
  const size = 2 ** (32 - bits);
  const base = ((a * 256 + b) * 256 + c) * 256 + d;
  const host = base + (size <= 8 ? Math.max(0, size - 2) : 4 + (hash(resource) % (size - 5)));
  return [24, 16, 8, 0].map((shift) => Math.floor(host / 2 ** shift) % 256).join('.');
}

/** A public address of nobody (documentation ranges, RFC 5737). */
export function plannedPublicAddress(resource: string): string {
  const number = hash(resource);
  const net = ['192.0.2', '198.51.100', '203.0.113'][number % 3] ?? '192.0.2';
  return `${net}.${1 + (Math.floor(number / 3) % 254)}`;
}

const hash = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0);
