/** How resources of EC2 name each other. */
export const subnets = ['AWS::EC2::Subnet'];
export const vpcs = ['AWS::EC2::VPC'];
export const groups = ['AWS::EC2::SecurityGroup'];
export const inVpc = { path: 'VpcId', to: vpcs, edge: 'Contains', reverse: true } as const;
export const inSubnet = { path: 'SubnetId', to: subnets, edge: 'Contains', reverse: true } as const;
export const arn = (kind: string, id: string): string => `arn:$partition:ec2:$region:$account:${kind}/{${id}}`;
