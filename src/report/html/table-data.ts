import type { Assessment } from '../../model/assessment.ts';
import { controlsByRule, placeText } from '../facts.ts';

/** Texts that many rows share, by number. */
class Texts {
  readonly list: string[] = [];
  readonly #numbers = new Map<string, number>();

  number(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.list.length);
    return this.list.push(text) - 1;
  }
}

/** What the script of the page reads: rows as lists of numbers and texts, what rows share once. */
export function findingsData(assessment: Assessment): object {
  const texts = new Texts();
  const controls = controlsByRule(assessment);
  const used = [...new Set(assessment.findings.map((finding) => finding.rule))];
  const rules = used.map((id) => {
    const rule = assessment.rules[id];
    return {
      id,
      title: rule?.title ?? id,
      risk: rule?.risk ?? '',
      fix: rule?.remediation.summary ?? '',
      cli: rule?.remediation.cli ?? '',
      terraform: rule?.remediation.terraform ?? '',
      attack: rule?.attack ?? [],
      controls: (controls.get(id) ?? []).slice(0, 60),
      references: (rule?.references ?? []).filter((each) => each.startsWith('https://')),
    };
  });
  const numbers = new Map(used.map((id, index) => [id, index]));
  const rows = assessment.findings.map((finding) => [
    numbers.get(finding.rule) ?? 0,
    texts.number(finding.severity),
    texts.number(finding.result),
    finding.resource,
    // A pass says only its title, which the rule holds already.
    finding.result === 'pass' ? '' : finding.message,
    texts.number(finding.account),
    texts.number(finding.region),
    finding.state === 'new' ? 1 : 0,
    finding.evidence.slice(0, 10).map((each) => placeText(assessment, each)),
    (finding.missing ?? []).join(', '),
    finding.suppression === undefined ? '' : `${finding.suppression.reason} (${finding.suppression.owner}, until ${finding.suppression.expires})`,
  ]);
  return { rules, texts: texts.list, rows };
}
