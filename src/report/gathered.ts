import type { ExposurePath, PathsReport } from '../model/assessment.ts';

/** A path with its place in the ranking, from 1. */
export interface Ranked {
  readonly path: ExposurePath;
  readonly rank: number;
}

/** A path that is told whole, and those that a reader needs no more than a line of. */
export interface Gathered {
  readonly head: Ranked;
  /** Proven by the same steps, elsewhere. */
  readonly alike: readonly Ranked[];
  /** Proven too, but they end in a way that somebody takes from outside without what comes before it: a chain of six steps to a bucket that is public. */
  readonly longer: readonly Ranked[];
}

/** What is left of a path behind some of its steps. */
const rest = ({ steps }: ExposurePath, from: number): string =>
  steps
    .slice(from)
    .map((step) => step.to)
    .join('\n');

/**
 * The paths of a report, riskiest first, so that each story is read once. A path stands by itself where it depends on something, where something is not known of it, or where somebody
 * accepted it: that is always to be said.
 */
export function gathered({ paths, stories }: Pick<PathsReport, 'paths' | 'stories'>): readonly Gathered[] {
  const storyOf = new Map(stories.flatMap((story) => story.paths.map((id) => [id, story.id])));
  const groups: { readonly head: Ranked; readonly alike: Ranked[]; readonly longer: Ranked[] }[] = [];
  type Group = (typeof groups)[number];
  const byStory = new Map<string, Group>();
  const byWay = new Map<string, Group>();
  for (const [index, path] of paths.entries()) {
    const ranked = { path, rank: index + 1 };
    const certain = path.verdict === 'proven' && path.suppression === undefined;
    const shorter = certain ? path.steps.flatMap((_, from) => (from === 0 ? [] : (byWay.get(rest(path, from)) ?? [])))[0] : undefined;
    if (shorter !== undefined) {
      shorter.longer.push(ranked);
      continue;
    }
    const story = storyOf.get(path.id);
    let group = certain && story !== undefined ? byStory.get(story) : undefined;
    if (group === undefined) {
      group = { head: ranked, alike: [], longer: [] };
      groups.push(group);
      if (certain && story !== undefined) byStory.set(story, group);
    } else group.alike.push(ranked);
    const way = rest(path, 0);
    if (certain && !byWay.has(way)) byWay.set(way, group);
  }
  return groups;
}
