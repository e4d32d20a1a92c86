import type { ServingPattern } from './serving/serving-pattern';

/**
 * What a deployer may choose: names and tags, sizes, schedules, thresholds of operational alarms, retention, and
 * everything else that changes the bill. No other file under lib/ holds such a number (test/lib/config.test.ts).
 *
 * Three kinds of numbers are elsewhere on purpose:
 * - what follows from the ML problem (prices of errors, quality gate, latency, drift and quality thresholds): the
 *   ProblemSpec, lib/problem/flight-disruption.ts
 * - limits of AWS and constants of an algorithm: next to the code that needs them, with AWS's page
 * - time limits and memory of Lambda functions, waits and time limits of state machines, and periods of metrics: next to
 *   the code, since they follow from what it does and how often AWS publishes the metric
 */
export interface WorkflowConfiguration {
  /**
   * First part of every fixed name and of the SSM parameter path; in Pascal case, of stack names and metric namespaces.
   * Two workflows in one account need two prefixes, and neither may be the beginning of the other, because roles match
   * jobs and logs by prefix. At most 18 characters: SageMaker limits the length of job names
   * (lib/shared/stack/name-length.ts).
   */
  readonly prefix: string;
  /** Tags on every resource: owner, cost center and data class. */
  readonly tags: { readonly owner: string; readonly costCenter: string; readonly dataClass: string };
  /** Team or on-call rota that acts on an alarm, by subject. Each alarm's description names one. */
  readonly owners: {
    readonly data: string;
    readonly model: string;
    readonly platform: string;
    readonly security: string;
  };
  readonly instances: {
    readonly processing: JobCompute;
    readonly training: JobCompute;
    readonly transform: JobCompute;
    readonly monitoring: JobCompute;
    /**
     * Instances of the real-time endpoint. Equal minimum and maximum switch automatic scaling off. The asynchronous
     * endpoint uses the instance type only.
     */
    readonly endpoint: { readonly instanceType: string; readonly minimum: number; readonly maximum: number };
  };
  /** Athena queries of the lake. */
  /** The Glue job that builds a training set from many months, and its rules. It costs nothing while it does not run. */
  readonly transformation: {
    /** G.1X has 4 vCPUs and 16 GB; Spark's memory for a task is a quarter of an executor's. */
    readonly workerType: 'G.1X' | 'G.2X' | 'G.4X' | 'G.8X';
    /** One of them is Spark's driver. At least 2. */
    readonly workers: number;
    /** Of the job, and of the evaluation of its rules. */
    readonly timeoutMinutes: number;
    /** Glue starts a failed run again so often. A failure of the script or the data fails again and costs again. */
    readonly retries: number;
    /** Workers that evaluate the rules. At least 2. */
    readonly qualityWorkers: number;
  };
  readonly queries: {
    /** Athena cancels a query that scans more bytes than this: it was written by mistake. At least 10 MB. */
    readonly maximumScannedBytes: number;
  };
  /** Departures as a stream, and the state of each airport as features online and offline (docs/learn/ingestion.md). */
  readonly streaming: {
    /**
     * `true` deploys the Features stack.
     * @default false: a shard is billed by the hour, 11 USD a month, whether records come or not (docs/decisions/0011).
     */
    readonly enabled: boolean;
    /** Each takes 1,000 records or 1 MiB a second. */
    readonly shards: number;
    /** Hours in which the stream keeps its records, 24 to 8,760: how long a consumer may be broken without a loss. */
    readonly retentionHours: number;
    /** The consumer: records of one call, and calls at once for each shard (1 to 10). A flight's records stay in order. */
    readonly consumer: { readonly batchSize: number; readonly callsPerShard: number };
    /** Retries of a batch before its records go to the dead-letter queue, and their age in minutes when they go. */
    readonly retries: { readonly attempts: number; readonly maximumAgeMinutes: number };
    /** Seconds that Firehose collects before it writes a file, 60 to 900. Longer makes fewer and larger files. */
    readonly deliverySeconds: number;
    /** Minutes after a moment at which its state is computed: the time that events of that moment have to arrive. */
    readonly settleMinutes: number;
    /** Minutes after a moment at which its state expires online. A missing value is better than an old one. */
    readonly stateLifetimeMinutes: number;
    /** Hours after its schedule at which the row of a flight expires. More than the widest window of the state. */
    readonly flightHours: number;
  };
  /** The training pipeline. */
  readonly pipeline: {
    /**
     * Days in which PrepareData and TuneModel reuse the result of an earlier execution with the same arguments. The
     * digest of the data is one of them, so a corrected delivery is never served from the cache.
     */
    readonly cacheDays: number;
    /** Steps of one execution that run at once: the instances that it may need at the same time. */
    readonly maximumParallelSteps: number;
  };
  readonly tuning: { readonly maxJobs: number; readonly maxParallelJobs: number };
  readonly monitoring: {
    /**
     * AWS schedule expression of the drift analysis. Runs at :20 for the hour that ended at :00, because captures reach S3
     * minutes after their requests. No scheduled run analyzes a capture that arrives later.
     */
    readonly schedule: string;
    /**
     * `true` publishes a metric for each feature, about forty: some 12 USD a month (docs/do/cost.md).
     * @default false: one metric has the largest distance of all features, and the run's result names the feature
     */
    readonly featureMetrics: boolean;
    /**
     * Model quality monitor: when it runs, and how many days of predictions it reads. At most
     * `retention.captureDays`.
     */
    readonly modelQuality: { readonly schedule: string; readonly lookBackDays: number };
    /**
     * `true` deploys SageMaker Model Monitor resources instead of our drift analysis; the model quality run stays.
     * @default false: Model Monitor is closed to accounts that did not use it before mid-2026.
     */
    readonly modelMonitor: boolean;
    /**
     * Schedules of AWS's own monitors, with `modelMonitor` only: hourly or daily, in Model Monitor's own form of cron.
     * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-schedule-expression.html
     */
    readonly modelMonitorSchedules: {
      readonly dataQuality: string;
      /** Model quality, bias and attributions: the three that compare predictions with outcomes or explain them. */
      readonly modelQuality: string;
    };
  };
  /**
   * Thresholds of operational alarms. The alarm's description repeats them with the reason. Thresholds that follow from
   * the problem are in the ProblemSpec.
   */
  readonly alarms: {
    /**
     * Share (0 to 1) of requests with a 5xx response. Above it, the container fails, and an update is rolled back. One
     * crashed worker among busy ones stays below.
     */
    readonly serverErrorShare: number;
    /**
     * Share (0 to 1) of requests with a 4xx response. Higher than the share of 5xx, because a client may send bad
     * requests; above it, the new model probably refuses what the old one accepted.
     */
    readonly clientErrorShare: number;
    /** Milliseconds that SageMaker adds to the model's time (p95). A few are normal for small requests. */
    readonly overheadMilliseconds: number;
    /** Percent of all vCPUs of the endpoint, for a quarter of an hour. Leaves room while another instance starts. */
    readonly cpuPercent: number;
    /**
     * Failed requests of an asynchronous endpoint within five minutes. A single bad request concerns its sender only.
     */
    readonly asynchronousFailures: number;
    /** Errors in the endpoint's log within five minutes: too few for the error rate when traffic is high. */
    readonly endpointLogErrors: number;
    /** Minutes that the consumer of the stream is behind its newest record. */
    readonly streamBehindMinutes: number;
  };
  /** When a training starts by itself; docs/learn/retraining.md has the rules and their reasons. */
  readonly retraining: {
    /**
     * AWS schedule expression of the regular check for new labels and for an old model; alarms do not wait for it. The
     * check is free; the weekly cap and the cool-down limit how many trainings it starts.
     */
    readonly schedule: string;
    /** Hours after one automatic retraining in which no other starts. */
    readonly cooldownHours: number;
    readonly maximumPerWeek: number;
    /** Days after which a model is retrained at the regular check although no new month is complete yet. */
    readonly maximumModelAgeDays: number;
    /** Months of training data when decisions got worse: what was learned before may no longer hold. */
    readonly recentMonths: number;
    /** Months of training data otherwise: without a limit each training would cost more than the last. */
    readonly longestMonths: number;
    /**
     * Share (0 to 1) of a month's records that must have an outcome before the month counts as complete. Below 1,
     * because a few records never get an outcome.
     */
    readonly completeMonthShare: number;
  };
  readonly release: {
    /** Ignored for the patterns serverless, asynchronous and batch, and for a challenger by `share`. */
    readonly rollout: Rollout;
    /**
     * Minutes in which the alarms watch before each further step; with `all-at-once`, before the old fleet ends. At
     * most 60.
     */
    readonly bakingMinutes: number;
    /** Days after which an unreleased approval is void: the approver saw the data and the traffic of that day. */
    readonly approvalValidDays: number;
    /**
     * AWS schedule expression of the reconciler, which starts a release whose event was lost. A lost approval waits at
     * most this long. At least once an hour: the alarm ReconcilerSilent expects that.
     */
    readonly reconcileSchedule: string;
  };
  /** How the live model is called; docs/learn/serving.md compares the patterns and their cost. */
  readonly serving: {
    /**
     * Chooses the pattern. One that does not meet the problem's requirements is refused.
     * @default the problem's requirements decide (lib/serving/serving-pattern)
     */
    readonly pattern?: ServingPattern;
    /** Automatic scaling of the real-time endpoint. */
    readonly realTime: {
      /**
       * Requests per second that one instance serves before they queue. Measured by `npm run bench -- invoke`: 380 with
       * one client, 605 with 8 (median 9 ms, 95th percentile 39 ms) and 745 with 32 (95th percentile 114 ms). Setup:
       * the image's model server alone (GUnicorn with two workers, one CSV row with all columns per request), on the
       * two threads of one AMD EPYC core, which the clients used as well. Not measured on ml.m5.large:
       * docs/learn/serving.md says how to do that. Measure again after a change of the model, the instance type or the
       * request.
       */
      readonly requestsPerSecond: number;
      /**
       * Part (0 to 1) of that capacity that scaling aims at; the rest is for the minutes that another instance needs to
       * start. AWS recommends to begin with 0.5.
       * https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-scaling-loadtest.html
       */
      readonly safetyFactor: number;
      /** Percent of requests that are captured. At 100, drift in rare categories shows too. */
      readonly capturedPercent: number;
    };
    /**
     * Minutes between two scaling activities, for real-time and asynchronous endpoints. Scale in slowly: starting an
     * instance takes minutes, and a short lull is no reason to stop one.
     */
    readonly cooldown: { readonly scaleInMinutes: number; readonly scaleOutMinutes: number };
    /**
     * A container's memory, which also decides its share of CPUs, and how many requests are served at once: the limit
     * on cost.
     */
    readonly serverless: {
      readonly memorySizeInMb: 1024 | 2048 | 3072 | 4096 | 5120 | 6144;
      readonly maxConcurrency: number;
    };
    readonly asynchronous: {
      /**
       * The image's server handles one request in each of its processes, one for each vCPU. More at once wait for each
       * other.
       */
      readonly maxConcurrentInvocationsPerInstance: number;
      /** Requests that may wait for each instance before another is started. */
      readonly backlogPerInstance: number;
      /** The minimum is zero. */
      readonly maximumInstances: number;
    };
  };
  /** Where trainings are tracked beyond SageMaker's own records, which `npm run mlops -- compare-runs` reads. */
  readonly experiments: {
    /**
     * `true` deploys a serverless MLflow App and a function that writes each trial to it (docs/decisions/0015).
     * @default false: not every account and region has it, and one app is enough for a team
     */
    readonly mlflow: boolean;
  };
  readonly variants: {
    /**
     * `true` registers and serves the model as two containers in series: scikit-learn makes the features, XGBoost the
     * prediction.
     * @default false: one container does both by the same code; see docs/learn/variants.md for when two are worth it.
     */
    readonly inferencePipeline: boolean;
    /**
     * A second approved version next to the live one: `share` sends it that part of the requests, `shadow` a copy of
     * that part, whose predictions no caller sees. `npm run mlops -- challenge <version>` chooses the version.
     * @default none: a second fleet costs as much as the first
     */
    readonly challenger?: { readonly mode: 'share' | 'shadow'; readonly percent: number; readonly instances: number };
    /**
     * `true` makes a repository and a CodeBuild project that builds an image for inference of our own
     * (lib/serving/custom-image).
     * @default false: AWS's images have all that this model needs, and AWS patches them
     */
    readonly customImage: boolean;
  };
  readonly batch: {
    /**
     * The files under `<prefix>/<day>/` are scored at this time of each day. AWS schedule expression, UTC. A night
     * without files costs nothing.
     */
    readonly schedule: { readonly expression: string; readonly prefix: string };
    /** Rows of one request: as many as fit into `maxPayloadInMb`, or one. */
    readonly strategy: 'MultiRecord' | 'SingleRecord';
    readonly maxPayloadInMb: number;
    /**
     * Requests at once to one instance: its number of vCPUs, for a model that uses one thread. Times the payload at
     * most 100 MB.
     */
    readonly maxConcurrentTransforms: number;
  };
  /** Monthly budget of the whole account. It only notifies, hours late; it stops nothing. */
  readonly budget: {
    readonly monthlyUsd: number;
    /**
     * Percent of the amount at which it notifies. It also notifies when the forecast exceeds the amount. At most four.
     */
    readonly notifyAtPercent: readonly number[];
    /** E-mail address that is notified in addition to the topic. @default none */
    readonly notify?: string;
  };
  /** An endpoint without requests costs as much as a busy one. */
  readonly idleEndpoint: {
    /** AWS schedule expression of the check. Hourly, five minutes past: the hour that ended is complete then. */
    readonly schedule: string;
    /** Hours without a request after which the alarm fires. A quiet night is normal, a whole day is not. */
    readonly reportAfterHours: number;
    /**
     * Hours without a request after which the endpoint is deleted, until `npm run mlops -- recreate-endpoint` or the next release
     * recreates it. At most 1,400.
     * @default never: requests fail until the endpoint has been recreated, which takes minutes
     */
    readonly removeAfterHours?: number;
  };
  /**
   * Notifies about an unusual cost of this workflow, found by its tag costCenter. `minimumUsd` is the smallest anomaly
   * that sends a notification.
   * @default none: in a member account of an organization, as most sandboxes are, such a monitor cannot be created, and
   * the Monitoring stack rolls back
   */
  readonly costAnomaly?: { readonly minimumUsd: number };
  /** Receives alarms and release notifications by e-mail. @default nobody: the topic exists, subscribe by hand. */
  readonly notificationEmail?: string;
  /**
   * Days that the log groups of functions, state machines, the endpoint, the network and the trail keep. Not those of
   * jobs: SageMaker makes /aws/sagemaker/ProcessingJobs, TrainingJobs and TransformJobs for the whole account, without
   * an end and without our key. No stack owns them, because other workflows of the account use them too; deleting the
   * Training stack removes this workflow's streams. Set a retention on them by hand.
   */
  readonly logRetentionDays: number;
  /**
   * Days that data are kept (SEC-09: limits for sensitive data; COST-07: traceable, but not kept forever). Objects
   * under prefixes that are not named here stay until their stack is deleted.
   */
  readonly retention: {
    /** Captured requests and predictions, and the outcomes for them. Personal data in many other problems. */
    readonly captureDays: number;
    /** Results of the monitors. Longer than the captures that they were made from. */
    readonly monitoringDays: number;
    /** Refused rows with their reasons: time to ask the supplier for a correction. */
    readonly quarantineDays: number;
    /** Results of Athena queries. */
    readonly queryResultDays: number;
    /** Input and predictions of batch transform, which callers put and fetch. */
    readonly batchDays: number;
    /** The same for an asynchronous endpoint. */
    readonly asynchronousDays: number;
    /** CloudTrail's files: evidence for auditors. */
    readonly auditDays: number;
    /** S3 server access logs. */
    readonly accessLogDays: number;
    /** Old versions of objects: time to notice that one was overwritten or deleted by mistake. */
    readonly oldVersionDays: number;
    /**
     * Old versions under the prefixes that expire: short, since they may be personal data. S3 counts whole days: with
     * 1, a capture of 30 days is gone on the 32nd day at the latest.
     * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
     */
    readonly expiredVersionDays: number;
    /** Parts of uploads that nobody completed. 1 is the minimum. */
    readonly incompleteUploadDays: number;
    /** Undelivered events in a dead-letter queue: a weekend and a holiday fit in. At most 14, the maximum of SQS. */
    readonly deadLetterDays: number;
    /** From the deletion of a key to its end: 7 to 30. A sandbox wants the minimum. */
    readonly deletedKeyDays: number;
    /** Number of custom images that stay in the repository, not days; older builds are deleted. */
    readonly customImages: number;
  };
}

/** How traffic shifts to a new model. Percent of the fleet's instances. */
export type Rollout =
  /** One part first, then the rest. At most 50. */
  | { readonly kind: 'canary'; readonly canaryPercent: number }
  /** In equal steps of 10 to 50. */
  | { readonly kind: 'linear'; readonly stepPercent: number }
  | { readonly kind: 'all-at-once' }
  /**
   * Batch by batch, 5 to 50, ending old instances on the way: for fleets that are too large or too expensive to run
   * twice.
   */
  | {
      readonly kind: 'rolling';
      readonly batchPercent: number;
      /** @default 100: rolled back all at once */
      readonly rollbackBatchPercent?: number;
    };

export interface JobCompute {
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly volumeSizeInGb: number;
  readonly maxRuntimeSeconds: number;
}

/** Values for a sandbox account: the smallest instances that do the job. */
export const sandbox: WorkflowConfiguration = {
  prefix: 'mla-blueprint',
  tags: { owner: 'ml-team', costCenter: 'sandbox', dataClass: 'internal' },
  owners: { data: 'data-team', model: 'ml-team', platform: 'platform-team', security: 'security-team' },
  instances: {
    processing: { instanceType: 'ml.m5.large', instanceCount: 1, volumeSizeInGb: 10, maxRuntimeSeconds: 3600 },
    training: { instanceType: 'ml.m5.large', instanceCount: 1, volumeSizeInGb: 10, maxRuntimeSeconds: 3600 },
    transform: { instanceType: 'ml.m5.large', instanceCount: 1, volumeSizeInGb: 10, maxRuntimeSeconds: 3600 },
    monitoring: { instanceType: 'ml.m5.large', instanceCount: 1, volumeSizeInGb: 10, maxRuntimeSeconds: 1800 },
    endpoint: { instanceType: 'ml.m5.large', minimum: 2, maximum: 4 },
  },
  transformation: { workerType: 'G.1X', workers: 2, timeoutMinutes: 60, retries: 0, qualityWorkers: 2 },
  queries: { maximumScannedBytes: 1_000_000_000 },
  streaming: {
    enabled: false,
    shards: 1,
    retentionHours: 24,
    consumer: { batchSize: 100, callsPerShard: 2 },
    retries: { attempts: 5, maximumAgeMinutes: 60 },
    deliverySeconds: 300,
    settleMinutes: 2,
    stateLifetimeMinutes: 60,
    flightHours: 48,
  },
  pipeline: { cacheDays: 30, maximumParallelSteps: 4 },
  tuning: { maxJobs: 4, maxParallelJobs: 2 },
  monitoring: {
    schedule: 'cron(20 * * * ? *)',
    featureMetrics: false,
    modelQuality: { schedule: 'cron(30 3 * * ? *)', lookBackDays: 7 },
    modelMonitor: false,
    modelMonitorSchedules: { dataQuality: 'cron(0 * ? * * *)', modelQuality: 'cron(0 3 ? * * *)' },
  },
  alarms: {
    serverErrorShare: 0.05,
    clientErrorShare: 0.3,
    overheadMilliseconds: 100,
    cpuPercent: 80,
    asynchronousFailures: 3,
    endpointLogErrors: 3,
    streamBehindMinutes: 5,
  },
  retraining: {
    schedule: 'rate(1 day)',
    cooldownHours: 24,
    maximumPerWeek: 3,
    maximumModelAgeDays: 90,
    recentMonths: 6,
    longestMonths: 24,
    completeMonthShare: 0.98,
  },
  release: {
    rollout: { kind: 'canary', canaryPercent: 50 },
    bakingMinutes: 10,
    approvalValidDays: 14,
    reconcileSchedule: 'rate(15 minutes)',
  },
  serving: {
    realTime: { requestsPerSecond: 600, safetyFactor: 0.5, capturedPercent: 100 },
    cooldown: { scaleInMinutes: 10, scaleOutMinutes: 2 },
    serverless: { memorySizeInMb: 2048, maxConcurrency: 5 },
    asynchronous: { maxConcurrentInvocationsPerInstance: 2, backlogPerInstance: 5, maximumInstances: 2 },
  },
  experiments: { mlflow: false },
  variants: { inferencePipeline: false, customImage: false },
  batch: {
    schedule: { expression: 'cron(30 3 * * ? *)', prefix: 'batch/scheduled' },
    strategy: 'MultiRecord',
    maxPayloadInMb: 6,
    maxConcurrentTransforms: 2,
  },
  budget: { monthlyUsd: 50, notifyAtPercent: [50, 80, 100] },
  idleEndpoint: { schedule: 'cron(5 * * * ? *)', reportAfterHours: 24 },
  logRetentionDays: 30,
  retention: {
    captureDays: 30,
    monitoringDays: 90,
    quarantineDays: 90,
    queryResultDays: 7,
    batchDays: 30,
    asynchronousDays: 30,
    auditDays: 365,
    accessLogDays: 365,
    oldVersionDays: 30,
    expiredVersionDays: 1,
    incompleteUploadDays: 1,
    deadLetterDays: 14,
    deletedKeyDays: 7,
    customImages: 20,
  },
};
