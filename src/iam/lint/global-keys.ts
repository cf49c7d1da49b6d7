import { type KeyEntry, keysOfAction } from '../catalogue.ts';

/** "AWS global condition context keys" (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html), lower case. */
const globalKeys: ReadonlySet<string> = new Set(
  `aws:AssumedRoot aws:CalledVia aws:CalledViaFirst aws:CalledViaLast aws:ChatbotSourceArn aws:CurrentTime aws:Ec2InstanceSourcePrivateIPv4 aws:Ec2InstanceSourceVpc aws:EpochTime aws:FederatedProvider
  aws:MultiFactorAuthAge aws:MultiFactorAuthPresent aws:PrincipalAccount aws:PrincipalArn aws:PrincipalIsAWSService aws:PrincipalOrgID aws:PrincipalOrgPaths
  aws:PrincipalServiceName aws:PrincipalServiceNamesList aws:PrincipalType aws:referer aws:RequestedRegion aws:ResourceAccount aws:ResourceOrgID aws:ResourceOrgPaths aws:SecureTransport
  aws:SourceAccount aws:SourceArn aws:SourceIdentity aws:SourceIp aws:SourceOrgID aws:SourceOrgPaths aws:SourceOwner aws:SourceVpc aws:SourceVpcArn aws:SourceVpce aws:TagKeys aws:TokenIssueTime
  aws:UserAgent aws:userid aws:username aws:ViaAWSService aws:ViaAWSMCPService aws:VpceAccount aws:VpceOrgID aws:VpceOrgPaths aws:VpcSourceIp
  sts:RoleSessionName sts:SourceIdentity sts:ExternalId sts:TransitiveTagKeys`
    .split(/\s+/)
    .map((key) => key.toLowerCase()),
);
const families = /^(aws:(principal|request|resource)tag\/|[a-z0-9-]+:resourcetag\/)/;
/** What an identity provider tells: `<issuer host>:sub`, `saml:aud`. */
const federated = /^(saml:|[a-z0-9-]+(\.[a-z0-9-]+)+(\/[^:]*)?:)/;

/** Whether every request may carry the key (lower case), whatever its action. */
export const isGlobalKey = (key: string): boolean => globalKeys.has(key) || families.test(key) || federated.test(key);

/** The key of an action (lower case) that a policy's key means. */
export function keyOf(action: string, key: string): KeyEntry | undefined {
  return keysOfAction(action).find(({ name }) => {
    const lower = name.toLowerCase();
    const open = lower.search(/\$\{|</);
    return open < 0 ? lower === key : key.startsWith(lower.slice(0, open)) && key.length > open;
  });
}
