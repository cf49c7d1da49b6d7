import type { JsonObject } from '../../../src/model/json.ts';
import type { TerraformTable, TerraformValues } from '../../../src/model/terraform.ts';
import { compact, filled, named } from './shape.ts';

/** Tags of a rule. What the configuration leaves out is open until the provider has been told that there are none. */
const pairs = (v: TerraformValues, path: string): readonly JsonObject[] =>
  v.unknown(path) && !v.given(path)
    ? []
    : v.blocks(path).map((each) => compact({ ResourceTagKey: each.text('resource_tag_key'), ResourceTagValue: each.text('resource_tag_value') }));

/** Rules of the recycle bin. */
export const recycleBinTerraform: TerraformTable = {
  aws_rbin_rule: {
    record: 'AWS::Rbin::Rule',
    config: (v) =>
      filled({
        Identifier: v.identity('id'),
        Description: v.unknown('description') ? undefined : v.text('description'),
        ResourceType: v.text('resource_type'),
        RetentionPeriod: compact({
          RetentionPeriodValue: v.number('retention_period.retention_period_value'),
          RetentionPeriodUnit: v.text('retention_period.retention_period_unit'),
        }),
        ResourceTags: pairs(v, 'resource_tags'),
        ExcludeResourceTags: pairs(v, 'exclude_resource_tags'),
        // The provider waits for it: https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/rbin/rule.go, waitRuleCreated.
        Status: v.unknown('status') ? 'available' : (v.text('status') ?? 'available'),
        // A rule is made unlocked unless its configuration says otherwise, and providers differ in whether they heed that: "In this example the Recycle Bin retention rule is created without a
        // lock, even though the `lock_configuration` is specified" (https://github.com/hashicorp/terraform-provider-aws/issues/32534). Only the state of the lock tells.
        LockState: v.unknown('lock_state') && v.blocks('lock_configuration').length === 0 ? undefined : v.text('lock_state'),
      }),
    exports: named('Identifier'),
    answers: Object.fromEntries(
      ['resource_type', 'retention_period', 'resource_tags', 'exclude_resource_tags', 'lock_configuration', 'lock_state'].map((attribute) => [
        attribute,
        'rbin:GetRule',
      ]),
    ),
  },
};
