import type { MetricDatum, MetricSink } from '../../lambda/metrics/metric-sink';
import type { StateMachineDefinition } from '../../lib/shared/state-machine/states-language';
import { MemoryStore } from '../fixtures/memory-store';
import { named } from './release-world';
import { type Ended, type FaultAt, type Parameters, runWithFaults, type World } from './run-with-fault';

type JobStatus = 'InProgress' | 'Completed' | 'Failed' | 'Stopped';
type Invoke = (store: MemoryStore, sink: MetricSink, payload: Parameters) => Promise<unknown>;

/** The surroundings of one of the two state machines: the functions that it calls, and what its job writes. */
export interface Surroundings {
  readonly definition: StateMachineDefinition;
  /** By ARN. */
  readonly functions: Readonly<Record<string, Invoke>>;
  readonly result: Readonly<Record<string, unknown>>;
  readonly captures: Readonly<Record<string, string>>;
  readonly package: Parameters;
}

/**
 * SageMaker's rules for processing jobs, the bucket of captures, CloudWatch and a topic. The functions are the real
 * ones.
 */
export class MonitoringWorld implements World {
  readonly jobs = new Map<string, JobStatus>();
  readonly notices: string[] = [];
  readonly published: MetricDatum[] = [];
  /** The job's container cannot read what it gets. */
  badCaptures = false;
  private readonly bucket: MemoryStore;

  constructor(private readonly surroundings: Surroundings) {
    this.bucket = new MemoryStore(surroundings.captures);
  }

  run(input: object, ...faults: FaultAt[]): Promise<Ended> {
    return runWithFaults(this.surroundings.definition, this, input, faults);
  }

  get running(): string[] {
    return [...this.jobs].filter(([, status]) => status === 'InProgress').map(([name]) => name);
  }

  startOnly(_resource: string, { ProcessingJobName, StoppingCondition }: Parameters): void {
    const name = String(ProcessingJobName);
    if (this.jobs.has(name))
      throw named('SageMaker.AmazonSageMakerException', 'Job name must be unique (Error Code: ResourceInUse)');
    if (!(((StoppingCondition as Parameters).MaxRuntimeInSeconds as number) > 0))
      throw new Error(`${name} may run forever`);
    this.jobs.set(name, 'InProgress');
  }

  /** A job that nobody follows ends by itself, at the latest after its own longest time, and writes what it found. */
  settle(): void {
    for (const name of this.running) {
      this.jobs.set(name, this.badCaptures ? 'Failed' : 'Completed');
      if (this.badCaptures) continue;
      for (const [file, content] of Object.entries(this.surroundings.result))
        this.bucket.objects.set(`monitoring/${name}/${file}`, Buffer.from(JSON.stringify(content)));
    }
  }

  act(resource: string, parameters: Parameters): unknown {
    const name = String(parameters.ProcessingJobName);
    switch (resource.split(':').slice(-2).join(':')) {
      case 'ssm:getParameter':
        return { Parameter: { Value: 'arn:package/3' } };
      case 'sagemaker:describeModelPackage':
        return this.surroundings.package;
      case 'sagemaker:createProcessingJob.sync':
        this.startOnly(resource, parameters);
        this.settle();
        if (this.badCaptures) throw named('States.TaskFailed', 'exit code 1');
        return {};
      case 'sagemaker:stopProcessingJob':
        if (this.jobs.get(name) !== 'InProgress') throw named('SageMaker.SageMakerException', 'The job does not run');
        this.jobs.set(name, 'Stopped');
        return {};
      case 'lambda:invoke':
        return this.invoke(String(parameters.FunctionName), parameters.Payload as Parameters);
      case 'sns:publish':
        this.notices.push(String(parameters.Subject));
        return {};
      default:
        throw new Error(`the world does not know ${resource}`);
    }
  }

  private async invoke(arn: string, payload: Parameters): Promise<unknown> {
    const sink: MetricSink = { put: (_namespace, data) => Promise.resolve(void this.published.push(...data)) };
    return { Payload: await this.surroundings.functions[arn]?.(this.bucket, sink, payload) };
  }
}
