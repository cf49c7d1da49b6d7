import type { LayerReport, PolicyLayer } from '../api.ts';
import { Atoms } from './atoms.ts';
import { ALWAYS, type Dnf, exact, isAlways, NEVER, notAll } from './dnf.ts';
import { applied } from './evaluate.ts';
import { identityIsFull, mustAllow, rcpsOf, relationOf, resourceDenies, scpsOf, sessionIsEmpty } from './layers.ts';
import type { PolicySet } from './policy-set.ts';
import { DIRECT } from './principal.ts';
import type { AccessRequest } from './request.ts';

/**
 * What each layer by itself says of a request, in the order in which AWS describes them. It explains a decision; `evaluate` makes it. Layers that do not exist are left out, save those whose silence
 * decides: identity policies, and the resource's own where it must allow.
 */
export function explainLayers(request: AccessRequest): readonly LayerReport[] {
  const reports: LayerReport[] = [];
  for (const [index, set] of scpsOf(request).entries()) reports.push(report('scp', `level ${index + 1}`, set, request, 'must-allow'));
  for (const [index, set] of rcpsOf(request).entries()) reports.push(report('rcp', `level ${index + 1}`, set, request, 'may-deny'));
  if (request.endpoint !== undefined) reports.push(report('endpoint', '', request.endpoint, request, 'must-allow'));
  const relation = relationOf(request);
  const needed = relation !== 'same' || mustAllow(request);
  if (needed || request.resourcePolicy !== undefined || request.grants !== undefined)
    reports.push(report('resource', '', resourceDenies(request), request, needed ? 'must-allow' : 'may-allow', request.grants));
  if (relation !== 'resource-only') {
    const role = relation === 'cross' ? 'must-allow' : 'may-allow';
    if (identityIsFull(request))
      reports.push({
        layer: 'identity',
        level: '',
        says: 'allow',
        role,
        residual: [],
        statements: [],
        note: 'the root user may do everything on the identity side',
      });
    else reports.push(report('identity', '', request.identity, request, role));
    if (request.boundary !== undefined) reports.push(report('boundary', '', request.boundary, request, 'must-allow'));
    if (request.session !== undefined) reports.push(report('session', '', request.session, request, 'must-allow'));
    else if (sessionIsEmpty(request))
      reports.push({
        layer: 'session',
        level: '',
        says: 'silent',
        role: 'must-allow',
        residual: [],
        statements: [],
        note: 'a federated session without a session policy has no permissions',
      });
  }
  return reports.map((each) => unread(each, request));
}

function report(
  layer: PolicyLayer,
  level: string,
  set: PolicySet | undefined,
  request: AccessRequest,
  role: LayerReport['role'],
  grants?: PolicySet,
): LayerReport {
  const atoms = new Atoms();
  const of = (each: PolicySet | undefined, effect: 'allow' | 'deny') =>
    each === undefined ? [] : applied(each.select(request.action)[effect], layer, request, atoms);
  const denies = of(set, 'deny');
  // What an RCP allows says nothing: every one of them stands beside an Allow of everything.
  const allows = layer === 'rcp' ? [] : [...of(set, 'allow'), ...of(grants, 'allow')];
  const certain = denies.filter((deny) => deny.conjunction.length === 0);
  if (certain.length > 0) return { layer, level, role, says: 'deny', residual: [], statements: certain.map(({ by }) => by) };
  const spared = denies.reduce<Dnf | undefined>((left, deny) => exact.and(left, notAll(deny.conjunction)), ALWAYS);
  const allowed = layer === 'rcp' ? ALWAYS : allows.reduce<Dnf | undefined>((any, each) => exact.or(any, [each.conjunction]), NEVER);
  const formula = exact.and(allowed, spared);
  const statements = [...new Map([...allows, ...denies].map(({ by }) => [JSON.stringify(by), by])).values()];
  const says =
    layer === 'rcp' && denies.length === 0
      ? 'silent'
      : allows.length === 0 && layer !== 'rcp'
        ? denies.length === 0
          ? 'silent'
          : 'deny-if'
        : isAlways(formula)
          ? 'allow'
          : 'conditional';
  // Who is named decides what the grant can do without the identity side.
  const delegates = layer === 'resource' && allows.length > 0 && allows.every((each) => (each.who & DIRECT) === 0);
  return {
    layer,
    level,
    role,
    says,
    residual:
      says === 'conditional' && formula !== undefined ? atoms.residual(formula) : says === 'deny-if' && spared !== undefined ? atoms.residual(spared) : [],
    statements,
    ...(delegates
      ? { note: 'it names the account or role, not the caller itself: boundary, session and, for an account, the identity policies still limit' }
      : {}),
  };
}

function unread(each: LayerReport, request: AccessRequest): LayerReport {
  const missing = request.unread.filter(({ layer }) => layer === each.layer).map((layer) => layer.missing);
  return missing.length === 0 ? each : { ...each, note: `not read: ${[...new Set(missing)].sort().join(', ')}` };
}
