/**
 * Why a finding of a security tool is accepted. An acknowledgement in the code begins with one of these ids. `npm run
 * gates` fails for an id that is missing here, for an entry that nothing uses, and for an entry whose date has passed.
 */
export interface Evidence {
  readonly decision: string;
  /** Role of the person who decided. */
  readonly decidedBy: string;
  readonly decidedOn: string;
  /** AWS's pages, by title, and tests, by file, that support the decision. */
  readonly support: readonly string[];
  /** Day by which somebody reviews whether the reason still holds. */
  readonly reviewBy: string;
}

const owner = { decidedBy: 'project owner', decidedOn: '2026-11-23' } as const;

/** `stable` for reasons that change slowly, `soon` for those that depend on a limit or a price of AWS. */
const stable = '2028-11-30';
const soon = '2027-11-30';

export const evidence: Readonly<Record<string, Evidence>> = {
  'EV-001': {
    ...owner,
    decision:
      'A role may use all objects below one prefix of one bucket, where the objects get their names at run time.',
    support: [
      'Service Authorization Reference: Amazon S3 (resource type object)',
      'local-account/test/gateway',
      'test/story/missing-permission.test.ts',
    ],
    reviewBy: stable,
  },
  'EV-002': {
    ...owner,
    decision:
      'Actions that IAM can only allow on every resource are allowed on "*"; a condition narrows them where the service has one.',
    support: [
      'Service Authorization Reference: Amazon CloudWatch, Amazon EC2, Amazon ECR, Application Auto Scaling, Amazon CloudWatch Logs, AWS X-Ray',
      'Application Auto Scaling guide: Permissions validation for API calls on target resources; SageMaker guide: Auto scaling prerequisites',
      'Step Functions guide: Using CloudWatch Logs to log execution history',
      'SageMaker guide: How to use SageMaker AI execution roles',
    ],
    reviewBy: soon,
  },
  'EV-003': {
    ...owner,
    decision: 'Log streams of one log group are named by the service that writes them.',
    support: [
      'Service Authorization Reference: Amazon CloudWatch Logs (resource types log-group, log-stream)',
      'test/lib/foundation',
    ],
    reviewBy: stable,
  },
  'EV-004': {
    ...owner,
    decision:
      'SageMaker creates network interfaces of training jobs and models with new ids; the policy names their subnets and their security group.',
    support: [
      'SageMaker guide: Give SageMaker AI Hosted Endpoints Access to Resources in Your Amazon VPC',
      'Service Authorization Reference: Amazon EC2 (network-interface)',
    ],
    reviewBy: stable,
  },
  'EV-005': {
    ...owner,
    decision:
      'A role may use all versions of our model package group: a version gets its number when it is registered.',
    support: ['Service Authorization Reference: Amazon SageMaker (resource type model-package)'],
    reviewBy: stable,
  },
  'EV-006': {
    ...owner,
    decision: 'Names that CloudFormation generates are matched around the logical id.',
    support: [
      'CloudFormation guide: Name type',
      'test/lib/release',
      'the story: a release replaces the model and the endpoint configuration',
    ],
    reviewBy: stable,
  },
  'EV-007': {
    ...owner,
    decision:
      'Scalable targets, and the alarms that Application Auto Scaling or CloudFormation create, have generated names.',
    support: [
      'Application Auto Scaling guide: Target tracking scaling policies',
      'Service Authorization Reference: Application Auto Scaling',
    ],
    reviewBy: stable,
  },
  'EV-008': {
    ...owner,
    decision: 'Jobs and executions get their names when they start; the prefix is fixed wherever we choose it.',
    support: [
      'SageMaker guide: Pipelines, naming of jobs',
      'Service Authorization Reference: Amazon SageMaker (job resource types, pipeline-execution)',
    ],
    reviewBy: stable,
  },
  'EV-010': {
    ...owner,
    decision:
      'Policies stay inline: each belongs to one role only, cannot be attached elsewhere, and is deleted with it.',
    support: ['IAM guide: Managed policies and inline policies (a strict one-to-one relation speaks for inline)'],
    reviewBy: stable,
  },
  'EV-011': {
    ...owner,
    decision:
      'Functions stay outside the VPC: they call AWS APIs, for which isolated subnets would need an interface endpoint each, paid by the hour.',
    support: [
      'Lambda guide: Giving Lambda functions access to resources in an Amazon VPC',
      'AWS PrivateLink pricing',
      'docs/do/cost.md',
    ],
    reviewBy: soon,
  },
  'EV-012': {
    ...owner,
    decision:
      'No reserved concurrency: Lambda keeps 100 unreserved, and a new account may have no more than that, so deployment would fail.',
    support: ['Lambda guide: Configuring reserved concurrency for a function', 'Lambda guide: Lambda quotas'],
    reviewBy: soon,
  },
  'EV-013': {
    ...owner,
    decision:
      'No dead-letter queue for a function whose caller waits (state machine, CloudFormation); those that events call have one.',
    support: [
      'Lambda guide: Adding a dead-letter queue (asynchronous invocations only)',
      'test/lib/state-machines.test.ts',
    ],
    reviewBy: stable,
  },
  'EV-014': {
    ...owner,
    decision:
      'No X-Ray in functions: it adds two wildcard permissions to each role; the state machines are traced and logs are structured.',
    support: [
      'Lambda guide: Visualize Lambda function invocations using AWS X-Ray',
      'Service Authorization Reference: AWS X-Ray',
    ],
    reviewBy: soon,
  },
  'EV-015': {
    ...owner,
    decision:
      "The model pulls AWS's own image through SageMaker's network: a private registry needs ECR interface endpoints, paid by the hour.",
    support: [
      'SageMaker guide: Use a Private Docker Registry for Real-Time Inference Containers',
      'AWS PrivateLink pricing',
      'test/gates/invariants/jobs.ts (models-in-the-network)',
    ],
    reviewBy: soon,
  },
  'EV-016': {
    ...owner,
    decision:
      'The model behind a serverless endpoint has no VPC and no network isolation, which the pattern does not offer; its artifact is verified before each release, and batch runs the same package isolated.',
    support: [
      'SageMaker guide: Deploy models with Amazon SageMaker Serverless Inference (feature exclusions)',
      'test/lib/serving/patterns.test.ts',
      'docs/learn/serving.md',
    ],
    reviewBy: soon,
  },
  'EV-017': {
    ...owner,
    decision:
      'An asynchronous endpoint starts with one instance and scales to none: its queue keeps requests while there is none.',
    support: ['SageMaker guide: Autoscale an asynchronous endpoint', 'test/story/asynchronous.test.ts'],
    reviewBy: stable,
  },
  'EV-018': {
    ...owner,
    decidedOn: '2026-11-29',
    decision:
      "The role of a processing job may create and delete network interfaces anywhere in the account: SageMaker refuses the job when these statements have a resource or a condition. The job's own code gets no credentials; only SageMaker uses them.",
    support: [
      'SageMaker guide: How to use SageMaker AI execution roles (CreateProcessingJob API: Execution Role Permissions)',
      'local-account/test/sagemaker/processing.test.ts',
      'test/gates/invariants/identity.ts (processing-roles-manage-interfaces-unscoped)',
    ],
    reviewBy: soon,
  },
  'EV-019': {
    ...owner,
    decidedOn: '2026-11-30',
    decision:
      'The role that updates the Serving stack may do on every resource what Application Auto Scaling tries as its caller before it registers a target: it names no resource, so a narrower statement is refused.',
    support: [
      'SageMaker guide: Auto scaling policy prerequisites',
      'Application Auto Scaling guide: Identity-based policies, permissions validation for API calls on target resources',
      'local-account/test/events/autoscaling.test.ts',
    ],
    reviewBy: soon,
  },
  'EV-020': {
    ...owner,
    decision:
      "The VPC's default security group is left as it is: nothing uses it, there is no route out of the subnets, and closing it needs a function.",
    support: [
      'VPC guide: Default security groups for your VPCs',
      'test/gates/invariants/network.ts (no interfaces, no way out)',
      'test/gates/invariants/jobs.ts (models and jobs name their group)',
    ],
    reviewBy: stable,
  },
  'EV-021': {
    ...owner,
    decision: 'Hosts of one job may talk to each other on every port; the source is the security group itself.',
    support: ['SageMaker guide: Protect Communications Between ML Compute Instances in a Distributed Training Job'],
    reviewBy: stable,
  },
  'EV-022': {
    ...owner,
    decision: 'A dead-letter queue has no dead-letter queue; an alarm watches its number of messages.',
    support: ['SQS guide: Using dead-letter queues in Amazon SQS', 'test/lib/monitoring'],
    reviewBy: stable,
  },
  'EV-026': {
    ...owner,
    decision: "The bucket of the access logs is encrypted with S3's own key.",
    support: ['S3 guide: Enabling Amazon S3 server access logging (the target bucket can only use SSE-S3)'],
    reviewBy: soon,
  },
  'EV-027': {
    ...owner,
    decision:
      'No replication: a second region doubles storage and transfer, and the data can be ingested again from its source.',
    support: ['S3 guide: Replicating objects within and across Regions', 'docs/do/cost.md', 'data/README.md'],
    reviewBy: soon,
  },
  'EV-028': {
    ...owner,
    decision: 'No object lock: `cdk destroy` must leave nothing behind. Versions protect against mistakes.',
    support: ['S3 guide: Locking objects with Object Lock', 'the story: the last checkpoint finds nothing left'],
    reviewBy: stable,
  },
  'EV-029': {
    ...owner,
    decidedOn: '2026-11-30',
    decision:
      "The data stream is encrypted with our key, not with aws/kinesis: the rule is about cost, and AWS's key has no policy of ours.",
    support: [
      'Kinesis Data Streams guide: What is server-side encryption',
      'cdk-nag: KinesisDataStreamDefaultKeyWhenSSE',
    ],
    reviewBy: stable,
  },
  'EV-030': {
    ...owner,
    decidedOn: '2026-11-30',
    decision:
      'A delivery stream that reads a data stream has no encryption of its own: Firehose does not store the records at rest.',
    support: [
      'Data Firehose guide: Data protection (Server-side encryption with Kinesis Data Streams as the data source)',
    ],
    reviewBy: stable,
  },
  'EV-031': {
    ...owner,
    decidedOn: '2026-11-30',
    decision:
      'The table of flights has no backups: its items live for two days and are made again from the stream or the lake, and a table with point-in-time recovery leaves a backup behind.',
    support: [
      'DynamoDB guide: Point-in-time recovery, how it works (deleting a table)',
      'local-account/aws-behaviour/dynamodb.ts (dynamodb/backups-outlive-tables)',
      'test/lambda/track-departures.test.ts',
    ],
    reviewBy: stable,
  },
  'EV-039': {
    ...owner,
    decidedOn: '2026-11-30',
    decision: "A state machine may read the runs and results of every data quality ruleset of the account's region.",
    support: [
      'Glue guide: Configure IAM permissions for AWS Glue Data Quality (resource dataQualityRuleset/*)',
      'Service Authorization Reference: AWS Glue (resource type dataQualityRuleset)',
    ],
    reviewBy: soon,
  },
  'EV-025': {
    ...owner,
    decision: 'The bucket of the access logs does not log access to itself.',
    support: ['S3 guide: Logging requests with server access logging (the target bucket should not log to itself)'],
    reviewBy: stable,
  },
  'EV-050': {
    ...owner,
    decision:
      "The image is built from an object in S3, which the build's role may read: there is no GitHub or Bitbucket connection that could lack OAuth.",
    support: ['CodeBuild API reference: ProjectSource (type S3)', 'cdk-nag: CodeBuildProjectSourceRepoUrl'],
    reviewBy: stable,
  },
  'EV-051': {
    ...owner,
    decision:
      "Only with `modelMonitor: true`: Clarify's explainability job creates a shadow endpoint through SageMaker's API, which an isolated container cannot reach. Its role may do that, and read captures.",
    support: [
      'Security Hub: SageMaker.20',
      'Clarify: Compute resources of processing jobs (shadow endpoint)',
      'our own model quality monitor needs neither',
    ],
    reviewBy: stable,
  },
  'EV-040': {
    ...owner,
    decision:
      'CDK writes dependencies that a reference already implies; CloudFormation follows both, and nothing changes.',
    support: ['CloudFormation guide: DependsOn attribute', 'cfn-lint: W3005'],
    reviewBy: stable,
  },
};
