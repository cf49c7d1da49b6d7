/** A server before moto that answers what moto does not know, so that a demo estate has no gaps that a real account would not have. */
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json, JsonObject } from '../../src/model/json.ts';

export interface Call {
  /** `Service.Operation` of the JSON protocols. */
  readonly target: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly region: string;
  /** Who signed. The estate's management account signs as itself, everybody else with a session. */
  readonly accessKey: string;
}

/** Gives the answer to a call, or nothing where moto should answer. */
export type Answerer = (call: Call) => { readonly type: string; readonly body: string } | undefined;

export interface Front {
  readonly url: string;
  close(): Promise<void>;
}

export const jsonAnswer = (body: Json): ReturnType<Answerer> => ({ type: 'application/x-amz-json-1.1', body: JSON.stringify(body) });

/** Lists that moto lacks and that hold nothing in the estate: by target of the JSON protocols, by method and path of the REST ones, by action of the query ones. */
const empty: readonly (readonly [RegExp, JsonObject | string])[] = [
  [/^AppRunner\.ListServices$/, { ServiceSummaryList: [] }],
  [/^OvertureService\.DescribeDirectConnectGateways$/, { directConnectGateways: [] }],
  [/^OvertureService\.DescribeVirtualInterfaces$/, { virtualInterfaces: [] }],
  [/^GlobalAccelerator_V20180706\.ListAccelerators$/, { Accelerators: [] }],
  [/^NetworkFirewall_20201112\.ListFirewallPolicies$/, { FirewallPolicies: [] }],
  [/^NetworkFirewall_20201112\.ListRuleGroups$/, { RuleGroups: [] }],
  [/^SageMaker\.ListNotebookInstanceLifecycleConfigs$/, { NotebookInstanceLifecycleConfigs: [] }],
  [/^AmazonSSM\.DescribeInstanceInformation$/, { InstanceInformationList: [] }],
  [/^AmazonSSM\.ListAssociations$/, { Associations: [] }],
  [/^AmazonSSM\.ListResourceComplianceSummaries$/, { ResourceComplianceSummaryItems: [] }],
  [/^SWBExternalService\.ListInstances$/, { Instances: [] }],
  [/^GET \/analyzer$/, { analyzers: [] }],
  [/^GET \/resources$/, { Results: [] }],
  [/^POST \/browsers$/, { browserSummaries: [] }],
  [/^POST \/code-interpreters$/, { codeInterpreterSummaries: [] }],
  [/^GET \/trustanchors$/, { trustAnchors: [] }],
  [/^GET \/profiles$/, { profiles: [] }],
  [/^GET \/2021-10-31\/functions\/[^/]+\/urls$/, { FunctionUrlConfigs: [] }],
  [
    /^GET \/v20180820\/accesspointforobjectlambda$/,
    '<ListAccessPointsForObjectLambdaResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><ObjectLambdaAccessPointList/></ListAccessPointsForObjectLambdaResult>',
  ],
  [
    /^GET \/2020-05-31\/vpc-origin$/,
    '<VpcOriginList xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Marker></Marker><MaxItems>100</MaxItems><IsTruncated>false</IsTruncated><Quantity>0</Quantity></VpcOriginList>',
  ],
  [
    /^Action=ListOrganizationsFeatures$/,
    '<ListOrganizationsFeaturesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListOrganizationsFeaturesResult><EnabledFeatures/></ListOrganizationsFeaturesResult></ListOrganizationsFeaturesResponse>',
  ],
  [
    /^Action=DescribeLockedSnapshots$/,
    '<DescribeLockedSnapshotsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>estate</requestId><snapshotSet/></DescribeLockedSnapshotsResponse>',
  ],
  [
    /^Action=GetSnapshotBlockPublicAccessState$/,
    '<GetSnapshotBlockPublicAccessStateResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>estate</requestId><state>unblocked</state></GetSnapshotBlockPublicAccessStateResponse>',
  ],
  [
    /^Action=GetImageBlockPublicAccessState$/,
    '<GetImageBlockPublicAccessStateResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>estate</requestId><imageBlockPublicAccessState>block-new-sharing</imageBlockPublicAccessState></GetImageBlockPublicAccessStateResponse>',
  ],
  [
    /^Action=GetInstanceMetadataDefaults$/,
    '<GetInstanceMetadataDefaultsResult xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>estate</requestId><accountLevel/></GetInstanceMetadataDefaultsResult>',
  ],
  [
    /^Action=DescribeClientVpnEndpoints$/,
    '<DescribeClientVpnEndpointsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>estate</requestId><clientVpnEndpoint/></DescribeClientVpnEndpointsResponse>',
  ],
];

const nothing: Answerer = ({ target, method, path, body }) => {
  const action = /(?:^|&)(Action=\w+)/.exec(body)?.[1] ?? '';
  const named = [target, `${method} ${path}`, action];
  const found = empty.find(([pattern]) => named.some((each) => pattern.test(each)));
  if (found === undefined) return undefined;
  return typeof found[1] === 'string' ? { type: 'text/xml', body: found[1] } : jsonAnswer(found[1]);
};

/** Starts the server. `answerers` are asked first, in their order. */
export async function startFront(moto: string, answerers: readonly Answerer[]): Promise<Front> {
  const behind = new URL(moto);
  const all = [...answerers, nothing];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const call = callOf(request, body);
      for (const answerer of all) {
        const answer = answerer(call);
        if (answer === undefined) continue;
        response.writeHead(200, { 'content-type': answer.type });
        response.end(answer.body);
        return;
      }
      pass(request, body, behind, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function callOf(request: IncomingMessage, body: Buffer): Call {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const [, accessKey = '', region = ''] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
  return {
    target: String(request.headers['x-amz-target'] ?? ''),
    method: request.method ?? 'GET',
    path: pathname.replace(/(.)\/+$/, '$1'),
    body: body.toString('utf8'),
    region,
    accessKey,
  };
}

/** The request as it came, with the host that was signed. */
function pass(request: IncomingMessage, body: Buffer, { hostname, port }: URL, response: ServerResponse): void {
  const onward = forward({ hostname, port, method: request.method, path: request.url, headers: request.headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  onward.end(body);
}
