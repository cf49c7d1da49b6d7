import type { TerraformTable } from '../../../src/model/terraform.ts';
import { balancerTerraform } from './balancers.ts';
import { bucketTerraform } from './buckets.ts';
import { computeTerraform } from './compute.ts';
import { containerTerraform } from './containers.ts';
import { dataTerraform } from './data.ts';
import { filterTerraform } from './filters.ts';
import { iamTerraform } from './iam.ts';
import { networkTerraform } from './network.ts';
import { recycleBinTerraform } from './recycle-bin.ts';

/** Terraform resource types of the collected services. */
export const awsTerraform: TerraformTable = {
  ...balancerTerraform,
  ...bucketTerraform,
  ...computeTerraform,
  ...containerTerraform,
  ...dataTerraform,
  ...filterTerraform,
  ...iamTerraform,
  ...networkTerraform,
  ...recycleBinTerraform,
};
