import type { ChokePlace, ChokePoint, ChokeStep, ExposurePath } from '../model/assessment.ts';
import { placeNature } from './place-nature.ts';
import { goesOn, type StepProof, stepProofs } from './proofs.ts';
import type { Ranker } from './ranking.ts';

type Describe = (id: string) => { readonly kind: string; readonly name: string };

const part = (of: number, total: number): number => (total === 0 ? 0 : Number((of / total).toFixed(4)));

/** Adds up risk by key; a path counts once for each key. */
class Tally<T> {
  readonly #through = new Map<string, { readonly value: T; risk: number; paths: number }>();
  #total = 0;

  add(path: ExposurePath, found: ReadonlyMap<string, T>): void {
    this.#total += path.risk;
    for (const [key, value] of found) {
      const known = this.#through.get(key) ?? { value, risk: 0, paths: 0 };
      this.#through.set(key, { value: known.value, risk: known.risk + path.risk, paths: known.paths + 1 });
    }
  }

  /** Most risk first; equals in the order of their keys. */
  shares(): (T & { readonly share: number; readonly paths: number })[] {
    return [...this.#through]
      .map(([key, { value, risk, paths }]) => ({ key, entry: { ...value, share: part(risk, this.#total), paths } }))
      .sort((a, b) => b.entry.share - a.entry.share || (a.key < b.key ? -1 : 1))
      .map(({ entry }) => entry);
  }
}

/** Nodes between entry and target by the share of the listed risk that goes through them. */
export function chokePoints(paths: readonly ExposurePath[], describe: Describe): readonly ChokePoint[] {
  const tally = new Tally<{ id: string; kind: string; name: string }>();
  for (const path of paths) {
    const inner = new Set(path.steps.map((step) => step.from));
    inner.delete(path.entry.id);
    tally.add(path, new Map([...inner].map((id) => [id, { id, ...describe(id) }])));
  }
  return tally.shares();
}

/** Steps by the share of the listed risk that goes over them. */
export function chokeSteps(paths: readonly ExposurePath[]): readonly ChokeStep[] {
  const tally = new Tally<{ from: string; to: string; kind: string; technique: string }>();
  for (const path of paths)
    tally.add(path, new Map(path.steps.map(({ from, to, kind, techniques }) => [`${from}\n${to}`, { from, to, kind, technique: techniques[0] ?? '' }])));
  return tally.shares();
}

/**
 * Grants, rules and settings by the share of the listed risk whose proofs stand on them, and by what of it would be gone without them: a step that another proof holds up stays. That an
 * attacker may find a way round is not reckoned with here; `postern plan` and `whatif` derive the estate anew.
 */
export function chokePlaces(ranker: Ranker, paths: readonly ExposurePath[]): readonly ChokePlace[] {
  const { graph } = ranker;
  const proofs = new Map<string, readonly StepProof[]>();
  const proofsOf = (from: string, to: string): readonly StepProof[] => {
    const key = `${from}\n${to}`;
    const found = proofs.get(key) ?? stepProofs(graph, graph.indexOf(from), graph.indexOf(to), ranker.settings);
    proofs.set(key, found);
    return found;
  };
  const tally = new Tally<{ resource: string; pointer: string; nature: ChokePlace['nature'] }>();
  const gone = new Map<string, number>();
  let total = 0;
  for (const path of paths) {
    total += path.risk;
    const places = new Map<string, { resource: string; pointer: string; nature: ChokePlace['nature'] }>();
    const left = new Map<string, number>();
    for (const [index, step] of path.steps.entries()) {
      const all = proofsOf(step.from, step.to).filter((proof) => index === path.steps.length - 1 || goesOn(proof));
      const best = all[0]?.likelihood ?? 0;
      for (const { resource, pointer } of step.evidence) {
        const key = `${resource}\n${pointer}`;
        places.set(key, { resource, pointer, nature: placeNature(resource, pointer) });
        const other = all.find(({ evidence }) => !evidence.some((each) => each.resource === resource && each.pointer === pointer));
        left.set(key, Math.min(left.get(key) ?? 1, best === 0 ? 1 : (other?.likelihood ?? 0) / best));
      }
    }
    tally.add(path, places);
    for (const [key, share] of left) gone.set(key, (gone.get(key) ?? 0) + path.risk * (1 - share));
  }
  return tally.shares().map((place): ChokePlace => ({ ...place, ends: part(gone.get(`${place.resource}\n${place.pointer}`) ?? 0, total) }));
}
