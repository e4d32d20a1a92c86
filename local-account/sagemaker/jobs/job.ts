import { rm } from 'node:fs/promises';
import { Activity } from '../activity';
import { type Engine, now, touch, workFolder } from '../engine';
import { inUse, messageOf } from '../errors';
import { INTERRUPTED } from '../interruption';
import type { RoleSession } from '../role-session';
import type { Entity, Store } from '../store';

export type JobStatus = 'InProgress' | 'Completed' | 'Failed' | 'Stopping' | 'Stopped';

/** Why a job ends before its container does. */
export type StopCause = 'user' | 'runtime' | 'wait' | 'shutdown';

/** A job of any kind: what the engine knows beyond the request. */
export interface Job<Request = unknown> extends Entity {
  readonly request: Request;
  readonly roleArn: string;
  status: JobStatus;
  failureReason?: string;
  startedAt?: Date;
  endedAt?: Date;
  /** Resolves when the job has ended, however. */
  done: Promise<void>;
  readonly control: JobControl;
}

/** Ends a job's processes early, and remembers why. */
export class JobControl {
  private readonly controller = new AbortController();
  private readonly timers: NodeJS.Timeout[] = [];
  cause: StopCause | undefined;

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  end(cause: StopCause): void {
    this.cause ??= cause;
    this.controller.abort();
  }

  /** The container may run so long, in real time. */
  limit(seconds: number | undefined, exceeded = () => this.end('runtime')): void {
    if (seconds !== undefined && seconds * 1000 < 2 ** 31) {
      this.timers.push(setTimeout(exceeded, seconds * 1000));
    }
  }

  unlimit(): void {
    this.timers.splice(0).forEach(clearTimeout);
  }
}

/** A failure that the customer caused, as SageMaker words it in FailureReason. */
export class ClientError extends Error {}

export interface JobWork {
  readonly session: RoleSession;
  /** Scratch folder of the job; deleted afterwards. */
  readonly folder: string;
  /** In which the job may wait in virtual time. */
  readonly activity: Activity;
}

export function newJob<Request>(
  engine: Engine,
  name: string,
  arn: string,
  roleArn: string,
  request: Request,
): Job<Request> {
  const createdAt = now(engine);
  return {
    name,
    arn,
    roleArn,
    request,
    createdAt,
    modifiedAt: createdAt,
    status: 'InProgress',
    done: Promise.resolve(),
    control: new JobControl(),
  };
}

/** A job without what only a running process has. */
export type JobState<Kind extends Job = Job> = Omit<Kind, 'done' | 'control'> & { readonly cause?: StopCause };

export function stateOf<Kind extends Job>({ done: _, control, ...job }: Kind): JobState<Kind> {
  return { ...job, cause: control.cause };
}

/** What `stateOf` left out, for a job of a snapshot. */
export function controlOf({ cause }: Pick<JobState, 'cause'>): Pick<Job, 'done' | 'control'> {
  const control = new JobControl();
  control.cause = cause;
  return { done: Promise.resolve(), control };
}

/** Ends a job of which only the state is left. */
export function endInterruptedJob(engine: Engine, job: Job, changed: () => void): void {
  if (job.status !== 'InProgress' && job.status !== 'Stopping') return;
  ended(engine, job, job.status === 'Stopping' ? 'Stopped' : 'Failed', INTERRUPTED);
  changed();
}

/** All at once: a Describe call sees the job either running or ended. */
function ended(engine: Engine, job: Job, status: JobStatus, reason: string | undefined): void {
  job.status = status;
  job.failureReason = status === 'Failed' ? reason : undefined;
  job.endedAt = now(engine);
  touch(engine, job);
  engine.platform.record({
    kind: 'job',
    summary: `${job.arn.split(':')[5]} ${job.status}${job.failureReason ? `: ${job.failureReason}` : ''}`,
    detail: { arn: job.arn, status: job.status, startedAt: job.startedAt, endedAt: job.endedAt },
  });
}

/**
 * Runs a job in the background: `work` does it, and its end decides the status. `changed` is called after each change
 * of status. The role was taken when the job was created, so that a role SageMaker may not take refuses the request, as
 * on AWS.
 */
export function runJob(
  engine: Engine,
  job: Job,
  session: RoleSession,
  work: (work: JobWork) => Promise<void>,
  changed: () => void,
): void {
  const folder = workFolder(engine, 'jobs', job.name);
  const shutdown = (): void => job.control.end('shutdown');
  engine.stopping.addEventListener('abort', shutdown);
  changed();
  job.done = Activity.run(engine.platform.clock, async (activity) => {
    job.startedAt = now(engine);
    let status: 'Completed' | 'Failed' = 'Completed';
    let reason: string | undefined;
    try {
      await work({ session, folder, activity });
    } catch (error) {
      status = 'Failed';
      reason = failureReason(error);
    }
    job.control.unlimit();
    engine.stopping.removeEventListener('abort', shutdown);
    await rm(folder, { recursive: true, force: true });
    ended(engine, job, job.control.cause === undefined ? status : 'Stopped', reason);
    changed();
  });
  engine.background(`job ${job.name}`, job.done);
}

/** At most 1,024 characters; errors of other services are the customer's to repair. */
function failureReason(error: unknown): string {
  const message = messageOf(error);
  const worded = /^(?:ClientError|AlgorithmError|InternalServerError):/.test(message)
    ? message
    : `ClientError: ${message}`;
  return worded.slice(0, 1024);
}

export function stopJob(engine: Engine, job: Job, changed: () => void): void {
  if (job.status === 'InProgress') {
    job.status = 'Stopping';
    touch(engine, job);
    changed();
    job.control.end('user');
  }
}

/** Deletes the record of a job that has ended. The API model names the error; its message is ours. */
// AWS: sagemaker-jobs/records-of-jobs-stay
export function removeRecord(store: Store<Job>, name: string): void {
  const job = store.get(name);
  if (job.status === 'InProgress' || job.status === 'Stopping') {
    throw inUse(
      `The job ${job.arn} is in status ${job.status}; only a job that is Completed, Failed or Stopped can be deleted.`,
    );
  }
  store.delete(name);
}

/** Seconds between two virtual times, as job descriptions count them. */
export function seconds(from: Date | undefined, until: Date | undefined): number {
  return from && until ? Math.max(Math.round((until.getTime() - from.getTime()) / 1000), 0) : 0;
}
