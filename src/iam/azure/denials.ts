import { isObject, textAt } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import type { Denial } from '../grants/grant.ts';
import { evidenceOf, propertiesOf, scopeOf } from './assignments.ts';
import { Permission } from './roles.ts';
import { list, scopeText } from './scopes.ts';

/** "All principals: the ID is 00000000-0000-0000-0000-000000000000 and the principal type is SystemDefined" (https://learn.microsoft.com/azure/role-based-access-control/deny-assignments). */
const everyone = '00000000-0000-0000-0000-000000000000';

/**
 * Deny assignments "take precedence over role assignments"; `excludePrincipals` are spared, by themselves or by a group; with `doNotApplyToChildScopes` only the scope
 * itself is meant (same page).
 */
export function readDenials(snapshot: Snapshot): readonly Denial[] {
  return snapshot.records('Microsoft.Authorization/denyAssignments').flatMap((record): readonly Denial[] => {
    const properties = propertiesOf(record);
    const ids = (key: string): ReadonlySet<string> => new Set(list(properties[key]).flatMap((each) => (textAt(each, 'id') ?? []).toString().toLowerCase()));
    const [meant, spared] = [ids('principals'), ids('excludePrincipals')];
    const all = meant.has(everyone);
    const condition = textAt(properties, 'condition') ?? '';
    return list(properties['permissions']).map((json, index): Denial => {
      const permission = new Permission(json);
      const own = isObject(json) ? (textAt(json, 'condition') ?? '') : '';
      return {
        source: textAt(properties, 'denyAssignmentName') ?? record.id,
        scope: scopeText(textAt(properties, 'scope') ?? scopeOf(record.id)),
        means: (holders) => (all || some(holders, meant)) && !some(holders, spared),
        allows: (question) => permission.allows(question),
        only: properties['doNotApplyToChildScopes'] === true,
        condition: [condition, own].filter((text) => text !== '').join(' AND '),
        evidence: [evidenceOf(record, `/config/properties/permissions/${index}`)],
      };
    });
  });
}

const some = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => {
  for (const each of a) if (b.has(each)) return true;
  return false;
};
