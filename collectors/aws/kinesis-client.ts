import { KinesisClient as Http2Client } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';

export * from '@aws-sdk/client-kinesis';

/** The SDK speaks HTTP/2 with Kinesis, which only a subscription to a shard needs; a proxy, or a server that stands in for AWS, may know HTTP/1.1 alone. */
export class KinesisClient extends Http2Client {
  constructor(config: ConstructorParameters<typeof Http2Client>[0]) {
    super({ ...config, requestHandler: new NodeHttpHandler() });
  }
}
