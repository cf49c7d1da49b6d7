import type { AccessResult, DecidedBy, LayerReport } from '../api.ts';
import { allOf } from '../aws/combine.ts';
import { type Facts, factsOf } from '../aws/context.ts';
import { evaluate } from '../aws/evaluate.ts';
import { explainLayers } from '../aws/explain.ts';
import type { AccessRequest } from '../aws/request.ts';
import { accessPointKeys, behind, passesThrough } from './access-points.ts';
import type { EstateResource, ResourceReader } from './resources.ts';

/** One request of those that a question comes to. */
export interface Part {
  readonly request: AccessRequest;
  readonly locate: (by: DecidedBy) => DecidedBy;
  /** What it is about, where it is not what was asked. */
  readonly level: string;
  /** The resource's policy and lists count for nothing, as block public access has it. */
  readonly closed: boolean;
}

const nothing: Facts = factsOf({});

/** What a question about a resource asks: the resource, and of an access point each bucket behind it too. */
export function parts(
  resources: ResourceReader,
  action: string,
  resource: string,
): readonly { readonly arn: string; readonly target: EstateResource; readonly more: Facts; readonly level: string }[] {
  const arn = resources.canonical(resource);
  const target = resources.of(arn, action);
  const { point } = target;
  const first = { arn, target, more: nothing, level: '' };
  if (point === undefined || !passesThrough(action)) return [first];
  return [
    first,
    ...point.buckets.map((bucket) => {
      const below = behind(arn, bucket);
      return { arn: below, target: resources.of(below, action), more: factsOf(accessPointKeys(point)), level: `asked of ${below}` };
    }),
  ];
}

const order: Readonly<Record<AccessResult['decision'], number>> = { deny: 0, unknown: 1, conditional: 2, allow: 3 };

const decided = ({ request, locate }: Part): AccessResult => {
  const result = evaluate(request);
  return { ...result, decidedBy: result.decidedBy.map(locate) };
};

/** The first, and of what lies behind it the one that allows most: a multi-Region access point has a bucket in each region, and whoever asks picks the region. */
export function decideAll([first, ...rest]: readonly Part[]): AccessResult {
  const own = first === undefined ? allOf([]) : decided(first);
  const [best] = rest.map(decided).sort((a, b) => order[b.decision] - order[a.decision]);
  return best === undefined ? own : allOf([own, best]);
}

/** Layer by layer, each part by itself. */
export const explainAll = (list: readonly Part[]): readonly LayerReport[] =>
  list.flatMap(({ request, locate, level, closed }) =>
    explainLayers(request).map((each) => ({
      ...each,
      ...(closed && each.layer === 'resource' ? { note: 'S3 block public access keeps what it grants from everybody outside the account' } : {}),
      level: [each.level, level].filter((text) => text !== '').join(', '),
      statements: each.statements.map(locate),
    })),
  );
