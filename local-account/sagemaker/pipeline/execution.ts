import { GetObjectCommand } from '@aws-sdk/client-s3';
import type {
  PipelineExecutionStatus,
  PipelineExecutionStep,
  PipelineExecutionStepMetadata,
} from '@aws-sdk/client-sagemaker';
import { Activity } from '../activity';
import { parseS3Uri } from '../container/transfer';
import { type Engine, now } from '../engine';
import { messageOf } from '../errors';
import type { Job } from '../jobs/job';
import { arnOf, nameFrom } from '../names';
import type { RoleSession } from '../role-session';
import type { StepCache } from './cache';
import { evaluateConditions } from './conditions';
import { placeSteps, type StepDefinition } from './definition';
import { executionChanged, stepChanged } from './execution-events';
import type { PipelineExecution } from './pipeline-execution';
import { Planner } from './planner';
import { Retries } from './retry';
import type { Properties } from './started-step';
import { type JobKinds, startStep } from './step-calls';
import { stopJob } from './stop-job';
import { resolveValue, type ValueScope } from './values';

/** A failure whose message is already what the step shows. */
class StepFailure extends Error {}

/** Runs one execution: starts what the planner says, as the pipeline's role, until nothing more can run. */
export class ExecutionRunner {
  private readonly planner: Planner;
  private readonly properties = new Map<string, Properties>();
  private readonly propertyTexts = new Map<string, Promise<string>>();
  private readonly running = new Map<string, Job>();
  private readonly byName: ReadonlyMap<string, StepDefinition>;

  constructor(
    private readonly engine: Engine,
    private readonly execution: PipelineExecution,
    private readonly session: RoleSession,
    private readonly kinds: JobKinds,
    private readonly cache: StepCache,
  ) {
    this.planner = new Planner(execution.definition.Steps);
    this.byName = new Map(placeSteps(execution.definition.Steps).map(({ step }) => [step.Name, step]));
  }

  async run(): Promise<void> {
    const { execution, engine } = this;
    const stopRunning = (): void => this.running.forEach((job) => this.stop(job));
    execution.stop.signal.addEventListener('abort', stopRunning);
    this.changed('Executing', undefined);
    await this.schedule();
    execution.endedAt = now(engine);
    if (this.planner.failed) {
      execution.failureReason = 'Step failure: One or multiple steps failed.';
      this.changed('Failed', execution.status);
    } else {
      this.changed(execution.stop.signal.aborted ? 'Stopped' : 'Succeeded', execution.status);
    }
    engine.platform.record({
      kind: 'pipeline',
      summary: `${execution.pipelineName} ${execution.id} ${execution.status}`,
      detail: {
        arn: execution.arn,
        status: execution.status,
        startedAt: execution.createdAt,
        endedAt: execution.endedAt,
        steps: execution.steps,
      },
    });
  }

  /** Resolves when nothing runs and nothing can start. */
  private schedule(): Promise<void> {
    const limit = this.execution.parallelism?.MaxParallelExecutionSteps ?? 50;
    const active = new Set<Promise<void>>();
    return new Promise((resolve, reject) => {
      const advance = (): void => {
        if (!this.planner.failed && !this.execution.stop.signal.aborted) {
          for (const step of this.planner.ready()) {
            if (active.size >= limit) {
              break;
            }
            this.planner.start(step.Name);
            const work: Promise<void> = Activity.run(this.engine.platform.clock, (activity) =>
              this.runStep(step, activity),
            );
            active.add(work);
            work.then(() => (active.delete(work), advance()), reject);
          }
        }
        if (active.size === 0) {
          resolve();
        }
      };
      advance();
    });
  }

  private async runStep(definition: StepDefinition, activity: Activity): Promise<void> {
    const { engine, execution, planner } = this;
    const step: PipelineExecutionStep = {
      StepName: definition.Name,
      StepDisplayName: definition.DisplayName,
      StepDescription: definition.Description,
      StartTime: now(engine),
      StepStatus: 'Starting',
      AttemptCount: 1,
    };
    execution.steps.push(step);
    this.stepChanged(step, 'Executing');
    const retries = new Retries(definition, engine.platform.clock.now());
    for (;;) {
      try {
        const decision = await this.attempt(definition, step);
        step.EndTime = now(engine);
        this.stepChanged(step, 'Succeeded');
        planner.settle(definition.Name, 'Succeeded', decision);
        return;
      } catch (error) {
        const wait = execution.stop.signal.aborted ? undefined : retries.waitBefore(error, engine.platform.clock.now());
        if (wait !== undefined) {
          await activity.sleep(wait, execution.stop.signal).catch(() => undefined);
          if (!execution.stop.signal.aborted) {
            step.AttemptCount = (step.AttemptCount ?? 1) + 1;
            continue;
          }
        }
        const stopped = execution.stop.signal.aborted && definition.Type !== 'Fail';
        step.EndTime = now(engine);
        step.FailureReason = stopped
          ? undefined
          : `${messageOf(error)}${retries.unhandled(error, execution.arn)}`.slice(0, 1024);
        this.stepChanged(step, stopped ? 'Stopped' : 'Failed');
        planner.settle(definition.Name, stopped ? 'Stopped' : 'Failed');
        return;
      }
    }
  }

  /** One attempt; returns a condition's decision. */
  private async attempt(definition: StepDefinition, step: PipelineExecutionStep): Promise<boolean | undefined> {
    if (definition.Type === 'Condition') {
      const outcome = await evaluateConditions(definition.Arguments.Conditions, this.scope());
      step.Metadata = { Condition: { Outcome: outcome ? 'True' : 'False' } };
      this.properties.set(definition.Name, { Outcome: String(outcome) });
      return outcome;
    }
    const args = (await resolveValue(definition.Arguments, this.scope())) as Readonly<Record<string, unknown>>;
    if (definition.Type === 'Fail') {
      const message = String(args.ErrorMessage);
      step.Metadata = { Fail: { ErrorMessage: message.slice(0, 3072) } };
      // AWS: sagemaker-pipelines/steps-fail-with-the-error-they-saw
      throw new StepFailure(message);
    }
    await this.call(definition, args, step);
    return undefined;
  }

  private async call(
    definition: StepDefinition,
    args: Readonly<Record<string, unknown>>,
    step: PipelineExecutionStep,
  ): Promise<void> {
    const { engine, execution, cache } = this;
    const key = cache.key(execution.pipelineArn, definition, args);
    const hit = key === undefined ? undefined : cache.find(key, definition, engine.platform.clock.now());
    if (hit) {
      step.CacheHitResult = { SourcePipelineExecutionArn: hit.executionArn };
      step.Metadata = hit.metadata as PipelineExecutionStepMetadata;
      this.properties.set(definition.Name, hit.properties);
      return;
    }
    const client = this.session.sagemaker();
    try {
      const started = await startStep(definition, args, {
        client,
        kinds: this.kinds,
        executionId: execution.id,
        retries: (step.AttemptCount ?? 1) - 1,
        tags: [
          { Key: 'sagemaker:pipeline-execution-arn', Value: execution.arn },
          { Key: 'sagemaker:pipeline-step-name', Value: definition.Name },
        ],
        mayTagPackages: (group) =>
          this.session.authorize(
            'pipeline tags',
            'sagemaker:AddTags',
            arnOf(engine.platform, 'model-package', `${nameFrom(group)}/*`),
          ),
      });
      step.Metadata = started.metadata as PipelineExecutionStepMetadata;
      if (started.job) {
        await this.wait(definition.Name, started.job);
      }
      const properties = await started.properties();
      this.properties.set(definition.Name, properties);
      if (key !== undefined) {
        cache.add(key, {
          at: engine.platform.clock.now(),
          executionArn: execution.arn,
          properties,
          metadata: started.metadata,
        });
      }
    } finally {
      client.destroy();
    }
  }

  private async wait(name: string, job: Job): Promise<void> {
    this.running.set(name, job);
    if (this.execution.stop.signal.aborted) {
      this.stop(job);
    }
    await job.done;
    this.running.delete(name);
    if (job.status !== 'Completed') {
      const reason =
        job.failureReason ??
        `the job ${job.name} was stopped (${job.control.cause === 'runtime' ? 'MaxRuntimeInSeconds exceeded' : 'by request'})`;
      // AWS: sagemaker-pipelines/steps-fail-with-the-error-they-saw
      throw new StepFailure(reason.startsWith('InternalServerError') ? reason : `ClientError: ${reason}`);
    }
  }

  /** As the pipeline's role; one that may not stop a job waits for its end. */
  private stop(job: Job): void {
    const { engine, session } = this;
    if (engine.stopping.aborted) {
      job.control.end('user');
      return;
    }
    const client = session.sagemaker();
    void stopJob(client, job.arn)
      .catch((error: Error) =>
        engine.platform.record({ kind: 'denied', summary: `${job.name} goes on: ${error.message}` }),
      )
      .finally(() => client.destroy());
  }

  private scope(): ValueScope {
    const { execution, engine } = this;
    return {
      parameters: execution.parameters,
      execution: {
        PipelineExecutionId: execution.id,
        PipelineExecutionArn: execution.arn,
        PipelineName: execution.pipelineName,
        PipelineArn: execution.pipelineArn,
        StartDateTime: execution.createdAt.toISOString(),
        CurrentDateTime: now(engine).toISOString(),
      },
      step: (name) => this.properties.get(name),
      propertyFile: (step, file) => this.propertyFile(step, file),
    };
  }

  /** A property file lies in an output of its step; the pipeline's role reads it. */
  private propertyFile(stepName: string, file: string): Promise<string> {
    const id = `${stepName}/${file}`;
    const known = this.propertyTexts.get(id) ?? this.readPropertyFile(stepName, file);
    this.propertyTexts.set(id, known);
    return known;
  }

  // AWS: sagemaker-pipelines/steps-fail-with-the-error-they-saw
  private async readPropertyFile(stepName: string, file: string): Promise<string> {
    const declared = this.byName
      .get(stepName)
      ?.PropertyFiles?.find(({ PropertyFileName }) => PropertyFileName === file);
    const outputs = (
      this.properties.get(stepName)?.ProcessingOutputConfig as
        | { Outputs?: { OutputName: string; S3Output: { S3Uri: string } }[] }
        | undefined
    )?.Outputs;
    const output = outputs?.find(({ OutputName }) => OutputName === declared?.OutputName);
    if (!declared || !output) {
      throw new StepFailure(`ClientError: step ${stepName} declares no property file ${file} in one of its outputs`);
    }
    const uri = `${output.S3Output.S3Uri.replace(/\/$/, '')}/${declared.FilePath}`;
    const { bucket, key } = parseS3Uri(uri);
    const s3 = this.session.s3();
    try {
      const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await answer.Body?.transformToString()) ?? '';
    } catch (error) {
      throw new StepFailure(`ClientError: Unable to read the property file ${file} at ${uri}: ${messageOf(error)}`);
    } finally {
      s3.destroy();
    }
  }

  private changed(status: PipelineExecutionStatus, previous: PipelineExecutionStatus | undefined): void {
    executionChanged(this.engine, this.execution, status, previous);
  }

  private stepChanged(step: PipelineExecutionStep, status: NonNullable<PipelineExecutionStep['StepStatus']>): void {
    stepChanged(this.engine, this.execution, step, status);
  }
}
