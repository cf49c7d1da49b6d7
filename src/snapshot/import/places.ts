import { arnPlace, type Place } from '../../collect/build.ts';
import type { ResourceType } from '../../model/collector.ts';
import { isArray, isObject, type Json, type JsonObject, textAt } from '../../model/json.ts';

/** Where the input was asked, as the command line says. */
export interface AskedAt {
  readonly account?: string;
  readonly region?: string;
}

/** Services without regions. */
export const isGlobal = (spec: ResourceType): boolean => 'collector' in spec && (spec.collector as { scope?: string }).scope === 'global';

/** Finds account and region of an item: its own ARNs and owner, its zone, its file's folder, the command line, the rest of its file, the rest of the input. */
export class PlaceFinder {
  readonly #options: AskedAt;
  readonly #ofFile = new Map<string, { accounts: Map<string, number>; regions: Map<string, number> }>();
  readonly #accounts = new Map<string, number>();
  readonly #regions = new Map<string, number>();

  constructor(options: AskedAt) {
    this.#options = options;
  }

  learn(file: string, document: Json): void {
    const known = { accounts: new Map<string, number>(), regions: new Map<string, number>() };
    const count = (map: Map<string, number>, value: string): void => {
      if (value !== '') map.set(value, (map.get(value) ?? 0) + 1);
    };
    const visit = (value: Json, key: string, depth: number): void => {
      if (typeof value === 'string') {
        // Policies name other people's accounts; what a resource says of itself stands in these fields.
        if (/Arn$|^ARN$|^arn$/.test(key)) {
          const place = arnPlace(value);
          if (place !== undefined && place.account !== 'aws') {
            count(known.accounts, place.account);
            count(known.regions, place.region);
          }
        } else if (key === 'OwnerId' && /^\d{12}$/.test(value)) count(known.accounts, value);
        else if (key === 'AvailabilityZone') count(known.regions, zoneRegion(value));
      } else if (isArray(value)) for (const each of value) visit(each, key, depth + 1);
      else if (isObject(value) && depth < 12 && !('Statement' in value)) for (const [name, each] of Object.entries(value)) visit(each ?? null, name, depth + 1);
    };
    visit(document, '', 0);
    this.#ofFile.set(file, known);
    for (const account of known.accounts.keys()) count(this.#accounts, account);
    for (const region of known.regions.keys()) count(this.#regions, region);
  }

  of(config: JsonObject, file: string, spec: ResourceType, request: JsonObject | undefined): Place {
    const folder = /(?:^|[\\/])(\d{12})[\\/]([a-z]{2}(?:-[a-z]+){1,3}-\d)[\\/]/.exec(file);
    const owner = spec.owner === undefined ? undefined : textAt(config, spec.owner);
    const own = this.#ownArn(config, spec);
    const requested = Object.values(request ?? {})
      .map((value) => (typeof value === 'string' ? arnPlace(value) : undefined))
      .find((place) => place !== undefined);
    const inFile = this.#ofFile.get(file);
    const first = (...values: readonly (string | undefined)[]): string => values.find((value) => value !== undefined && value !== '') ?? '';
    const ownerAccount = owner !== undefined && /^\d{12}$/.test(owner) ? owner : owner === undefined ? undefined : arnPlace(owner)?.account;
    const ownerId = textAt(config, 'OwnerId');
    return {
      partition: own?.partition ?? requested?.partition ?? 'aws',
      account: first(
        ownerAccount,
        ownerId !== undefined && /^\d{12}$/.test(ownerId) ? ownerId : undefined,
        own?.account,
        requested?.account,
        folder?.[1],
        this.#options.account,
        most(inFile?.accounts),
        most(this.#accounts),
      ),
      region: first(
        own?.region,
        requested?.region,
        zoneRegion(textAt(config, 'AvailabilityZone') ?? textAt(config, 'Placement.AvailabilityZone') ?? ''),
        folder?.[2],
        this.#options.region,
        most(inFile?.regions),
        most(this.#regions),
        'us-east-1',
      ),
    };
  }

  /** The ARN that the item's id is made of, or another that it has by itself. */
  #ownArn(config: JsonObject, spec: ResourceType): Place | undefined {
    const paths = [...spec.id.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] ?? '');
    for (const name of [
      ...paths,
      ...Object.keys(config).filter((key) => /Arn$|^ARN$|^arn$/.test(key) && !/^(Role|KmsKey|Certificate|Policy|Vpc|Target)/i.test(key)),
    ]) {
      const place = arnPlace(textAt(config, name) ?? '');
      if (place !== undefined && /^\d{12}$/.test(place.account)) return place;
    }
    return undefined;
  }
}

const zoneRegion = (zone: string): string => /^([a-z]{2}(?:-[a-z]+){1,3}-\d)[a-z]$/.exec(zone)?.[1] ?? '';

function most(counts: ReadonlyMap<string, number> | undefined): string | undefined {
  let best: [string, number] | undefined;
  for (const [value, count] of counts ?? []) if (best === undefined || count > best[1] || (count === best[1] && value < best[0])) best = [value, count];
  return best?.[0];
}
