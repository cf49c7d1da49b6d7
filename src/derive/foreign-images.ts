import type { GraphBuilder } from '../graph/builder.ts';
import { accountNode } from '../model/account-node.ts';
import { answeringCall, type TypeTable } from '../model/collector.ts';
import type { Evidence, Factor } from '../model/evidence.ts';
import { isObject, type JsonObject, pointer, textAt, walkPath } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import { outsiderNode } from './outside.ts';
import { publisherOf } from './public-registries.ts';
import { knownVendors } from './vendors.ts';

/**
 * Registries of Amazon's own: of the add-ons of EKS (https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html) and of the Deep Learning Containers
 * (https://docs.aws.amazon.com/deep-learning-containers/latest/devguide/deep-learning-containers-images.html).
 */
const amazonRegistries: ReadonlySet<string> = new Set(
  `602401143452 877085696533 800184023465 533267051163 296578399912 900889452093 491585149902 151610086707 333609536671 121268973566 590381155156 455263428931 558608220178 759879836304 066635153087
  761377655185 730335286997 918309763551 961992271922 013241004608 151742754352 763104351884 871362719292 217643126080 626614931356 692866216735`.split(/\s+/),
);

/** Where a type names the container image that it runs. */
const containerImages: Readonly<Record<string, string>> = {
  'AWS::ECS::TaskDefinition': 'containerDefinitions[].image',
  'AWS::AppRunner::Service': 'SourceConfiguration.ImageRepository.ImageIdentifier',
  'AWS::Batch::JobDefinition': 'containerProperties.image',
  'AWS::CodeBuild::Project': 'environment.image',
  'AWS::Lambda::Function': 'GetFunction.ImageUri',
};
/** Build environments that CodeBuild keeps itself (https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html). */
const curated = /^aws\/codebuild\//;
/** Types whose follow-up call describes the machine image that they launch. */
const machines = ['AWS::EC2::Instance', 'AWS::AutoScaling::LaunchConfiguration'];
const registry = /^(\d{12})\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\//;

/** Accounts under which distributions publish machine images, as their own pages name them: Red Hat, Debian, SUSE, Fedora and CentOS, Rocky, AlmaLinux, Flatcar, FreeBSD, Oracle. */
const publishers: ReadonlySet<string> = new Set(
  '309956199498 136693071363 013907871322 125523088429 792107900819 764336703387 075585003325 782442583595 131827586825'.split(' '),
);

/** Names under which Amazon, Canonical and these publish: an image of somebody else's that bears one was made to be found by a search that names no owner. */
const published = /^(ubuntu\/images|amzn2?-ami-|al20\d\d-ami-|Windows_Server-20|amazon-eks-node|RHEL-\d|debian-\d|suse-sles)/;

/**
 * What runs an image of an account that is neither of the estate, nor Amazon's, nor a known vendor's, or of somebody's folder of a public registry: the owner of the image chose what runs, and where a tag is pulled chooses anew whenever it is
 * pushed to. An AMI, as a digest, stays what it is (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html: Amazon does not vouch for the integrity of what others share).
 */
export function addForeignImages(builder: GraphBuilder, snapshot: Snapshot, types: TypeTable, names: Readonly<Record<string, string>>): void {
  const own = estateAccounts(snapshot);
  const evidenceAt = (record: SnapshotRecord, at: readonly (string | number)[]): Evidence => {
    const where = `/config${pointer(at)}`;
    return { resource: record.id, pointer: where, call: answeringCall(types.get(record.type), where, record.calls) };
  };
  const stranger = (account: string | undefined): account is string =>
    account !== undefined && /^\d{12}$/.test(account) && !own.has(account) && knownVendors[account] === undefined && names[account] === undefined;
  const add = (record: SnapshotRecord, owner: string, technique: string, label: string, factor: Factor, evidence: Evidence): void => {
    const outside = owner.startsWith('registry:') ? owner : `aws:account:${owner}`;
    const from = builder.has(accountNode(owner)) ? accountNode(owner) : outsiderNode(builder, outside, names);
    if (from === undefined || !builder.has(record.id)) return;
    builder.step({ from, to: record.id, kind: 'CanExecuteOn', technique, label, factors: [factor], residual: [], evidence: [evidence] });
  };
  for (const [type, path] of Object.entries(containerImages))
    for (const record of snapshot.records(type))
      for (const { value, at } of walkPath(record.config, path)) {
        const owner = typeof value === 'string' ? registry.exec(value)?.[1] : undefined;
        const publisher = typeof value === 'string' && !curated.test(value) ? publisherOf(value) : undefined;
        const from =
          publisher !== undefined && names[publisher] === undefined
            ? `registry:${publisher}`
            : stranger(owner) && !amazonRegistries.has(owner)
              ? owner
              : undefined;
        if (from === undefined) continue;
        const pinned = String(value).includes('@sha256:') || type === 'AWS::Lambda::Function';
        add(record, from, 'aws.foreign-container-image', 'runs in its container image', pinned ? fixed : moving, evidenceAt(record, at));
      }
  for (const type of machines)
    for (const record of snapshot.records(type)) {
      const image = imageOf(record, snapshot);
      const owner = image === undefined ? undefined : ownerOf(image.value);
      if (image === undefined || !stranger(owner) || publishers.has(owner)) continue;
      const confused = published.test(textAt(image.value, 'Name') ?? '');
      const technique = confused ? 'aws.image-name-confusion' : 'aws.foreign-machine-image';
      const label = confused ? 'runs in an image that bears a publisher’s name' : 'runs in its machine image';
      add(record, owner, technique, label, confused ? lookalike : fixed, image.evidence);
    }
  // What a template names is known where its owner shared it with an account of the estate, or where it was imported.
  for (const record of snapshot.records('AWS::EC2::LaunchTemplate'))
    for (const { value, at } of walkPath(record.config, 'DescribeLaunchTemplateVersions[].LaunchTemplateData.ImageId')) {
      const image = typeof value === 'string' ? snapshot.find(value) : undefined;
      const owner = image?.type === 'AWS::EC2::Image' ? ownerOf(image.config) : undefined;
      if (stranger(owner) && !publishers.has(owner))
        add(record, owner, 'aws.foreign-machine-image', 'runs in the machine image that it launches', fixed, evidenceAt(record, at));
    }
}

const moving: Factor = {
  name: 'image of a stranger, by tag',
  value: 0.3,
  why: 'the owner of the repository pushes to the tag, and what is pulled next runs it',
};
const fixed: Factor = {
  name: 'image of a stranger',
  value: 0.1,
  why: 'it cannot be replaced; what it holds was the choice of its owner, whom nobody vouches for',
};
const lookalike: Factor = {
  name: 'look-alike image',
  value: 0.4,
  why: 'it bears the name of a publisher whose it is not, so that a search without an owner finds it',
};

/** The description of the image that a record launches: asked for with it, or imported beside it. */
function imageOf(record: SnapshotRecord, snapshot: Snapshot): { readonly value: JsonObject; readonly evidence: Evidence } | undefined {
  for (const { value, at } of walkPath(record.config, 'DescribeImages[]'))
    if (isObject(value)) return { value, evidence: { resource: record.id, pointer: `/config${pointer([...at, 'OwnerId'])}`, call: 'ec2:DescribeImages' } };
  const id = textAt(record.config, 'ImageId');
  const image = id === undefined ? undefined : snapshot.find(id);
  if (image?.type !== 'AWS::EC2::Image') return undefined;
  return { value: image.config, evidence: { resource: image.id, pointer: '/config/OwnerId', call: 'ec2:DescribeImages' } };
}

/** Amazon's own and what its marketplace has checked have an alias in the place of a stranger's account. */
function ownerOf(image: JsonObject): string | undefined {
  return textAt(image, 'ImageOwnerAlias') === undefined ? textAt(image, 'OwnerId') : undefined;
}

/** Accounts that something else than an image is known of; an organization knows accounts that nobody collected. */
function estateAccounts(snapshot: Snapshot): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { type, account } of snapshot.all()) if (type !== 'AWS::EC2::Image' && type !== 'AWS::EC2::Snapshot') found.add(account);
  for (const { config } of snapshot.records('AWS::Organizations::Organization'))
    for (const { value } of walkPath(config, 'Accounts[].Id')) if (typeof value === 'string') found.add(value);
  return found;
}
