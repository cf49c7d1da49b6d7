/** A thin way to call AWS by names, for filling a test server. Only scripts use it. */
interface Client {
  send(command: unknown): Promise<Record<string, unknown>>;
}
type Module = Record<string, new (input: object) => never>;

const clients: Readonly<Record<string, readonly [() => Promise<unknown>, string]>> = {
  apigateway: [() => import('@aws-sdk/client-api-gateway'), 'APIGatewayClient'],
  apigatewayv2: [() => import('@aws-sdk/client-apigatewayv2'), 'ApiGatewayV2Client'],
  cloudformation: [() => import('@aws-sdk/client-cloudformation'), 'CloudFormationClient'],
  cloudtrail: [() => import('@aws-sdk/client-cloudtrail'), 'CloudTrailClient'],
  codebuild: [() => import('@aws-sdk/client-codebuild'), 'CodeBuildClient'],
  dynamodb: [() => import('@aws-sdk/client-dynamodb'), 'DynamoDBClient'],
  ec2: [() => import('@aws-sdk/client-ec2'), 'EC2Client'],
  ecs: [() => import('@aws-sdk/client-ecs'), 'ECSClient'],
  firehose: [() => import('@aws-sdk/client-firehose'), 'FirehoseClient'],
  iam: [() => import('@aws-sdk/client-iam'), 'IAMClient'],
  kinesis: [() => import('../../collectors/aws/kinesis-client.ts'), 'KinesisClient'],
  kms: [() => import('@aws-sdk/client-kms'), 'KMSClient'],
  lambda: [() => import('@aws-sdk/client-lambda'), 'LambdaClient'],
  organizations: [() => import('@aws-sdk/client-organizations'), 'OrganizationsClient'],
  route53: [() => import('@aws-sdk/client-route-53'), 'Route53Client'],
  s3: [() => import('@aws-sdk/client-s3'), 'S3Client'],
  secretsmanager: [() => import('@aws-sdk/client-secrets-manager'), 'SecretsManagerClient'],
  sns: [() => import('@aws-sdk/client-sns'), 'SNSClient'],
  sqs: [() => import('@aws-sdk/client-sqs'), 'SQSClient'],
  ssm: [() => import('@aws-sdk/client-ssm'), 'SSMClient'],
  states: [() => import('@aws-sdk/client-sfn'), 'SFNClient'],
  sts: [() => import('@aws-sdk/client-sts'), 'STSClient'],
};

type Answer = Record<string, never> & Record<string, Record<string, never> & { [key: string]: never }>;

export class Api {
  readonly #endpoint: string;
  readonly #credentials: object;
  readonly #region: string;
  readonly #made = new Map<string, Promise<{ client: Client; module: Module }>>();
  readonly account: string;

  constructor(endpoint: string, account: string, region: string, credentials: object) {
    this.#endpoint = endpoint;
    this.#credentials = credentials;
    this.#region = region;
    this.account = account;
  }

  in(region: string): Api {
    return new Api(this.#endpoint, this.account, region, this.#credentials);
  }

  /** Credentials for another account: moto gives them for any role. */
  async as(account: string): Promise<Api> {
    const { Credentials } = (await this.call('sts', 'AssumeRole', {
      RoleArn: `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`,
      RoleSessionName: 'estate',
    })) as unknown as {
      Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string };
    };
    return new Api(this.#endpoint, account, this.#region, {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    });
  }

  async call(service: string, operation: string, input: object): Promise<Answer> {
    let made = this.#made.get(service);
    if (made === undefined) {
      made = (async () => {
        const entry = clients[service];
        if (entry === undefined) throw new Error(`no client for ${service}`);
        const module = (await entry[0]()) as Module;
        const Client = module[entry[1]] as unknown as new (config: object) => Client;
        return { module, client: new Client({ endpoint: this.#endpoint, region: this.#region, credentials: this.#credentials, forcePathStyle: true }) };
      })();
      this.#made.set(service, made);
    }
    const { client, module } = await made;
    const Command = module[`${operation}Command`];
    if (Command === undefined) throw new Error(`no operation ${service}:${operation}`);
    return (await client.send(new Command(input))) as Answer;
  }
}
