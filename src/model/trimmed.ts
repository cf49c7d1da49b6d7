const nothing: readonly never[] = [];

/** A copy with no room to grow, for lists that are kept by the ten thousand: one that was pushed to has room for 16 more, and one that is empty is an object of its own. */
export const trimmed = <T>(list: readonly T[]): readonly T[] => (list.length === 0 ? nothing : list.slice());
