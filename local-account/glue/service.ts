import { dirname } from 'node:path';
import type { LocalService, Platform, ServiceCall } from '../platform';
import { ensurePython, sparkRequirements } from '../python/environment';
import { structuredSnapshot } from '../snapshot/snapshot';
import { DataQuality } from './data-quality/data-quality';
import { JobRuns } from './jobs/job-runs';
import { Jobs } from './jobs/jobs';
import type { Operations } from './operations';
import { SecurityConfigurations } from './security-configurations';

export interface GlueOptions {
  /** The interpreter of Spark. @default made next to the account's own environments when the first job runs */
  readonly sparkPython?: () => Promise<string>;
}

/** AWS Glue's jobs and its data quality. The catalog is the store's. */
export class GlueService implements LocalService {
  readonly name = 'glue';
  readonly rest = 'store';
  readonly operations: ReadonlySet<string>;
  readonly snapshot;
  private readonly handlers: Operations;
  private readonly runs: JobRuns;
  private readonly quality: DataQuality;

  constructor(platform: Platform, { sparkPython = once(() => besidesTheOthers(platform)) }: GlueOptions = {}) {
    const now = () => new Date(platform.clock.now());
    const security = new SecurityConfigurations(now);
    const jobs = new Jobs(now, security, (name) => this.runs.forget(name));
    this.runs = new JobRuns({ platform, jobs, security, sparkPython });
    this.quality = new DataQuality(platform, security);
    this.handlers = {
      ...security.operations,
      ...jobs.operations,
      ...this.runs.operations,
      ...this.quality.operations,
    };
    this.operations = new Set(Object.keys(this.handlers));
    this.snapshot = structuredSnapshot(
      'glue',
      () => ({
        security: security.state(),
        jobs: jobs.state(),
        runs: this.runs.state(),
        quality: this.quality.state(),
      }),
      (state) => {
        security.take(state.security);
        jobs.take(state.jobs);
        this.runs.take(state.runs);
        this.quality.take(state.quality);
      },
      {
        resume: () => {
          this.runs.endInterrupted();
          this.quality.endInterrupted();
        },
      },
    );
  }

  async handle(call: ServiceCall): Promise<unknown> {
    return this.handlers[call.operation]?.(call.input as never, call);
  }

  async stop(): Promise<void> {
    await Promise.all([this.runs.stop(), this.quality.stop()]);
  }
}

/** <environments>/python-<hash>/bin/python */
function besidesTheOthers(platform: Platform): Promise<string> {
  return ensurePython({
    environments: dirname(dirname(dirname(platform.python))),
    requirements: sparkRequirements,
    progress: (summary) => platform.record({ kind: 'python', summary }),
  });
}

function once(make: () => Promise<string>): () => Promise<string> {
  let made: Promise<string> | undefined;
  return () => (made ??= make());
}
