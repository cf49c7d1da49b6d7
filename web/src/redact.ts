import type { EstateData, ViewModel } from '../../src/view/view-model.ts';

/** Fields whose texts are words of ours, never names of the estate. */
const ours = new Set([
  'schema',
  'kind',
  'kinds',
  'verdict',
  'result',
  'severity',
  'techniques',
  'technique',
  'rule',
  'draws',
  'change',
  'mark',
  'label',
  'labels',
  'factors',
  'actions',
  'legend',
  'tool',
  'state',
  'pointer',
  'call',
  'hash',
  'story',
  'path',
  'stories',
  'rules',
  'conditions',
  'type',
  'kindTable',
  'typeTable',
  'classTable',
]);

/**
 * The model with every name, id, account and tag of the estate replaced by a word of ours, the same for the same thing: for screenshots and for pictures that leave the house. Records and
 * configurations are left out altogether, as nobody can say what names are in them.
 */
export function redacted(model: ViewModel): ViewModel {
  const words = new Words();
  for (const [id, { name, kind }] of [...Object.entries(model.assessment.nodes), ...Object.entries(model.names)])
    words.learn(id, name, model.legend.nodes[kind]?.label ?? kind);
  for (const point of model.timeline) for (const path of point.paths) for (const end of [path.entry, path.target]) words.learn(end.id, end.name, end.kind);
  const { snapshot } = model.assessment;
  const hidden = words.deep({
    ...model,
    records: {},
    configs: {},
    removals: model.removals.map(({ key, steps }) => ({ key: words.text(key), steps })),
  }) as ViewModel;
  return {
    ...hidden,
    source: { ...model.source, name: 'SNAP' },
    assessment: {
      ...hidden.assessment,
      snapshot: { ...snapshot, accounts: snapshot.accounts.map((account) => words.account(account)) },
      // Messages are sentences with values of the configuration in them.
      findings: hidden.assessment.findings.map((finding) => ({ ...finding, message: finding.title, evidence: [] })),
      completeness: {
        ...hidden.assessment.completeness,
        gaps: hidden.assessment.completeness.gaps.map(({ resources: _resources, message: _message, ...gap }) => gap),
        notModelled: hidden.assessment.completeness.notModelled.map(() => 'hidden'),
      },
    },
  };
}

/** The estate with numbered names. */
export function redactedEstate(data: EstateData, model: ViewModel): EstateData {
  const words = new Words();
  // The same words as the model's, as far as that has any.
  for (const [id, { name, kind }] of [...Object.entries(model.assessment.nodes), ...Object.entries(model.names)])
    words.learn(id, name, model.legend.nodes[kind]?.label ?? kind);
  for (const [node, id] of data.ids.entries()) words.learn(id, data.names[node] ?? '', data.kindTable[data.kinds[node] ?? 0] ?? 'node');
  return {
    ...data,
    ids: data.ids.map((id) => words.exact(id)),
    names: data.ids.map((id) => words.exact(id)),
    accountTable: data.accountTable.map((account) => words.account(account)),
    governors: data.governors.map(([account, node]) => [words.account(account), node] as const),
    jewels: data.jewels.map(([node, value, , account]) => [node, value, 'hidden', words.account(account)] as const),
    classTable: data.classTable.map((each) => ({ ...each, label: words.text(each.label) })),
    tags: {},
  };
}

class Words {
  readonly #ids = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #accounts = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  #pattern: RegExp | undefined;

  learn(id: string, name: string, label: string): void {
    for (const account of id.match(/\d{12}/g) ?? []) this.account(account);
    if (this.#ids.has(id) || id === '' || /^(internet|aws:anyone|azure:any-tenant)$/.test(id)) return;
    const lower = label.toLowerCase();
    const number = (this.#counts.get(lower) ?? 0) + 1;
    this.#counts.set(lower, number);
    const word = `${lower} ${number}`;
    this.#ids.set(id, word);
    if (name.length > 2 && !this.#names.has(name)) this.#names.set(name, word);
    this.#pattern = undefined;
  }

  account(account: string): string {
    if (!/^\d{12}$|^[0-9a-f-]{36}$/.test(account)) return account;
    let word = this.#accounts.get(account);
    if (word === undefined) {
      word = `account ${String.fromCharCode(65 + (this.#accounts.size % 26))}${this.#accounts.size >= 26 ? Math.floor(this.#accounts.size / 26) : ''}`;
      this.#accounts.set(account, word);
      this.#pattern = undefined;
    }
    return word;
  }

  exact(id: string): string {
    return this.#ids.get(id) ?? this.text(id);
  }

  /** Replaces whatever is known in a text, longest first, then whatever still looks like an id. */
  text(text: string): string {
    const whole = this.#ids.get(text) ?? this.#names.get(text) ?? this.#accounts.get(text);
    if (whole !== undefined) return whole;
    this.#pattern ??= new RegExp(
      [...this.#ids.keys(), ...this.#names.keys(), ...this.#accounts.keys()]
        .sort((a, b) => b.length - a.length)
        .map((each) => each.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('|') || '(?!)',
      'g',
    );
    return text
      .replaceAll(this.#pattern, (found) => this.#ids.get(found) ?? this.#names.get(found) ?? this.#accounts.get(found) ?? found)
      .replaceAll(/arn:[a-z-]+:[^\s"',)]+/g, 'arn')
      .replaceAll(/\b\d{12}\b/g, 'account')
      .replaceAll(/\b(?:i|sg|vpc|subnet|eni|igw|ami|vol|snap|rtb|acl|tgw|nat)-[0-9a-f]{8,17}\b/g, 'id')
      .replaceAll(/\b(?:tagged) [^\s,]+/g, 'tagged');
  }

  deep(value: unknown, field = ''): unknown {
    if (typeof value === 'string') return ours.has(field) ? value : this.text(value);
    if (Array.isArray(value))
      return ours.has(field) && field !== 'findings'
        ? value.map((each) => (typeof each === 'string' ? each : this.deep(each)))
        : value.map((each) => this.deep(each, field));
    if (typeof value !== 'object' || value === null) return value;
    if (field === 'legend' || field === 'rules' || field === 'actions') return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [this.#ids.get(key) ?? key, this.deep(inner, key)]));
  }
}
