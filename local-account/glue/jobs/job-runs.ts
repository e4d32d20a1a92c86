import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BatchStopJobRunCommandInput, Job, JobRun, StartJobRunCommandInput } from '@aws-sdk/client-glue';
import { AwsError, type Platform } from '../../platform';
import { invalidInput, messageOf, notThere, refuseMembers } from '../errors';
import { arnOf, newId, roleArnOf } from '../names';
import type { Operations } from '../operations';
import { GlueSession } from '../role-session';
import type { SecurityConfigurations } from '../security-configurations';
import { checkArguments, defaultTimeout } from './job';
import type { Jobs } from './jobs';
import { RunLog } from './run-log';
import { fetchScript } from './script';
import { runSpark } from './spark-process';

/** What a failure of Glue's own looks like; here, a run that the end of the account interrupted. */
const INTERRUPTED = 'Internal service error';
const ended: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'TIMEOUT', 'STOPPED', 'ERROR']);

interface Control {
  readonly abort: AbortController;
  cause?: 'user' | 'timeout';
}

export interface JobRunsOptions {
  readonly platform: Platform;
  readonly jobs: Jobs;
  readonly security: SecurityConfigurations;
  /** The interpreter with Spark; made when it is first asked for. */
  readonly sparkPython: () => Promise<string>;
}

/** Runs of jobs: real ones, on Spark. */
export class JobRuns {
  private readonly runs = new Map<string, JobRun>();
  private readonly controls = new Map<string, Control>();
  private readonly work = new Set<Promise<void>>();

  constructor(private readonly options: JobRunsOptions) {}

  readonly operations: Operations = {
    StartJobRun: (input: StartJobRunCommandInput) => this.start(input),
    GetJobRun: ({ JobName = '', RunId = '' }: { JobName?: string; RunId?: string }) => ({
      JobRun: this.get(JobName, RunId),
    }),
    GetJobRuns: ({ JobName = '' }: { JobName?: string }) => {
      this.options.jobs.get(JobName);
      return { JobRuns: this.of(JobName).reverse() };
    },
    BatchStopJobRun: ({ JobName = '', JobRunIds = [] }: BatchStopJobRunCommandInput) =>
      this.stopAll(JobName, JobRunIds),
  };

  state(): JobRun[] {
    return [...this.runs.values()];
  }

  take(runs: readonly JobRun[]): void {
    for (const run of runs) this.runs.set(run.Id ?? '', run);
  }

  /** Ends the runs of which only the state is left. */
  endInterrupted(): void {
    for (const run of this.runs.values()) if (!ended.has(run.JobRunState ?? '')) this.end(run, 'FAILED', INTERRUPTED);
  }

  forget(jobName: string): void {
    for (const run of this.of(jobName)) this.runs.delete(run.Id ?? '');
  }

  async stop(): Promise<void> {
    for (const { abort } of this.controls.values()) abort.abort();
    await Promise.all([...this.work]);
  }

  private start(input: StartJobRunCommandInput): { JobRunId: string } {
    refuseMembers('StartJobRun', input, [
      'JobRunId',
      'AllocatedCapacity',
      'MaxCapacity',
      'NotificationProperty',
      'JobRunQueuingEnabled',
      'ExecutionRoleSessionPolicy',
    ]);
    const job = this.options.jobs.get(input.JobName ?? '');
    checkArguments('StartJobRun', input.Arguments ?? {});
    if (input.SecurityConfiguration !== undefined) this.options.security.get(input.SecurityConfiguration);
    const atWork = this.of(job.Name ?? '').filter(({ JobRunState }) => !ended.has(JobRunState ?? ''));
    // AWS: glue/concurrent-runs
    if (atWork.length >= (job.ExecutionProperty?.MaxConcurrentRuns ?? 1))
      throw new AwsError('ConcurrentRunsExceededException', `Concurrent runs exceeded for ${job.Name ?? ''}`);
    return { JobRunId: this.begin(job, input, newId('jr'), 0) };
  }

  private begin(job: Job, input: StartJobRunCommandInput, id: string, attempt: number, previous?: string): string {
    const now = this.now();
    const workers = input.NumberOfWorkers ?? job.NumberOfWorkers;
    const run: JobRun = {
      Id: id,
      Attempt: attempt,
      PreviousRunId: previous,
      JobName: job.Name,
      JobMode: job.JobMode,
      JobRunState: 'STARTING',
      Arguments: input.Arguments,
      StartedOn: now,
      LastModifiedOn: now,
      ExecutionTime: 0,
      Timeout: input.Timeout ?? job.Timeout ?? defaultTimeout,
      WorkerType: input.WorkerType ?? job.WorkerType,
      NumberOfWorkers: workers,
      GlueVersion: job.GlueVersion,
      ExecutionClass: input.ExecutionClass ?? job.ExecutionClass,
      SecurityConfiguration: input.SecurityConfiguration ?? job.SecurityConfiguration,
      LogGroupName: '/aws-glue/jobs',
    };
    const control: Control = { abort: new AbortController() };
    this.runs.set(id, run);
    this.controls.set(id, control);
    const { clock } = this.options.platform;
    const work = clock.working(this.run(job, input, run, control)).finally(() => {
      this.work.delete(work);
      this.controls.delete(id);
    });
    this.work.add(work);
    return id;
  }

  private async run(job: Job, input: StartJobRunCommandInput, run: JobRun, control: Control): Promise<void> {
    const began = performance.now();
    let failure: string | undefined;
    try {
      failure = await this.execute(job, run, control);
    } catch (error) {
      failure = messageOf(error);
    }
    run.ExecutionTime = Math.round((performance.now() - began) / 1000);
    if (control.cause === 'user') this.end(run, 'STOPPED', undefined);
    else if (control.cause === 'timeout')
      this.end(run, 'TIMEOUT', `Job run exceeded its timeout of ${run.Timeout} minutes`);
    else if (control.abort.signal.aborted) this.end(run, 'FAILED', INTERRUPTED);
    else if (failure === undefined) this.end(run, 'SUCCEEDED', undefined);
    else {
      this.end(run, 'FAILED', failure);
      const attempt = (run.Attempt ?? 0) + 1;
      const first = (run.Id ?? '').replace(/_attempt_\d+$/, '');
      if (attempt <= (job.MaxRetries ?? 0)) this.begin(job, input, `${first}_attempt_${attempt}`, attempt, run.Id);
    }
  }

  /** Answers why the script failed. */
  private async execute(job: Job, run: JobRun, control: Control): Promise<string | undefined> {
    const { platform, security } = this.options;
    const name = run.JobName ?? '';
    const session = await GlueSession.take(platform, roleArnOf(platform, job.Role ?? ''), arnOf(platform, 'job', name));
    const encryption = run.SecurityConfiguration === undefined ? undefined : security.get(run.SecurityConfiguration);
    const prefix = { ...job.DefaultArguments, ...run.Arguments }['--custom-logGroup-prefix'];
    const log = new RunLog(platform, session, encryption, run.Id ?? '', prefix);
    run.LogGroupName = log.group;
    const folder = join(platform.folder, 'glue', run.Id ?? '');
    mkdirSync(folder, { recursive: true });
    try {
      const script = await fetchScript(session, job.Command?.ScriptLocation ?? '', folder);
      await log.open();
      const python = await this.options.sparkPython();
      // Stopped while it was starting.
      if (control.abort.signal.aborted) return undefined;
      this.change(run, 'RUNNING');
      const timer = setTimeout(
        () => this.interrupt(control, 'timeout'),
        Math.min((run.Timeout ?? 0) * 60_000, 2 ** 31 - 1),
      );
      try {
        return await runSpark({
          platform,
          session,
          python,
          folder,
          script,
          arguments: argumentsOf(job, run),
          security: encryption,
          output: log.output,
          error: log.error,
          signal: control.abort.signal,
        });
      } finally {
        clearTimeout(timer);
        this.measure(session, job, run);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** "glue.driver.aggregate.elapsedTime", of a job that asks for metrics and may publish them. */
  private measure(session: GlueSession, job: Job, run: JobRun): void {
    if ({ ...job.DefaultArguments, ...run.Arguments }['--enable-metrics'] === undefined) return;
    const { platform } = this.options;
    try {
      session.authorize('glue job metrics', 'cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': 'Glue' });
    } catch (error) {
      platform.record({ kind: 'denied', summary: `no metrics of ${run.Id ?? ''}: ${messageOf(error)}` });
      return;
    }
    const milliseconds = platform.clock.now() - (run.StartedOn?.getTime() ?? 0);
    platform.putMetric({
      namespace: 'Glue',
      name: 'glue.driver.aggregate.elapsedTime',
      dimensions: { JobName: run.JobName ?? '', JobRunId: 'ALL', Type: 'count' },
      value: milliseconds,
      unit: 'Milliseconds',
    });
  }

  private stopAll(jobName: string, ids: readonly string[]): object {
    const SuccessfulSubmissions: object[] = [];
    const Errors: object[] = [];
    for (const JobRunId of ids) {
      const run = this.runs.get(JobRunId);
      const control = this.controls.get(JobRunId);
      if (run?.JobName === jobName && control !== undefined && !ended.has(run.JobRunState ?? '')) {
        this.change(run, 'STOPPING');
        this.interrupt(control, 'user');
        SuccessfulSubmissions.push({ JobName: jobName, JobRunId });
      } else {
        const error =
          run?.JobName === jobName
            ? invalidInput(`Job run ${JobRunId} is in state ${run.JobRunState ?? ''}`)
            : notThere(`Job run ${JobRunId} not found`);
        Errors.push({
          JobName: jobName,
          JobRunId,
          ErrorDetail: { ErrorCode: error.code, ErrorMessage: error.message },
        });
      }
    }
    return { SuccessfulSubmissions, Errors };
  }

  private interrupt(control: Control, cause: 'user' | 'timeout'): void {
    control.cause ??= cause;
    control.abort.abort();
  }

  private get(jobName: string, id: string): JobRun {
    const run = this.runs.get(id);
    if (run?.JobName !== jobName) throw notThere(`Job run ${id} not found for job ${jobName}`);
    return run;
  }

  private of(jobName: string): JobRun[] {
    return [...this.runs.values()].filter(({ JobName }) => JobName === jobName);
  }

  private change(run: JobRun, state: NonNullable<JobRun['JobRunState']>): void {
    run.JobRunState = state;
    run.LastModifiedOn = this.now();
  }

  // AWS: glue/job-events
  private end(run: JobRun, state: 'SUCCEEDED' | 'FAILED' | 'TIMEOUT' | 'STOPPED', message: string | undefined): void {
    const { platform } = this.options;
    run.ErrorMessage = message;
    this.change(run, state);
    run.CompletedOn = this.now();
    platform.record({
      kind: 'job',
      summary: `job/${run.JobName ?? ''} ${state}${message === undefined ? '' : `: ${message}`}`,
      detail: { id: run.Id, status: state, startedAt: run.StartedOn, endedAt: run.CompletedOn },
    });
    platform.emit({
      source: 'aws.glue',
      'detail-type': 'Glue Job State Change',
      resources: [],
      detail: {
        jobName: run.JobName,
        severity:
          state === 'SUCCEEDED' ? 'INFO' : state === 'TIMEOUT' ? 'WARN' : state === 'STOPPED' ? 'INFO' : 'ERROR',
        state,
        jobRunId: run.Id,
        message: state === 'SUCCEEDED' ? 'Job run succeeded' : (message ?? 'Job run stopped'),
      },
    });
  }

  private now(): Date {
    return new Date(this.options.platform.clock.now());
  }
}

/** A run's own arguments win over the job's, and those that cannot be overridden over both. */
function argumentsOf(job: Job, run: JobRun): string[] {
  const all = { ...job.DefaultArguments, ...run.Arguments, ...job.NonOverridableArguments };
  const own = { '--JOB_NAME': run.JobName ?? '', '--JOB_RUN_ID': run.Id ?? '' };
  return Object.entries({ ...own, ...all }).flat();
}
