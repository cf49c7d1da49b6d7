import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/**
 * The key of the hashes that stand for secrets. It is the user's, kept outside every snapshot (mode 0600), so that equal secrets are recognised from one snapshot to the next while an
 * auditor who is handed a snapshot cannot guess weak passwords from their hashes. `POSTERN_REDACTION_KEY` (hex) overrides it, for build machines.
 */
export async function redactionKey(env: Readonly<Record<string, string | undefined>>): Promise<Uint8Array> {
  const given = env['POSTERN_REDACTION_KEY'];
  if (given !== undefined && /^[0-9a-f]{32,}$/i.test(given)) return Buffer.from(given, 'hex');
  const folder = path.join(env['XDG_STATE_HOME'] ?? path.join(os.homedir(), '.local', 'state'), 'postern');
  const file = path.join(folder, 'redaction.key');
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known !== undefined && /^[0-9a-f]{64}\s*$/.test(known)) return Buffer.from(known.trim(), 'hex');
  const key = randomBytes(32);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(file, `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch {
    // No home to write to: the hashes of this run are comparable among themselves only.
    const other = await readFile(file, 'utf8').catch(() => undefined);
    if (other !== undefined && /^[0-9a-f]{64}\s*$/.test(other)) return Buffer.from(other.trim(), 'hex');
  }
  return key;
}
