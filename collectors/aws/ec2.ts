import { defineCollector } from '../../src/model/collector.ts';
import { ec2Gateways } from './ec2-gateways.ts';
import { ec2Machines } from './ec2-machines.ts';
import { ec2Networks } from './ec2-networks.ts';
import { ec2Storage } from './ec2-storage.ts';

/** Elastic Compute Cloud with its networks. */
export const ec2 = defineCollector({
  id: 'aws.ec2',
  provider: 'aws',
  service: 'ec2',
  title: 'Elastic Compute Cloud and Virtual Private Cloud',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-ec2'), client: 'EC2Client' },
  resources: {
    ...ec2Machines,
    ...ec2Networks,
    ...ec2Gateways,
    ...ec2Storage,
  },
});
