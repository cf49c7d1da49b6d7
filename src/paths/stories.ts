import { createHash } from 'node:crypto';
import type { ExposurePath, Story } from '../model/assessment.ts';
import { append } from '../model/multimap.ts';

/** Groups paths that say the same about different instances: same entry kind, same steps by kind and technique, same target kind. Riskiest first. */
export function stories(paths: readonly ExposurePath[], kindOf: (id: string) => string): readonly Story[] {
  const groups = new Map<string, ExposurePath[]>();
  for (const path of paths) {
    const key = [path.entry.kind, ...path.steps.map((step) => `${step.kind} ${step.techniques[0] ?? ''} ${kindOf(step.to)}`), path.target.kind].join('\n');
    append(groups, key, path);
  }
  return [...groups].map(([key, members]): Story => {
    const [first] = members;
    if (first === undefined) throw new Error('an empty story');
    return {
      id: createHash('sha256').update(key).digest('hex').slice(0, 16),
      title: title(first),
      risk: first.risk,
      count: members.length,
      paths: members.map((path) => path.id),
      techniques: [...new Set(first.steps.flatMap((step) => step.techniques.slice(0, 1)))],
    };
  });
}

function title(path: ExposurePath): string {
  const steps = path.steps.map((step) => step.label);
  return `${path.entry.kind === 'Phished' ? 'a phished user' : path.entry.name}: ${steps.join('; then ')} -> ${path.target.why ?? path.target.name}`;
}
