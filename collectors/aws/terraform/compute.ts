import { type JsonObject, textAt } from '../../../src/model/json.ts';
import type { TerraformTable, TerraformValues } from '../../../src/model/terraform.ts';
import { plannedAddress, plannedPublicAddress } from './addresses.ts';
import { arnOf, compact } from './shape.ts';

/** Defaults of a new instance: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html (tokens optional unless image or account say otherwise). */
const metadata = (v: TerraformValues): JsonObject => ({
  HttpTokens: v.text('metadata_options.http_tokens') ?? 'optional',
  HttpEndpoint: v.text('metadata_options.http_endpoint') ?? 'enabled',
  HttpPutResponseHopLimit: v.number('metadata_options.http_put_response_hop_limit') ?? 1,
});
/** Computed by the provider at launch: unknown in every plan, so no gap. */
const plain = (v: TerraformValues, path: string): string | undefined => (v.unknown(path) ? undefined : v.text(path));
const groups = (v: TerraformValues): readonly JsonObject[] =>
  [...new Set([...v.texts('vpc_security_group_ids'), ...v.texts('security_groups')])].map((GroupId) => ({ GroupId }));

/** Instances, functions, containers and what builds and runs code. */
export const computeTerraform: TerraformTable = {
  aws_instance: [
    {
      record: 'AWS::EC2::Instance',
      config: (v) => {
        const profile = v.text('iam_instance_profile');
        return {
          ...compact({
            InstanceId: v.identity('id'),
            ImageId: v.text('ami'),
            InstanceType: v.text('instance_type'),
            KeyName: v.text('key_name'),
            SubnetId: v.text('subnet_id'),
            PrivateIpAddress: plain(v, 'private_ip'),
            PublicIpAddress: plain(v, 'public_ip') ?? (v.flag('associate_public_ip_address') === true ? plannedPublicAddress(v.address) : undefined),
            SourceDestCheck: v.flag('source_dest_check') ?? true,
            IamInstanceProfile:
              profile === undefined ? undefined : { Arn: profile.startsWith('arn:') ? profile : `arn:aws:iam::${v.account}:instance-profile/${profile}` },
          }),
          State: { Name: 'running' },
          MetadataOptions: metadata(v),
          SecurityGroups: groups(v),
          Tags: v.tags(),
        };
      },
      exports: { id: 'InstanceId', arn: '$id' },
      settle: (config, v, find) => {
        const subnet = typeof config['SubnetId'] === 'string' ? find('AWS::EC2::Subnet', config['SubnetId']) : undefined;
        const range = subnet?.['CidrBlock'];
        const address = config['PrivateIpAddress'] ?? (typeof range === 'string' ? plannedAddress(range, v.address) : undefined);
        const byDefault = !v.unknown('associate_public_ip_address') ? false : subnet?.['MapPublicIpOnLaunch'] === true;
        const profile = v.text('iam_instance_profile');
        const known = profile === undefined || profile.startsWith('arn:') ? undefined : find('AWS::IAM::InstanceProfile', profile)?.['Arn'];
        const open = config['PublicIpAddress'] ?? (byDefault ? plannedPublicAddress(v.address) : undefined);
        return {
          ...config,
          ...compact({
            PrivateIpAddress: address,
            PublicIpAddress: open,
            VpcId: subnet?.['VpcId'],
            IamInstanceProfile: known === textAt(config, 'IamInstanceProfile.Arn') ? undefined : known && { Arn: known },
          }),
        };
      },
    },
    {
      into: 'AWS::EC2::Instance',
      parent: (v) => v.identity('id'),
      parts: (v) => {
        const plain = v.text('user_data');
        const encoded = v.text('user_data_base64');
        const known = encoded ?? (plain === undefined ? undefined : Buffer.from(plain).toString('base64'));
        if (known === undefined && !v.unknown('user_data') && !v.unknown('user_data_base64')) return [];
        return [{ set: 'UserData', value: known === undefined ? undefined : { Value: known }, call: 'ec2:DescribeInstanceAttribute' }];
      },
    },
  ],
  aws_launch_template: {
    record: 'AWS::EC2::LaunchTemplate',
    config: (v) => ({
      LaunchTemplateId: v.identity('id'),
      LaunchTemplateName: v.text('name') ?? v.address,
      DefaultVersionNumber: 1,
      LatestVersionNumber: 1,
      Tags: v.tags(),
    }),
    exports: { id: 'LaunchTemplateId', arn: '$id' },
  },
  aws_lambda_function: {
    record: 'AWS::Lambda::Function',
    config: (v) =>
      compact({
        FunctionName: v.identity('function_name'),
        FunctionArn: arnOf(v, 'lambda', `function:${v.identity('function_name')}`),
        Runtime: v.text('runtime'),
        Handler: v.text('handler'),
        Role: v.text('role'),
        KMSKeyArn: v.text('kms_key_arn'),
        Layers: v.texts('layers').map((Arn) => ({ Arn })),
        VpcConfig:
          v.blocks('vpc_config').length === 0
            ? undefined
            : { SubnetIds: v.texts('vpc_config.subnet_ids'), SecurityGroupIds: v.texts('vpc_config.security_group_ids') },
        Environment: v.blocks('environment').length === 0 ? undefined : { Variables: v.json('environment.variables') ?? {} },
        ListTags: Object.fromEntries(v.tags().map(({ Key, Value }) => [Key, Value])),
      }),
    exports: { id: 'FunctionName', function_name: 'FunctionName', arn: '$id' },
  },
  aws_lambda_permission: {
    into: 'AWS::Lambda::Function',
    parent: (v) => v.text('function_name'),
    parts: (v) => {
      const principal = v.text('principal') ?? '';
      const condition: Record<string, JsonObject> = {};
      const source = v.text('source_arn');
      const account = v.text('source_account');
      const organization = v.text('principal_org_id');
      const url = v.text('function_url_auth_type');
      if (source !== undefined) condition['ArnLike'] = { 'AWS:SourceArn': source };
      const equals = compact({ 'AWS:SourceAccount': account, 'aws:PrincipalOrgID': organization, 'lambda:FunctionUrlAuthType': url });
      if (Object.keys(equals).length > 0) condition['StringEquals'] = equals;
      const service = /\.amazonaws\.com$/.test(principal);
      const value = {
        Sid: v.identity('statement_id'),
        Effect: 'Allow',
        Principal:
          principal === '*' ? '*' : service ? { Service: principal } : { AWS: /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal },
        Action: v.text('action') ?? 'lambda:InvokeFunction',
        Resource: '*',
        ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
      };
      return [
        { set: 'GetPolicy.Policy.Version', value: '2012-10-17' },
        { add: 'GetPolicy.Policy.Statement', value, call: 'lambda:GetPolicy' },
      ];
    },
  },
  aws_lambda_function_url: {
    into: 'AWS::Lambda::Function',
    parent: (v) => v.text('function_name'),
    parts: (v) => [
      {
        add: 'ListFunctionUrlConfigs',
        value: { AuthType: v.text('authorization_type') ?? 'AWS_IAM', FunctionUrl: v.identity('function_url') },
        call: 'lambda:ListFunctionUrlConfigs',
      },
    ],
  },
  aws_lambda_event_source_mapping: {
    record: 'AWS::Lambda::EventSourceMapping',
    config: (v) =>
      compact({
        UUID: v.identity('uuid'),
        FunctionArn: v.text('function_arn') ?? v.text('function_name'),
        EventSourceArn: v.text('event_source_arn'),
        State: 'Enabled',
      }),
  },
  aws_codebuild_project: {
    record: 'AWS::CodeBuild::Project',
    config: (v) =>
      compact({
        name: v.identity('name'),
        arn: arnOf(v, 'codebuild', `project/${v.identity('name')}`),
        serviceRole: v.text('service_role'),
        source: compact({ type: v.text('source.type'), location: v.text('source.location'), buildspec: v.text('source.buildspec') }),
        environment: {
          environmentVariables: v
            .blocks('environment.environment_variable')
            .map((each) => compact({ name: each.text('name'), value: each.text('value'), type: each.text('type') })),
        },
      }),
    exports: { id: '$id', arn: '$id', name: 'name' },
  },
  aws_glue_job: {
    record: 'AWS::Glue::Job',
    config: (v) => compact({ Name: v.identity('name'), Role: v.text('role_arn') }),
    exports: { id: 'Name', name: 'Name', arn: '$id' },
  },
  aws_sagemaker_notebook_instance: {
    record: 'AWS::SageMaker::NotebookInstance',
    config: (v) =>
      compact({
        NotebookInstanceName: v.identity('name'),
        NotebookInstanceArn: arnOf(v, 'sagemaker', `notebook-instance/${v.identity('name')}`),
        RoleArn: v.text('role_arn'),
        SubnetId: v.text('subnet_id'),
        DirectInternetAccess: v.text('direct_internet_access') ?? 'Enabled',
        NotebookInstanceStatus: 'InService',
      }),
  },
  aws_sfn_state_machine: {
    record: 'AWS::StepFunctions::StateMachine',
    config: (v) =>
      compact({
        name: v.identity('name'),
        stateMachineArn: arnOf(v, 'states', `stateMachine:${v.identity('name')}`),
        roleArn: v.text('role_arn'),
        status: 'ACTIVE',
      }),
    exports: { id: '$id', arn: '$id', name: 'name' },
  },
  aws_cloudformation_stack: {
    record: 'AWS::CloudFormation::Stack',
    config: (v) =>
      compact({
        StackName: v.identity('name'),
        StackId: v.text('id') ?? `arn:aws:cloudformation:${v.region}:${v.account}:stack/${v.identity('name')}/planned`,
        RoleARN: v.text('iam_role_arn'),
        StackStatus: 'CREATE_COMPLETE',
      }),
  },
};
