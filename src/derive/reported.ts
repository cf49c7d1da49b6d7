import type { DetailCall, TypeTable } from '../model/collector.ts';
import { type JsonObject, textAt } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';

type Rows = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** What a report of the whole account says of a record whose own follow-up call was not asked: the credential report knows who has a password and a second factor. */
export class Reports {
  readonly #snapshot: Snapshot;
  readonly #types: TypeTable;
  readonly #known = new Map<string, Rows>();

  constructor(snapshot: Snapshot, types: TypeTable) {
    this.#snapshot = snapshot;
    this.#types = types;
  }

  /** `present`, `absent`, or `undefined` when no report tells. */
  tells(detail: DetailCall, record: SnapshotRecord): 'present' | 'absent' | undefined {
    const { report } = detail;
    if (report === undefined) return undefined;
    const row = this.#rows(report.type, report.row, record.account).get(textAt(record.config, report.of) ?? '');
    const value = row?.[report.column];
    return value === undefined || value === '' ? undefined : value === report.absent ? 'absent' : 'present';
  }

  /** The configuration with what reports tell put in its place: something where a call would have answered something. */
  completed(record: SnapshotRecord): JsonObject {
    let config = record.config;
    for (const detail of this.#types.get(record.type)?.details ?? []) {
      if (detail.report === undefined || record.calls.includes(detail.call) || this.tells(detail, record) !== 'present') continue;
      const key = detail.as ?? detail.call.split(':')[1] ?? '';
      if (config[key] === undefined) config = { ...config, [key]: detail.paginate === undefined ? {} : [{}] };
    }
    return config;
  }

  #rows(type: string, key: string, account: string): Rows {
    const cached = this.#known.get(`${type} ${account}`);
    if (cached !== undefined) return cached;
    const report = this.#snapshot.records(type).find((each) => each.account === account);
    const rows = new Map<string, Readonly<Record<string, string>>>();
    const [head = '', ...lines] = text(textAt(report?.config, 'Content') ?? '').split(/\r?\n/);
    const columns = head.split(',');
    for (const line of lines) {
      const values = line.split(',');
      const row = Object.fromEntries(columns.map((column, index) => [column, values[index] ?? '']));
      rows.set(row[key] ?? '', row);
    }
    this.#known.set(`${type} ${account}`, rows);
    return rows;
  }
}

/** The API hands the table out in base64. */
const text = (content: string): string => (content.includes(',') ? content : Buffer.from(content, 'base64').toString('utf8'));
