import type { CreateJobCommandInput, Job, UpdateJobCommandInput } from '@aws-sdk/client-glue';
import { alreadyThere, notThere } from '../errors';
import type { Operations } from '../operations';
import type { SecurityConfigurations } from '../security-configurations';
import { checkJob, newJob, updatedJob } from './job';

/** Definitions of jobs. */
export class Jobs {
  private readonly all = new Map<string, Job>();
  private readonly tags = new Map<string, Record<string, string>>();

  constructor(
    private readonly now: () => Date,
    private readonly security: SecurityConfigurations,
    /** What else goes with a job. */
    private readonly deleted: (name: string) => void,
  ) {}

  readonly operations: Operations = {
    CreateJob: (input: CreateJobCommandInput) => {
      const name = input.Name ?? '';
      if (this.all.has(name)) throw alreadyThere(`Job ${name} already exists`);
      this.check('CreateJob', input);
      this.all.set(name, newJob(input, this.now()));
      if (input.Tags) this.tags.set(name, input.Tags);
      return { Name: name };
    },
    UpdateJob: ({ JobName = '', JobUpdate }: UpdateJobCommandInput) => {
      const job = this.get(JobName);
      this.check('UpdateJob', JobUpdate ?? {});
      this.all.set(JobName, updatedJob(job, JobUpdate ?? {}, this.now()));
      return { JobName };
    },
    // "If the job definition is not found, no exception is thrown" (API reference, DeleteJob).
    DeleteJob: ({ JobName = '' }: { JobName?: string }) => {
      this.all.delete(JobName);
      this.tags.delete(JobName);
      this.deleted(JobName);
      return { JobName };
    },
    GetJob: ({ JobName = '' }: { JobName?: string }) => ({ Job: this.get(JobName) }),
    GetJobs: () => ({ Jobs: [...this.all.values()] }),
    ListJobs: ({ Tags }: { Tags?: Record<string, string> }) => ({
      JobNames: [...this.all.keys()].filter((name) =>
        Object.entries(Tags ?? {}).every(([key, value]) => this.tags.get(name)?.[key] === value),
      ),
    }),
  };

  get(name: string): Job {
    const job = this.all.get(name);
    // AWS: glue/missing-jobs-by-their-words
    if (job === undefined) throw notThere(`Job with name: ${name} not found`);
    return job;
  }

  state(): { readonly jobs: readonly Job[]; readonly tags: readonly (readonly [string, Record<string, string>])[] } {
    return { jobs: [...this.all.values()], tags: [...this.tags] };
  }

  take({ jobs, tags }: ReturnType<Jobs['state']>): void {
    for (const job of jobs) this.all.set(job.Name ?? '', job);
    for (const [name, own] of tags) this.tags.set(name, own);
  }

  private check(operation: string, job: CreateJobCommandInput | NonNullable<UpdateJobCommandInput['JobUpdate']>): void {
    checkJob(operation, job);
    if (job.SecurityConfiguration !== undefined) this.security.get(job.SecurityConfiguration);
  }
}
