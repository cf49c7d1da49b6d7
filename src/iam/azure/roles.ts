import type { Evidence } from '../../model/evidence.ts';
import { isObject, type Json, textAt } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import type { Question } from '../grants/grant.ts';
import { Patterns } from '../grants/patterns.ts';
import { type Condition, parseCondition } from './condition.ts';
import { list } from './scopes.ts';

/** One entry of `permissions`: what its actions add up to, and its own condition. */
export class Permission {
  readonly condition: Condition | undefined;
  readonly #allow: Readonly<Record<Question['plane'], Patterns>>;
  readonly #except: Readonly<Record<Question['plane'], Patterns>>;

  constructor(json: Json) {
    const texts = (key: string): string[] => (isObject(json) ? list(json[key]).filter((each) => typeof each === 'string') : []);
    this.#allow = { control: new Patterns(texts('actions')), data: new Patterns(texts('dataActions')) };
    this.#except = { control: new Patterns(texts('notActions')), data: new Patterns(texts('notDataActions')) };
    this.condition = parseCondition(textAt(json, 'condition'));
  }

  /** "NotActions ... subtracts from Actions" of the same entry; it denies nothing that another role allows (https://learn.microsoft.com/azure/role-based-access-control/role-definitions). */
  allows(question: Question): boolean {
    return this.#allow[question.plane].has(question.action) && !this.#except[question.plane].has(question.action);
  }
}

export interface Role {
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly evidence: readonly Evidence[];
  /** What must be read to know the role. */
  readonly missing: readonly string[];
}

/** The four roles that every assignment list names, for where definitions were not read (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles). */
const wellKnown: Readonly<Record<string, { readonly name: string; readonly permissions: Json }>> = {
  '8e3af657-a8ff-443c-a75c-2fe8c4bcb635': { name: 'Owner', permissions: [{ actions: ['*'] }] },
  'b24988ac-6180-42a0-ab88-20f7382dd24c': {
    name: 'Contributor',
    permissions: [
      {
        actions: ['*'],
        notActions: [
          'Microsoft.Authorization/*/Delete',
          'Microsoft.Authorization/*/Write',
          'Microsoft.Authorization/elevateAccess/Action',
          'Microsoft.Blueprint/blueprintAssignments/write',
          'Microsoft.Blueprint/blueprintAssignments/delete',
          'Microsoft.Compute/galleries/share/action',
          'Microsoft.Purview/consents/write',
          'Microsoft.Purview/consents/delete',
          'Microsoft.Resources/deploymentStacks/manageDenySetting/action',
          'Microsoft.Subscription/cancel/action',
          'Microsoft.Subscription/enable/action',
        ],
      },
    ],
  },
  'acdd72a7-3385-48ef-bd42-f606fba81ae7': { name: 'Reader', permissions: [{ actions: ['*/read'] }] },
  '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9': {
    name: 'User Access Administrator',
    permissions: [{ actions: ['*/read', 'Microsoft.Authorization/*', 'Microsoft.Support/*'] }],
  },
};

/** Role definitions by their GUID, which is what every spelling of a role's id ends in. */
export class Roles {
  readonly #byId = new Map<string, Role>();

  constructor(snapshot: Snapshot) {
    for (const record of snapshot.records('Microsoft.Authorization/roleDefinitions')) {
      const { config } = record;
      const properties = isObject(config['properties']) ? config['properties'] : config;
      const permissions = list(properties['permissions']).map((each) => new Permission(each));
      const evidence = {
        resource: record.id,
        pointer: `/config${isObject(config['properties']) ? '/properties' : ''}/permissions`,
        call: record.calls[0] ?? '',
      };
      this.#byId.set(guidOf(record.id), { name: textAt(properties, 'roleName') ?? record.id, permissions, evidence: [evidence], missing: [] });
    }
  }

  of(id: string): Role {
    const guid = guidOf(id);
    const known = this.#byId.get(guid);
    if (known !== undefined) return known;
    const builtIn = wellKnown[guid];
    const made: Role =
      builtIn === undefined
        ? { name: `role ${guid}`, permissions: [], evidence: [], missing: ['Microsoft.Authorization/roleDefinitions/read'] }
        : { name: builtIn.name, permissions: list(builtIn.permissions).map((each) => new Permission(each)), evidence: [], missing: [] };
    this.#byId.set(guid, made);
    return made;
  }
}

export const guidOf = (id: string): string => (id.split('/').at(-1) ?? '').toLowerCase();
