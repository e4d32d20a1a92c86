import type { ServingPattern } from './serving/serving-pattern';

/** What a deployer may choose. Everything that is sized, scheduled or priced is here and nowhere else. */
export interface WorkflowConfiguration {
  /**
   * First part of every fixed name and of the SSM parameter path; in Pascal case, of stack names and metric namespaces.
   * Two workflows in one account need two prefixes, and neither may be the beginning of the other: jobs and logs are
   * known by what their names begin with. At most 18 characters, because the names of jobs go on after it
   * (lib/shared/stack/name-length.ts).
   */
  readonly prefix: string;
  /** Tags on every resource: who owns it, who pays, how sensitive the data is. */
  readonly tags: { readonly owner: string; readonly costCenter: string; readonly dataClass: string };
  /**
   * Who acts on an alarm, by what it is about: the name of a team or of a rota. Each alarm's description carries one.
   */
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
    readonly endpoint: { readonly instanceType: string; readonly minimum: number; readonly maximum: number };
  };
  readonly tuning: { readonly maxJobs: number; readonly maxParallelJobs: number };
  readonly monitoring: {
    /**
     * AWS schedule expression of the drift analysis: twenty minutes past each hour, not at its start. Captures reach S3
     * minutes after their requests, so at the full hour the last minutes of the hour are still missing, and the next
     * run reads the next hour.
     */
    readonly schedule: string;
    /**
     * `true` publishes a metric for each feature, about forty: some 12 USD a month (docs/do/cost.md).
     * @default false: one metric says how far the furthest feature is, and the run's result names it
     */
    readonly featureMetrics: boolean;
    /**
     * Of the model quality monitor: when it runs, and how many days of predictions it looks at: at most as many as
     * captures are kept (lib/data-lake/retention.ts).
     */
    readonly modelQuality: { readonly schedule: string; readonly lookBackDays: number };
    /**
     * `true` deploys SageMaker Model Monitor resources instead of our own analyzer.
     * @default false: Model Monitor is closed to accounts that did not use it before mid-2026.
     */
    readonly modelMonitor: boolean;
  };
  /** When a training starts by itself; docs/learn/retraining.md has the rules and why they are so. */
  readonly retraining: {
    /**
     * AWS schedule expression of the regular look for new labels and for an old model; alarms do not wait for it. A
     * look costs nothing, and cap and cool-down bound what comes of it.
     */
    readonly schedule: string;
    /** Hours after one automatic retraining in which no other starts. */
    readonly cooldownHours: number;
    readonly maximumPerWeek: number;
    /** Days after which a model is retrained at the regular look although no new month is complete yet. */
    readonly maximumModelAgeDays: number;
    /** Months of the window when decisions got worse: what was learned before is in doubt. */
    readonly recentMonths: number;
    /** Months of the window otherwise: without an end a training would cost more each month. */
    readonly longestMonths: number;
  };
  readonly release: {
    readonly rollout: Rollout;
    /** How long the alarms watch before each further step; all at once, before the old fleet ends. At most 60. */
    readonly bakingMinutes: number;
    /**
     * Days after which an approval that was not released is void: it judged a model by the data and the traffic of its
     * day.
     */
    readonly approvalValidDays: number;
  };
  /** How the live model is asked; docs/learn/serving.md has the table of what each pattern costs and loses. */
  readonly serving: {
    /** Another pattern than the problem's requirements decide. @default theirs (lib/serving/serving-pattern) */
    readonly pattern?: ServingPattern;
    /**
     * A container's memory, which also decides its share of CPUs, and how many requests are answered at once: the cap
     * on cost.
     */
    readonly serverless: {
      readonly memorySizeInMb: 1024 | 2048 | 3072 | 4096 | 5120 | 6144;
      readonly maxConcurrency: number;
    };
    /**
     * The image's server answers one request in each of its processes, one a vCPU: more at once wait for each other.
     */
    readonly asynchronous: {
      readonly maxConcurrentInvocationsPerInstance: number;
      /** Requests that may wait for each instance before another is started. */
      readonly backlogPerInstance: number;
      /** The fewest is none. */
      readonly maximumInstances: number;
    };
  };
  readonly variants: {
    /**
     * `true` registers and serves the model as two containers in series: scikit-learn makes the features, XGBoost the
     * prediction.
     * @default false: one container does both by the same code; see docs/learn/variants.md for when two are worth it.
     */
    readonly inferencePipeline: boolean;
    /**
     * A second approved version beside the live one: `share` gives it that part of the requests, `shadow` a copy of
     * that part, which nobody sees answered. Which version it is says `npm run mlops -- challenge <version>`.
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
     * What waits under `<prefix>/<day>/` is scored at this time of each day. AWS schedule expression, UTC. A night
     * without files costs nothing.
     */
    readonly schedule: { readonly expression: string; readonly prefix: string };
    /** How many rows go into one request: as many as fit into `maxPayloadInMb`, or one. */
    readonly strategy: 'MultiRecord' | 'SingleRecord';
    readonly maxPayloadInMb: number;
    /**
     * Requests at once to one instance: its number of vCPUs, for a model that uses one thread. Times the payload at
     * most 100 MB.
     */
    readonly maxConcurrentTransforms: number;
  };
  readonly budget: { readonly monthlyUsd: number; readonly notify?: string };
  /** An endpoint that nobody asks costs as much as a busy one. */
  readonly idleEndpoint: {
    /** From how many hours without a request on it is reported. */
    readonly reportAfterHours: number;
    /**
     * From how many on it is taken down, until `npm run mlops -- wake` or the next release brings it back. At most
     * 1,400.
     * @default never: who asks an endpoint that sleeps gets an error, for the minutes that waking takes
     */
    readonly takeDownAfterHours?: number;
  };
  /**
   * Notifies about an unusual cost of this workflow, found by its tag costCenter, from `minimumUsd` on.
   * @default none: in a member account of an organization, as most sandboxes are, such a monitor cannot be created, and
   * the Monitoring stack rolls back
   */
  readonly costAnomaly?: { readonly minimumUsd: number };
  /** Who receives alarms and release notices by e-mail. @default nobody: the topic exists, subscribe by hand. */
  readonly notificationEmail?: string;
  /**
   * Days that the log groups of functions, state machines, the endpoint, the network and the trail keep. Not those of
   * jobs: SageMaker makes /aws/sagemaker/ProcessingJobs, TrainingJobs and TransformJobs for the whole account, without
   * an end and without our key. They may exist already and belong to everybody, so no stack owns them; deleting the
   * Training stack removes this workflow's streams. Set a retention on them by hand.
   */
  readonly logRetentionDays: number;
}

/** How traffic goes over to a new model. Percent of the fleet's instances. */
export type Rollout =
  /** One part first, then the rest. At most 50. */
  | { readonly kind: 'canary'; readonly canaryPercent: number }
  /** In equal steps of 10 to 50. */
  | { readonly kind: 'linear'; readonly stepPercent: number }
  | { readonly kind: 'all-at-once' }
  /**
   * Batch by batch, 5 to 50, ending old instances on the way: for fleets that are too large, or too dear, to stand
   * there twice.
   */
  | {
      readonly kind: 'rolling';
      readonly batchPercent: number /** @default 100: all at once back */;
      readonly rollbackBatchPercent?: number;
    };

export interface JobCompute {
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly volumeSizeInGb: number;
  readonly maxRuntimeSeconds: number;
}

/** A sandbox account's choice: the smallest instances that do the job. */
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
  tuning: { maxJobs: 4, maxParallelJobs: 2 },
  monitoring: {
    schedule: 'cron(20 * * * ? *)',
    featureMetrics: false,
    modelQuality: { schedule: 'cron(30 3 * * ? *)', lookBackDays: 7 },
    modelMonitor: false,
  },
  retraining: {
    schedule: 'rate(1 day)',
    cooldownHours: 24,
    maximumPerWeek: 3,
    maximumModelAgeDays: 90,
    recentMonths: 6,
    longestMonths: 24,
  },
  release: { rollout: { kind: 'canary', canaryPercent: 50 }, bakingMinutes: 10, approvalValidDays: 14 },
  serving: {
    serverless: { memorySizeInMb: 2048, maxConcurrency: 5 },
    asynchronous: { maxConcurrentInvocationsPerInstance: 2, backlogPerInstance: 5, maximumInstances: 2 },
  },
  variants: { inferencePipeline: false, customImage: false },
  batch: {
    schedule: { expression: 'cron(30 3 * * ? *)', prefix: 'batch/scheduled' },
    strategy: 'MultiRecord',
    maxPayloadInMb: 6,
    maxConcurrentTransforms: 2,
  },
  budget: { monthlyUsd: 50 },
  idleEndpoint: { reportAfterHours: 24 },
  logRetentionDays: 30,
};
