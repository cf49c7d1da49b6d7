/** Ids that techniques had before. What people keep (ids of paths in baselines, prices, suppressions) goes on to fit. */
const former: Readonly<Record<string, string>> = { 'network.reaches': 'aws.network-reaches' };

/** The id that a technique had first: what is hashed, so that hashes stay. */
export const firstId = (technique: string): string => former[technique] ?? technique;
