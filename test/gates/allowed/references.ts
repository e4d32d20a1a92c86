import { sandbox } from '../../../lib/config';
import { like, members, object, only, optional, type Rule, ref } from './rules';

/** First part of every fixed name; `problem` is what is predicted. */
export const { prefix } = sandbox;
export const problem = 'flight-disruption';
const project = `${prefix}-${problem}`;

/** Two keys: data at rest, and what operations need. A role that may read logs may not read data. */
export const dataKey = ref('KMS::Key', 'Arn', 'KeysData');
export const operationsKey = ref('KMS::Key', 'Arn', 'KeysOperations');

export const bucketName = (id: string) => ref('S3::Bucket', '', id);

/** `s3://<one bucket of the lake>/<prefix>`; the prefix is a regular expression. */
export const inBucket = (id: string, path: string) => like(new RegExp(`s3://<S3::Bucket DataLake/${id}>/${path}`));

/** A file of this app that `cdk deploy` uploads, named by its digest, in the account's own bootstrap bucket. */
export const assetBucket = 'cdk-hnb659fds-assets-<AccountId>-<Region>';
export const asset = (...endings: readonly string[]) =>
  like(new RegExp(`s3://${assetBucket}/[0-9a-f]{64}\\.(${endings.join('|')})`));

/** Messages to people. Every alarm and every failed release ends here. */
export const notifications = ref('SNS::Topic', '', 'NotificationsTopic');

/** The endpoint, by the name of its pattern. */
export const endpointName = like(new RegExp(`${project}(-serverless|-asynchronous)?`));
/** One live variant and at most one challenger. */
export const variantName = only('live', 'challenger');

/** State machines are named by hand, because their roles and alarms are made before them. */
export const stateMachineArn = (...names: readonly string[]) =>
  like(new RegExp(`arn:<Partition>:states:<Region>:<AccountId>:stateMachine:${prefix}-(${names.join('|')})`));

/** Jobs and models run in these subnets, behind this group. At least two zones: one that fails stops nothing. */
export const subnets = members(
  ref('EC2::Subnet', '', 'NetworkVpcIsolatedSubnet1Subnet'),
  ref('EC2::Subnet', '', 'NetworkVpcIsolatedSubnet2Subnet'),
);
export const jobsGroup = ref('EC2::SecurityGroup', 'GroupId', 'NetworkJobs');
export const jobsNetwork = object({ SecurityGroupIds: members(jobsGroup), Subnets: subnets });

const tag = (key: string, value: Rule) => object({ Key: only(key), Value: value });

const ownership = Object.entries(sandbox.tags).map(([key, value]) => tag(key, only(value)));

/** Who owns it, who pays, how careful to be: on everything that AWS can tag. */
export const tags = members(...ownership);
/** CDK's names of what the console shows, next to them. */
export const namedTags = members(
  ...ownership,
  tag('Name', like(/MlaBlueprint-[\w/]+/)),
  optional(tag('aws-cdk:subnet-name', only('Isolated'))),
  optional(tag('aws-cdk:subnet-type', only('Isolated'))),
);
export const bucketTags = members(...ownership, tag('aws-cdk:auto-delete-objects', only('true')));
/** The same as an object, as Glue and custom resources take it. */
export const tagMap = only({ ...sandbox.tags });

/**
 * General purpose, compute and memory instances of up to 4xlarge: what these steps need. Others (GPU, larger) cost ten
 * times as much; add the family with its reason.
 */
export const instanceType = like(/ml\.(m5|m6i|m7i|c5|c6i|c7i|r5|r6i|r7i|t3)\.(medium|large|xlarge|2xlarge|4xlarge)/);
