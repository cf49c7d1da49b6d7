import type { CandidateSet } from '../api.ts';

/** Sets of candidates, each kept once. They are found again by a hash of their members: as text, thousands of sets of thousands would be most of the memory. */
export class CandidateSets {
  readonly #byHash = new Map<number, CandidateSet[]>();

  of(members: Uint32Array): CandidateSet {
    const hash = hashOf(members);
    const alike = this.#byHash.get(hash);
    const known = alike?.find((each) => equal(each.members, members));
    if (known !== undefined) return known;
    const made = { members };
    if (alike === undefined) this.#byHash.set(hash, [made]);
    else alike.push(made);
    return made;
  }
}

/** FNV-1a over whole members. */
function hashOf(members: Uint32Array): number {
  let hash = 0x811c9dc5;
  for (const member of members) hash = Math.imul(hash ^ member, 0x01000193);
  return hash;
}

function equal(a: Uint32Array, b: Uint32Array): boolean {
  if (a.length !== b.length) return false;
  for (let position = 0; position < a.length; position++) if (a[position] !== b[position]) return false;
  return true;
}
