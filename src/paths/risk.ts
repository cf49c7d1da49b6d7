import type { Graph } from '../graph/graph.ts';
import type { EdgeIndex } from '../graph/types.ts';
import type { Factor, Residual } from '../model/evidence.ts';
import { firstId } from '../model/technique-ids.ts';
import type { NodeKind } from '../model/vocabulary.ts';
import type { Settings } from './settings.ts';

/** A number of the risk model with its reason. Every one can be overridden in `postern.yaml` under `risk:` by its name. */
export interface RiskNumber {
  readonly value: number;
  readonly why: string;
}

/**
 * The risk table. Likelihoods are in (0, 1] and relative: they order paths, they are not frequencies. Values are 0–100.
 * `risk = product of the likelihoods of entry and steps x value of the target`.
 */
export const riskTable: Readonly<Record<string, RiskNumber>> = {
  'entry.Internet': { value: 1, why: 'anybody, all the time' },
  'entry.Outsider': { value: 0.9, why: 'anybody with an account of the same cloud; no relation needed' },
  'entry.Outsider.account': { value: 0.2, why: 'one named outside account must be taken over first' },
  'entry.Outsider.vendor': { value: 0.1, why: 'a known vendor’s account: taken over less often than an unknown one' },
  'entry.Federated': { value: 0.3, why: 'a subject of an outside identity provider must be taken over or created first' },
  'entry.Federated.any': { value: 0.9, why: 'the pattern admits subjects that anybody can create' },
  'entry.Phished': { value: 0.3, why: 'a person must give away the password' },
  'entry.OnPremises': { value: 0.2, why: 'the office or plant network must be entered first' },
  'condition.aws:MultiFactorAuthPresent': { value: 0.3, why: 'a second factor must be taken over too' },
  'condition.aws:MultiFactorAuthAge': { value: 0.3, why: 'a second factor must be taken over too' },
  'condition.aws:SourceIp': { value: 0.2, why: 'the call must come from a listed network' },
  'condition.aws:VpcSourceIp': { value: 0.2, why: 'the call must come from a listed network' },
  'condition.aws:SourceVpc': { value: 0.25, why: 'the call must come through the network’s endpoint' },
  'condition.aws:SourceVpce': { value: 0.25, why: 'the call must come through the endpoint' },
  'condition.sts:ExternalId': { value: 0.2, why: 'the external id must be known' },
  'condition.aws:SecureTransport': { value: 1, why: 'every client uses TLS' },
  'condition.aws:RequestedRegion': { value: 0.95, why: 'the attacker chooses the region' },
  'condition.aws:CurrentTime': { value: 0.6, why: 'only at certain times' },
  'condition.aws:SourceArn': { value: 0.3, why: 'the call must come through a service on behalf of a listed resource' },
  'condition.aws:SourceAccount': { value: 0.3, why: 'the call must come through a service on behalf of a listed account' },
  'condition.aws:ViaAWSService': { value: 0.3, why: 'the call must be made by a service' },
  'condition.aws:CalledVia': { value: 0.3, why: 'the call must be made by a service' },
  'condition.aws:UserAgent': { value: 0.95, why: 'the attacker chooses the user agent' },
  'condition.aws:RequestTag': { value: 0.95, why: 'the attacker chooses the tags' },
  'condition.aws:TagKeys': { value: 0.95, why: 'the attacker chooses the tags' },
  'condition.pim:Activation': { value: 0.9, why: 'the role must be activated first, which is logged' },
  'condition.pim:MultiFactorAuthentication': { value: 0.5, why: 'the activation asks for a second factor' },
  'condition.pim:AuthenticationContext': { value: 0.4, why: 'the activation asks for a stronger sign-in' },
  'condition.pim:Approval': { value: 0.15, why: 'somebody must approve the activation' },
  'condition.pim:EligibleRequest': { value: 0.1, why: 'somebody who is eligible must ask, or be controlled too' },
  'condition.postern:NamedSecret': { value: 0.4, why: 'only the name of the secret tells what it opens' },
  'condition.azure:SourceNetwork': { value: 0.25, why: 'the request must come from a listed network' },
  'condition.azure:PrivateEndpoint': { value: 0.2, why: 'the request must come through a private endpoint' },
  'condition.azure:BlobName': { value: 0.4, why: 'the name of the blob must be known' },
  'condition.entra:UserSignsIn': { value: 0.6, why: 'the user must use the application' },
  'condition.entra:ConnectedOrganization': { value: 0.2, why: 'an account of a connected organization must be had' },
  'condition.entra:MembershipRule': { value: 0.3, why: 'the rule of the group must be met in every part' },
  'condition.entra:PasswordWriteback': { value: 0.6, why: 'passwords must be written back to the premises' },
  'condition.entra:AccessApproval': { value: 0.15, why: 'somebody must approve the request' },
  'condition.entra:Application': { value: 0.5, why: 'the request must come through that application' },
  'condition.oidc:LiteralSubject': { value: 0.05, why: 'the issuer must make a token with that very text as its subject' },
  'condition.Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]': { value: 1, why: 'the attacker chooses the role among those allowed' },
  'condition.Request[Microsoft.Authorization/roleAssignments:PrincipalType]': { value: 0.7, why: 'a principal of that kind must be had' },
  'condition.Resource[HasObotoken]': { value: 0.3, why: 'the call must be made on behalf of a service' },
  'condition.default': { value: 0.5, why: 'a condition on the request that the snapshot cannot decide' },
  'unknown.default': { value: 0.5, why: 'a fact that was not collected: it may or may not hold' },
  'value.Account': { value: 90, why: 'whoever administers an account has everything in it' },
  'value.Account.management': { value: 100, why: 'the management account governs every account of the organization' },
  'value.Organization': { value: 100, why: 'everything' },
  'value.DataStore': { value: 40, why: 'data of unknown worth' },
  'value.Secret': { value: 45, why: 'a secret opens something else' },
  'value.Key': { value: 35, why: 'a key opens the data it encrypts' },
  'value.Compute': { value: 10, why: 'code execution is a means more than an end' },
  'value.restricted': { value: 85, why: 'tagged restricted, secret, PII, PCI, PHI or the like' },
  'value.confidential': { value: 70, why: 'tagged confidential or sensitive' },
  'value.public': { value: 5, why: 'tagged public' },
  'value.named': { value: 60, why: 'its name says customer, payment, backup, audit or the like' },
  'factor.nonproduction': { value: 0.5, why: 'a development, test or sandbox environment by tag or name' },
};

/** A number of the table with the user's override. */
export function riskNumber(name: string, settings: Settings): RiskNumber {
  const known = riskTable[name];
  const own = settings.risk[name];
  if (own !== undefined) return { value: own, why: known === undefined ? 'set in postern.yaml' : `${known.why} (set in postern.yaml)` };
  if (known === undefined) throw new Error(`the risk table has no ${name}`);
  return known;
}

/** Price of one condition key: its own row, the row of its prefix before `/` (`aws:RequestTag/team`), else the default. */
function conditionPrice(key: string, settings: Settings): RiskNumber {
  for (const name of [`condition.${key}`, `condition.${key.split('/')[0] ?? key}`]) {
    if (name in riskTable || settings.risk[name] !== undefined) return riskNumber(name, settings);
  }
  return riskNumber('condition.default', settings);
}

/** The best entry of a residual: the one whose conditions are likeliest to be met. Equal keys count once. */
export function residualFactors(residual: Residual, settings: Settings): readonly Factor[] {
  let best: { product: number; factors: Factor[] } | undefined;
  for (const { allOf } of residual) {
    const factors = [...new Set(allOf.map((atom) => atom.key))].sort().map((key): Factor => {
      const { value, why } = conditionPrice(key, settings);
      return { name: `condition ${key}`, value, why };
    });
    const product = factors.reduce((value, factor) => value * factor.value, 1);
    if (best === undefined || product > best.product) best = { product, factors };
  }
  return best?.factors ?? [];
}

/** Factors of a technique with the user's overrides: `technique.ID` replaces its whole price, `factor.NAME` one factor of it. */
function ownFactors(technique: string, factors: readonly Factor[], settings: Settings): readonly Factor[] {
  const whole = settings.risk[`technique.${technique}`] ?? settings.risk[`technique.${firstId(technique)}`];
  if (whole !== undefined) return [{ name: technique, value: whole, why: 'set in postern.yaml' }];
  return factors.map((factor) => {
    const own = settings.risk[`factor.${factor.name}`];
    return own === undefined ? factor : { ...factor, value: own, why: `${factor.why} (set in postern.yaml)` };
  });
}

/** All factors of a step: those of the technique, then the price of its conditions, then of what is missing. Their product is the step's likelihood in a path. */
export function stepFactors(graph: Graph, edge: EdgeIndex, settings: Settings): readonly Factor[] {
  const step = graph.step(edge);
  const unknown = step.missing.length === 0 ? [] : [{ name: 'not collected', ...riskNumber('unknown.default', settings) }];
  return [...ownFactors(step.technique, step.factors, settings), ...residualFactors(step.residual, settings), ...unknown];
}

/** `-ln(likelihood)` of every edge; `Infinity` for structure edges, which nobody walks. */
export function edgeCosts(graph: Graph, settings: Settings): Float64Array {
  const costs = new Float64Array(graph.edgeCount).fill(Number.POSITIVE_INFINITY);
  const ofPayload = new Map<number, number>();
  for (let edge = 0; edge < graph.edgeCount; edge++) {
    if (graph.likelihoods[edge] === 0) continue;
    const payload = graph.payloadOf(edge);
    let cost = ofPayload.get(payload);
    if (cost === undefined) {
      cost = Math.abs(Math.log(stepFactors(graph, edge, settings).reduce((product, factor) => product * factor.value, 1)));
      ofPayload.set(payload, cost);
    }
    costs[edge] = cost;
  }
  return costs;
}

/** Likelihood that an attacker starts at an entry node, with its reason. 0: closed by the user. */
export function entryLikelihood(
  node: { readonly id: string; readonly kind: NodeKind; readonly props: Readonly<Record<string, unknown>> },
  settings: Settings,
): RiskNumber {
  const own = settings.entries[node.id] ?? settings.entries[node.kind];
  if (own !== undefined) return { value: own, why: 'set in postern.yaml' };
  const grade = node.props['breadth'];
  const name = `entry.${node.kind}${typeof grade === 'string' && `entry.${node.kind}.${grade}` in riskTable ? `.${grade}` : ''}`;
  return riskNumber(name, settings);
}
