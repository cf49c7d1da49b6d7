import type { ConditionAtom, Residual } from '../../model/evidence.ts';
import type { AccessResult } from '../api.ts';
import { Atoms } from './atoms.ts';
import { ALWAYS, and, type Dnf, isNever, join, maximum, minimize } from './dnf.ts';

/**
 * One decision for a request that touches several resources: "the user must have permission for all resources that the action touches". ec2:RunInstances asks once for the
 * instance, the image, the subnet, each group, volume and interface (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-policies-ec2-console.html), and each is a
 * decision of its own; one deny denies.
 */
export function allOf(results: readonly AccessResult[]): AccessResult {
  const [only] = results;
  // Stryker disable next-line ConditionalExpression: a list of one has a first.
  if (only !== undefined && results.length === 1) return only;
  const denied = results.filter((result) => result.decision === 'deny');
  const [first] = denied.filter((result) => result.explicit).concat(denied);
  if (first !== undefined) return first;
  const decidedBy = [...new Map(results.flatMap((result) => result.decidedBy).map((by) => [JSON.stringify(by), by])).values()];
  const missing = [...new Set(results.flatMap((result) => result.missing))].sort();
  if (results.some((result) => result.decision === 'unknown')) return { decision: 'unknown', explicit: false, residual: [], decidedBy, missing };
  const open = results.filter((result) => result.decision === 'conditional').map((result) => result.residual);
  if (open.length === 0) return { decision: 'allow', explicit: false, residual: [], decidedBy, missing };
  const atoms = new Atoms();
  const formula = minimize(open.reduce<Dnf | undefined>((all, residual) => and(all, formulaOf(residual, atoms)), ALWAYS));
  if (isNever(formula)) return { decision: 'deny', explicit: false, residual: [], decidedBy: [], missing: [] };
  if (formula !== undefined) return { decision: 'conditional', explicit: false, residual: atoms.residual(formula), decidedBy, missing };
  return { decision: 'unknown', explicit: false, residual: [], decidedBy, missing: [`the conditions have more than ${maximum} alternatives`] };
}

const formulaOf = (residual: Residual, atoms: Atoms): Dnf =>
  residual.flatMap((entry) => {
    const conjunction = join(
      entry.allOf.map((atom) => literal(atom, atoms)),
      [],
    );
    return conjunction === undefined ? [] : [conjunction];
  });

function literal(atom: ConditionAtom, atoms: Atoms): number {
  const plain = { ...atom, negated: false };
  // Stryker disable next-line MethodExpression,BooleanLiteral: one case is as good as the other, one sign too, as long as it is the same for all.
  return atoms.literal({ atom: plain, canonical: JSON.stringify([atom.operator, atom.key.toLowerCase(), atom.values]), sign: true }, atom.negated);
}
