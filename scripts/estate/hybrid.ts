import type { Api } from './api.ts';

/** What AWS trusts of the Entra tenant: single sign-on for finance, and a workload identity that exports to the lake. */
export async function trustEntra(data: Api, tenant: string, exporter: string): Promise<void> {
  const issuer = `sts.windows.net/${tenant}/`;
  const metadata = `<?xml version="1.0"?><EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://${issuer}"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://login.microsoftonline.com/${tenant}/saml2"/></IDPSSODescriptor></EntityDescriptor>`;
  await data.call('iam', 'CreateSAMLProvider', { Name: 'larkpay-entra', SAMLMetadataDocument: metadata });
  await data.call('iam', 'CreateOpenIDConnectProvider', {
    Url: `https://${issuer}`,
    ClientIDList: ['api://aws'],
    ThumbprintList: ['626d44e704d1ceabe3bf0d53397464ac8080142c'],
  });
  const reads = {
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:ListBucket'],
    Resource: ['arn:aws:s3:::larkpay-data-lake', 'arn:aws:s3:::larkpay-data-lake/*'],
  };
  const role = async (RoleName: string, statement: object): Promise<void> => {
    await data.call('iam', 'CreateRole', {
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] }),
    });
    await data.call('iam', 'PutRolePolicy', {
      RoleName,
      PolicyName: `${RoleName}-access`,
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [reads] }),
    });
  };
  await role('sso-finance', {
    Principal: { Federated: `arn:aws:iam::${data.account}:saml-provider/larkpay-entra` },
    Action: 'sts:AssumeRoleWithSAML',
    Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
  });
  await role('azure-lake-export', {
    Principal: { Federated: `arn:aws:iam::${data.account}:oidc-provider/${issuer}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${issuer}:aud`]: 'api://aws', [`${issuer}:sub`]: exporter } },
  });
}
