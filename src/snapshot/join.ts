import { InputError } from '../model/error.ts';
import { canonicalJson } from '../model/json.ts';
import type { CallStatus, Manifest, Snapshot, SnapshotRecord } from '../model/record.ts';
import type { ManifestHead } from './write.ts';

/** From good to bad: of two answers about the same call in the same place the worse one counts, since what one of them did not see nobody saw; what only one of them asked was asked. */
const order: readonly CallStatus['state'][] = ['unasked', 'ok', 'absent', 'throttled', 'failed', 'denied'];

/**
 * One snapshot of several that were collected apart, so that what needs both sides (a role that trusts another account, and who there may assume it) is worked out exactly. A resource
 * that several hold is taken from the one whose account it belongs to: a gateway that is shared looks poorer from outside. The parts' order does not matter.
 * @throws InputError if two snapshots of the same account say different things of one resource
 */
export function joinSnapshots(
  parts: readonly { readonly name: string; readonly snapshot: Snapshot }[],
  tool: string,
): { readonly records: readonly SnapshotRecord[]; readonly head: ManifestHead } {
  const records = new Map<string, { record: SnapshotRecord; from: string; owned: boolean }>();
  const calls = new Map<string, CallStatus>();
  for (const { name, snapshot } of [...parts].sort((a, b) => (a.snapshot.hash < b.snapshot.hash ? -1 : 1))) {
    for (const record of snapshot.all()) {
      const key = `${record.type}\n${record.id}`;
      const known = records.get(key);
      const owned = snapshot.manifest.scope.accounts.includes(record.account);
      if (known === undefined || (owned && !known.owned)) records.set(key, { record, from: name, owned });
      else if (owned === known.owned && canonicalJson(known.record.config) !== canonicalJson(record.config))
        throw new InputError(`\`${known.from}\` and \`${name}\` say different things of \`${record.id}\``, {
          help: 'join snapshots of different accounts, or of one scan; the same account twice is what postern diff compares',
        });
    }
    for (const call of snapshot.manifest.calls) {
      const key = `${call.call}\n${call.account}\n${call.region}`;
      const known = calls.get(key);
      if (known === undefined || order.indexOf(call.state) > order.indexOf(known.state)) calls.set(key, call);
    }
  }
  const manifests = parts.map(({ snapshot }) => snapshot.manifest);
  const all = (pick: (manifest: Manifest) => readonly string[]): string[] => [...new Set(manifests.flatMap(pick))].sort();
  const unrecognised = manifests.flatMap((manifest) => manifest.unrecognised ?? []);
  const unused = manifests.flatMap((manifest) => manifest.unused ?? []);
  return {
    records: [...records.values()].map(({ record }) => record),
    head: {
      tool,
      state: manifests.every((manifest) => manifest.state === 'complete') ? 'complete' : 'incomplete',
      scope: { providers: all(({ scope }) => scope.providers), accounts: all(({ scope }) => scope.accounts), regions: all(({ scope }) => scope.regions) },
      start: manifests.map((manifest) => manifest.start).sort()[0] ?? '',
      end:
        manifests
          .map((manifest) => manifest.end)
          .sort()
          .at(-1) ?? '',
      calls: [...calls.values()],
      ...(unrecognised.length === 0 ? {} : { unrecognised }),
      ...(unused.length === 0 ? {} : { unused }),
    },
  };
}
