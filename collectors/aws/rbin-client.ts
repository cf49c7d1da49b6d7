import { SignedClient, type SignedCommand } from './signed-client.ts';

/**
 * A client of the Recycle Bin in the shape of the SDK's: its published package is older than rules that exclude by tags. Two calls, as
 * https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_ListRules.html and API_GetRule.html describe them.
 */
interface ListInput {
  readonly ResourceType: string;
  readonly NextToken?: string;
}
interface ListAnswer {
  readonly NextToken?: string;
}

/** `POST /list-rules` */
export class ListRulesCommand implements SignedCommand {
  readonly method = 'POST';
  readonly path = '/list-rules';
  readonly body: string;
  declare readonly answer?: ListAnswer;

  constructor(input: ListInput) {
    this.body = JSON.stringify(input);
  }
}

/** `GET /rules/identifier` */
export class GetRuleCommand implements SignedCommand {
  readonly method = 'GET';
  readonly path: string;
  declare readonly answer?: object;

  constructor({ Identifier }: { readonly Identifier: string }) {
    this.path = `/rules/${encodeURIComponent(Identifier)}`;
  }
}

export async function* paginateListRules({ client }: { readonly client: Pick<RbinClient, 'send'> }, input: ListInput): AsyncGenerator<ListAnswer> {
  let token: string | undefined;
  do {
    const page: ListAnswer = await client.send(new ListRulesCommand(token === undefined ? input : { ...input, NextToken: token }));
    yield page;
    // A token that comes again would never end.
    token = page.NextToken === token ? undefined : page.NextToken;
  } while (token !== undefined);
}

export class RbinClient extends SignedClient {
  constructor(config: ConstructorParameters<typeof SignedClient>[1]) {
    super('rbin', config);
  }
}
