/**
 * Actions of directory roles: `namespace/entity/propertySet/action`, where `allEntities`, `allProperties` and `allTasks` stand for all of them
 * (https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions, "How to understand role permissions").
 */
export class DirectoryActions {
  readonly #exact = new Set<string>();
  readonly #prefixes: string[] = [];
  readonly #updates: string[] = [];

  constructor(actions: readonly string[]) {
    for (const action of actions) {
      const lower = action.toLowerCase();
      this.#exact.add(lower);
      const whole = /^(.*?\/)(?:allentities\/)?(?:allproperties\/)?alltasks$/.exec(lower)?.[1];
      const updates = /^(.*\/)allproperties\/update$/.exec(lower)?.[1];
      if (whole !== undefined) this.#prefixes.push(whole);
      if (updates !== undefined) this.#updates.push(updates);
    }
  }

  /** @param action lower case */
  has(action: string): boolean {
    return (
      this.#exact.has(action) ||
      this.#prefixes.some((prefix) => action.startsWith(prefix)) ||
      (action.endsWith('/update') && this.#updates.some((prefix) => action.startsWith(prefix)))
    );
  }
}
