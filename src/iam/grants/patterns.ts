/** Action patterns of a role: `*` stands for any text, slashes included; case does not count. Compiled once, asked often. */
export class Patterns {
  readonly #exact = new Set<string>();
  readonly #globs: RegExp[] = [];
  readonly #known = new Map<string, boolean>();

  constructor(patterns: readonly string[]) {
    for (const pattern of patterns) {
      const lower = pattern.toLowerCase();
      if (lower.includes('*')) this.#globs.push(new RegExp(`^${lower.split('*').map(literally).join('.*')}$`, 's'));
      else this.#exact.add(lower);
    }
  }

  /** @param action lower case */
  has(action: string): boolean {
    if (this.#exact.has(action)) return true;
    if (this.#globs.length === 0) return false;
    let known = this.#known.get(action);
    if (known === undefined) {
      known = this.#globs.some((glob) => glob.test(action));
      this.#known.set(action, known);
    }
    return known;
  }
}

const literally = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
