import { defineCollector } from '../../src/model/collector.ts';

/** Elastic Container Registry. */
export const ecr = defineCollector({
  id: 'aws.ecr',
  provider: 'aws',
  service: 'ecr',
  title: 'Elastic Container Registry',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-ecr'), client: 'ECRClient' },
  resources: {
    'AWS::ECR::Repository': {
      kind: 'Artifact',
      label: 'image repository',
      list: [{ call: 'ecr:DescribeRepositories', items: 'repositories[]' }],
      details: [
        {
          call: 'ecr:GetRepositoryPolicy',
          request: { repositoryName: 'repositoryName' },
          absent: ['RepositoryPolicyNotFoundException'],
          recognise: ['policyText'],
        },
        {
          call: 'ecr:GetLifecyclePolicy',
          request: { repositoryName: 'repositoryName' },
          absent: ['LifecyclePolicyNotFoundException'],
          recognise: ['lifecyclePolicyText'],
        },
        { call: 'ecr:ListTagsForResource', request: { resourceArn: 'repositoryArn' }, keep: 'tags' },
      ],
      id: '{repositoryArn}',
      aliases: ['repositoryName', 'repositoryUri'],
      name: ['repositoryName'],
      tags: 'ListTagsForResource',
      documents: ['GetRepositoryPolicy.policyText'],
      recognise: ['repositoryArn'],
    },
  },
});
