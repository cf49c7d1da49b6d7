import { isArray, type JsonObject } from '../model/json.ts';
import type { DocumentReader } from './reader.ts';
import { type NetworkRule, networkAudits } from './rule.ts';

/** The `network` key of a rule: either which resources must not reach which, or what must not be odd about filters. */
export function readNetwork(reader: DocumentReader, root: JsonObject): NetworkRule['network'] {
  const value = reader.map(root, 'network', ['from', 'to', 'ports', 'share', 'audit']);
  const audit = value['audit'] === undefined ? undefined : reader.word(value, 'audit', networkAudits, undefined, ['network']) || undefined;
  const { from, to, ports, share } = value;
  if (audit === undefined && from === undefined)
    reader.fail('R101', ['network', 'from'], 'no `from` and no `audit`', '`internet`, or a matcher over resources');
  if (ports !== undefined && (!isArray(ports) || !ports.every((port) => typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65_535)))
    reader.fail('R102', ['network', 'ports'], '`ports` is not a list of ports', 'numbers from 0 to 65535');
  if (share !== undefined && !(typeof share === 'number' && share >= 0 && share <= 1))
    reader.fail('R102', ['network', 'share'], '`share` is no share', 'a number from 0 to 1: how much of the internet must come through');
  return { audit, from, to, ports: isArray(ports) ? ports.map(Number) : [], share: typeof share === 'number' ? share : 0 };
}
