import { SignedClient, type SignedCommand } from './signed-client.ts';

/**
 * A client of IAM Roles Anywhere in the shape of the SDK's. Two listings, as
 * https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_ListTrustAnchors.html describes them.
 */
interface Input {
  readonly nextToken?: string;
}
interface Answer {
  readonly nextToken?: string;
}

class Listing implements SignedCommand {
  readonly method = 'GET';
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  declare readonly answer?: Answer;

  constructor({ nextToken }: Input, path: string) {
    this.path = path;
    this.query = nextToken === undefined ? {} : { nextToken };
  }
}

/** `GET /trustanchors` */
export class ListTrustAnchorsCommand extends Listing {
  constructor(input: Input) {
    super(input, '/trustanchors');
  }
}

/** `GET /profiles` */
export class ListProfilesCommand extends Listing {
  constructor(input: Input) {
    super(input, '/profiles');
  }
}

const paginated = (Command: new (input: Input) => Listing) =>
  async function* ({ client }: { readonly client: Pick<RolesAnywhereClient, 'send'> }, input: Input): AsyncGenerator<Answer> {
    let token: string | undefined;
    do {
      const page: Answer = await client.send(new Command(token === undefined ? input : { ...input, nextToken: token }));
      yield page;
      // A token that comes again would never end.
      token = page.nextToken === token ? undefined : page.nextToken;
    } while (token !== undefined);
  };

export const paginateListTrustAnchors = paginated(ListTrustAnchorsCommand);
export const paginateListProfiles = paginated(ListProfilesCommand);

export class RolesAnywhereClient extends SignedClient {
  constructor(config: ConstructorParameters<typeof SignedClient>[1]) {
    super('rolesanywhere', config);
  }
}
