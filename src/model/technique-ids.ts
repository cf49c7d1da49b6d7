/** Reachability is worked out by code, for every cloud alike; there is no file of this technique. */
export const networkReaches = 'network.reaches';

/** Ids that techniques had before. What people keep (ids of paths in baselines, prices, suppressions) goes on to fit. */
const former: Readonly<Record<string, string>> = { [networkReaches]: 'aws.network-reaches' };

/** The id that a technique had first: what is hashed, so that hashes stay. */
export const firstId = (technique: string): string => former[technique] ?? technique;
