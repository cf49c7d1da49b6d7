import { members, signInUrl } from '../estate/identity-center.ts';
import { type AwsSide, type Estate, guid } from './parts.ts';

/** Single sign-on to AWS: finance by a SAML role of its own, everybody else through IAM Identity Center, whose enterprise application a repository manages. */
export function signOnToAws(estate: Estate, aws: AwsSide, nora: string, graph: { readonly microsoftGraph: string; readonly ownedBy: string }): void {
  const financeRole = guid('app role finance');
  const finance = estate.application('AWS single sign-on', {
    principal: {
      preferredSingleSignOnMode: 'saml',
      appRoles: [
        {
          id: financeRole,
          displayName: 'finance',
          value: `arn:aws:iam::${aws.data}:role/sso-finance,arn:aws:iam::${aws.data}:saml-provider/larkpay-entra`,
          allowedMemberTypes: ['User'],
          isEnabled: true,
        },
      ],
    },
  });
  estate.grantRole(estate.team('aws-finance', [nora]), 'aws-finance', financeRole, finance.principal, 'Group');

  const userRole = guid('app role identity center user');
  const center = estate.application('AWS IAM Identity Center', {
    principal: {
      preferredSingleSignOnMode: 'saml',
      servicePrincipalNames: [signInUrl],
      replyUrls: [signInUrl.replace('/saml/', '/saml/acs/')],
      appRoles: [{ id: userRole, displayName: 'User', value: null, allowedMemberTypes: ['User'], isEnabled: true }],
    },
  });
  for (const [group, people] of Object.entries(members)) {
    const team = estate.team(
      group,
      people.map((name) => estate.user(name, { mailNickname: name, mail: `${name}@larkpay.example` })),
    );
    estate.grantRole(team, group, userRole, center.principal, 'Group');
  }
  // Branch main of a repository may manage the applications that it owns, and it owns this one.
  const access = estate.application('github-cloud-access', {
    federated: [
      {
        id: guid('fic cloud-access'),
        name: 'main',
        issuer: 'https://token.actions.githubusercontent.com',
        subject: 'repo:larkpay/cloud-access:ref:refs/heads/main',
        audiences: ['api://AzureADTokenExchange'],
      },
    ],
  });
  estate.grantRole(access.principal, 'github-cloud-access', graph.ownedBy, graph.microsoftGraph);
  estate.add(`v1.0/serviceprincipals/${center.principal}/owners`, { '@odata.type': '#microsoft.graph.servicePrincipal', id: access.principal });
}
