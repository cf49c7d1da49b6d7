import { isArray, isObject, type Json } from '../model/json.ts';
import { edgeKindSpec } from '../model/vocabulary.ts';
import type { CanPremise, Premise } from './premise.ts';
import type { Technique } from './technique.ts';

/** What a technique needs, a premise a text, for pages that are read without the files. Alternatives are joined by "or". */
export function needsOf({ when, derives }: Technique): readonly string[] {
  const words = (premise: Premise): string => premiseWords(premise, derives.from);
  return when.map((premise) => (premise.kind === 'any' ? premise.of.map(words).join(' or ') : words(premise)));
}

/** One premise in words; the source of the step is "it". */
function premiseWords(premise: Premise, source: string): string {
  const name = (variable: string): string => (variable === source ? 'it' : variable);
  switch (premise.kind) {
    case 'can':
      return canWords(premise, name);
    case 'trusts':
      return `${name(premise.role)} trusts ${premise.service}`;
    case 'has':
      return `${name(premise.on)} has ${matcherWords(premise.where)}`;
    case 'edge':
      return `${name(premise.from)} ${edgeKindSpec(premise.edge).label} ${name(premise.to)}`;
    case 'reaches':
      return `${name(premise.from)} reaches ${name(premise.to)}${premise.ports.length === 0 ? '' : ` on ${premise.ports.join(', ')}`}`;
    case 'sameAccount':
      return `${name(premise.to)} is in the same account`;
    case 'uncapped':
      return 'no boundary, organization policy or denial keeps administration from what it takes';
    case 'powerful':
      return `${name(premise.who)} would administer the account but for a boundary`;
    case 'outsider':
      return `${name(premise.who)} is outside of the estate`;
    case 'exists':
      return `there is an ${premise.type} in the account`;
    case 'unseen':
      return `not seen: ${premise.what}`;
  }
}

function canWords({ action, on, context }: CanPremise, name: (variable: string) => string): string {
  const target = on === undefined ? '' : 'text' in on ? ` on ${on.text}` : ` on ${name(on.variable) === 'it' ? 'itself' : name(on.variable)}`;
  const known = Object.entries(context).map(([key, values]) =>
    key === 'iam:PassedToService' ? `for ${values.join(' or ')}` : `${key} ${values.join(' or ') || 'left out'}`,
  );
  return `\`${action}\`${target}${known.length === 0 ? '' : ` (${known.join(', ')})`}`;
}

const operators: Readonly<Record<string, string>> = { neq: 'other than', absent: 'absent', exists: 'there', count_lt: 'fewer than', count_gte: 'at least' };

/** A matcher as a reader would say it: `State available`, `Status other than Enabled`. */
function matcherWords(where: Json): string {
  if (isArray(where)) return where.map(matcherWords).join(' or ');
  if (!isObject(where)) return String(where);
  return Object.entries(where)
    .map(([key, value = null]) => {
      if (key === 'not') return `no ${matcherWords(value)}`;
      if (key === 'any_of' || key === 'all_of') return (isArray(value) ? value : [value]).map(matcherWords).join(key === 'any_of' ? ' or ' : ' and ');
      const [path = '', operator] = key.split('|');
      if (operator === 'absent' || operator === 'exists') return `${path} ${(value === true) === (operator === 'exists') ? 'set' : 'not set'}`;
      if (operator === 'none') return `no ${path} with ${matcherWords(value)}`;
      const said = isObject(value) ? `with ${matcherWords(value)}` : isArray(value) ? value.map(String).join(' or ') : String(value);
      return `${path}${operator === undefined ? '' : ` ${operators[operator] ?? operator}`} ${said}`;
    })
    .join(' and ');
}
