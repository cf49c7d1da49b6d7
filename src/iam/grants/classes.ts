import type { World } from './grant.ts';

/** Principals that hold by the same names: their own, if a grant has it, and those of the groups they are in that a grant has. What one of them may do, all may. */
export interface HolderClass {
  readonly holders: readonly string[];
}

export interface HolderClasses {
  /** Everybody that some grant means, sorted, with the class of each. */
  readonly principals: readonly string[];
  readonly classOf: readonly number[];
  readonly classes: readonly HolderClass[];
  /** Classes that hold by a name. */
  classesOf(holder: string): readonly number[];
  position(principal: string): number | undefined;
}

const known = new WeakMap<World, HolderClasses>();

/** Worked out once for a world: thousands of people in the same groups are one question for every action. */
export function holderClasses(world: World): HolderClasses {
  const before = known.get(world);
  if (before !== undefined) return before;
  const held = new Map<string, string[]>();
  for (const holder of [...new Set(world.grants.map((grant) => grant.holder))].sort()) {
    for (const principal of [holder, ...world.memberships.membersOf(holder)]) {
      const list = held.get(principal);
      if (list === undefined) held.set(principal, [holder]);
      else list.push(holder);
    }
  }
  const principals = [...held.keys()].sort();
  const numbers = new Map<string, number>();
  const classes: HolderClass[] = [];
  const classOf = principals.map((principal) => {
    const holders = held.get(principal) ?? [];
    const key = holders.join('\n');
    const number = numbers.get(key);
    if (number !== undefined) return number;
    numbers.set(key, classes.length);
    classes.push({ holders });
    return classes.length - 1;
  });
  const positions = new Map(principals.map((principal, index) => [principal, index]));
  const byHolder = new Map<string, number[]>();
  for (const [number, { holders }] of classes.entries())
    for (const holder of holders) {
      const list = byHolder.get(holder);
      if (list === undefined) byHolder.set(holder, [number]);
      else list.push(number);
    }
  const made: HolderClasses = {
    principals,
    classOf,
    classes,
    classesOf: (holder) => byHolder.get(holder) ?? [],
    position: (principal) => positions.get(principal),
  };
  known.set(world, made);
  return made;
}
