import { describe, expect, test } from '@jest/globals';
import { awsCollectors } from '../../collectors/aws/index.ts';
import { actions } from '../../src/iam/catalogue.ts';

/** Every call that a collector's table names. */
function callsOf(collector: (typeof awsCollectors)[number]): readonly { readonly call: string; readonly permission: string }[] {
  return Object.values(collector.resources).flatMap((type) =>
    [...(type.list ?? []), ...(type.details ?? []), ...(type.batch === undefined ? [] : [type.batch])].map((each) => ({
      call: each.call,
      permission: each.permission ?? each.call,
    })),
  );
}

describe.each(awsCollectors.map((collector) => ({ id: collector.id, collector })))('$id', ({ collector }) => {
  test('names only operations that its SDK has, allowed by actions that exist', async () => {
    const clients = [...(collector.sdk === undefined ? [] : [collector.sdk]), ...(collector.more ?? [])];
    const modules = (await Promise.all(clients.map((client) => client.load()))) as Readonly<Record<string, unknown>>[];
    const missing = callsOf(collector).filter(({ call }) => !modules.some((module) => typeof module[`${call.split(':')[1]}Command`] === 'function'));
    expect(missing).toEqual([]);
    expect(callsOf(collector).filter(({ permission }) => !actions().has(permission.toLowerCase()))).toEqual([]);
  });

  test('points only at types that some collector declares', () => {
    const types = new Set(awsCollectors.flatMap((each) => Object.keys(each.resources)));
    const strange = Object.values(collector.resources).flatMap((type) =>
      (type.references ?? []).flatMap((reference) => (reference.to ?? []).filter((each) => !types.has(each))),
    );
    expect(strange).toEqual([]);
  });
});
