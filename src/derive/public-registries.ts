/** Registries whose first folder is the name of whoever pushes there. */
const byOwner: ReadonlySet<string> = new Set(['ghcr.io', 'quay.io', 'public.ecr.aws', 'docker.io']);
const dockerHub: ReadonlySet<string> = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);

/** Galleries that Amazon keeps itself, and Docker's official images, which it mirrors (https://docs.aws.amazon.com/AmazonECR/latest/public/docker-hub-images.html). */
const ofAmazon = /^(?:docker|amazonlinux|aws-|eks|lambda|ecs|xray|karpenter|cloudwatch-agent|codebuild|sam)/;

/**
 * Whoever pushes the images of a reference to a public registry, as `ghcr.io/owner`. `undefined`: official images of Docker, registries that do not tell who pushes, and private ones.
 * "A single name is an official image" and "the first part is a host if it has a dot or a colon" is how Docker reads a reference (https://docs.docker.com/reference/cli/docker/image/tag/).
 */
export function publisherOf(image: string): string | undefined {
  const parts = image.split('/');
  const [first = '', ...rest] = parts;
  const hosted = parts.length > 1 && (/[.:]/.test(first) || first === 'localhost');
  const host = hosted ? (dockerHub.has(first) ? 'docker.io' : first.toLowerCase()) : 'docker.io';
  const path = hosted ? rest : parts;
  const [owner = ''] = path;
  if (!byOwner.has(host) || path.length < 2 || owner === '') return undefined;
  if ((host === 'docker.io' && (owner === 'library' || owner === 'amazon')) || (host === 'public.ecr.aws' && ofAmazon.test(owner))) return undefined;
  return `${host}/${owner.toLowerCase()}`;
}
