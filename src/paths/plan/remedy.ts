import type { Change } from '../../model/change.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { azureRemedy } from './azure/remedy.ts';
import { deletionRemedy } from './identity-remedy.ts';
import { policyRemedy } from './policy-remedy.ts';
import type { Remedy } from './remedy-text.ts';
import { settingRemedy } from './setting-remedy.ts';

/**
 * How to make a change in the account. `after` is the record with every change of the plan in it, so that two changes of one policy give the same whole document and may be applied in
 * any order.
 */
export function remedyOf(change: Change, before: SnapshotRecord | undefined, after: SnapshotRecord | undefined): Remedy {
  if (change.op === 'cut') return { cli: `# cut ${change.from} -> ${change.to}: a question, not a configuration`, terraform: '' };
  if ((change.op === 'create' ? change.record : before)?.type.startsWith('Microsoft.') === true) return azureRemedy(change, before, after);
  if (change.op === 'create') return { cli: `# create ${change.record.id}`, terraform: '' };
  const remedy =
    before === undefined
      ? undefined
      : change.op === 'delete'
        ? deletionRemedy(before)
        : after === undefined
          ? undefined
          : (policyRemedy(change.pointer, before, after) ?? settingRemedy(change, before, after));
  if (before === undefined || remedy === undefined)
    return { cli: `# ${change.op} ${change.op === 'delete' ? change.resource : `${change.pointer} of ${change.resource}`}`, terraform: '' };
  return { ...remedy, cli: inRegion(remedy.cli, before) };
}

/** Regional services are asked in the region of the record, whatever the reader's own default is. */
function inRegion(cli: string, { region }: SnapshotRecord): string {
  if (region === '' || region === 'global') return cli;
  return cli
    .split('\n')
    .map((line) => (/^aws (?!iam |s3api |organizations )/.test(line) && !line.includes(' --region ') ? `${line} --region ${region}` : line))
    .join('\n');
}
