import { isArray, isObject, type Json, type JsonObject } from '../../src/model/json.ts';

type Continue = (page: JsonObject) => JsonObject | undefined;

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Parameters of the next request, from a page's own values. */
const given = (page: JsonObject, names: Readonly<Record<string, string>>): JsonObject | undefined => {
  const next: Record<string, string> = {};
  for (const [parameter, key] of Object.entries(names)) {
    const value = text(page[key]);
    if (value !== undefined) next[parameter] = value;
  }
  return Object.keys(next).length === 0 ? undefined : next;
};

/** Listings that go on in a way of their own, by operation. */
const own: Readonly<Record<string, Continue>> = {
  // While IsTruncated is true, the next page starts at NextRecordName, NextRecordType and NextRecordIdentifier (Route 53 API reference, ListResourceRecordSets).
  ListResourceRecordSets: (page) =>
    page['IsTruncated'] === true
      ? given(page, { StartRecordName: 'NextRecordName', StartRecordType: 'NextRecordType', StartRecordIdentifier: 'NextRecordIdentifier' })
      : undefined,
  // "you can request them by calling this operation again and setting the ExclusiveStartDeliveryStreamName parameter to the name of the last Firehose stream returned in the last call"
  // (Firehose API reference, ListDeliveryStreams).
  ListDeliveryStreams: (page) => {
    const names = page['DeliveryStreamNames'];
    const last = isArray(names) ? text(names.at(-1)) : undefined;
    return page['HasMoreDeliveryStreams'] === true && last !== undefined ? { ExclusiveStartDeliveryStreamName: last } : undefined;
  },
  ListVpcOrigins: (page) => (isObject(page['VpcOriginList']) ? given(page['VpcOriginList'], { Marker: 'NextMarker' }) : undefined),
};

/** What the request for the next page adds, of listings that are paged and for which the SDK has no paginator (EventBridge, API Gateway v2); `undefined` on the last page. */
export function nextPage(operation: string, page: Json): JsonObject | undefined {
  if (!isObject(page)) return undefined;
  return own[operation]?.(page) ?? given(page, { NextToken: 'NextToken' });
}
