import type { StateMachineDefinition } from '../../lib/shared/state-machine/states-language';
import { named } from './release-world';
import { type Ended, type FaultAt, type Parameters, runWithFaults, type World } from './run-with-fault';

type JobStatus = 'InProgress' | 'Completed' | 'Failed' | 'Stopped';

/** SageMaker's rules for transform jobs, a function that counts rows, and a topic. */
export class BatchWorld implements World {
  readonly jobs = new Map<string, JobStatus>();
  readonly notices: string[] = [];
  /** What the last report says, as a person finds it. */
  report?: 'complete' | 'incomplete';
  /** The container cannot score the file. */
  badFile = false;
  noLiveModel = false;
  /** The file is none that is scored. */
  refused = false;

  constructor(private readonly definition: StateMachineDefinition) {}

  run(input: object, ...faults: FaultAt[]): Promise<Ended> {
    return runWithFaults(this.definition, this, input, faults);
  }

  get running(): string[] {
    return [...this.jobs].filter(([, status]) => status === 'InProgress').map(([name]) => name);
  }

  startOnly(_resource: string, { TransformJobName }: Parameters): void {
    const name = String(TransformJobName);
    if (this.jobs.has(name))
      throw named('SageMaker.AmazonSageMakerException', 'Job name must be unique (Error Code: ResourceInUse)');
    this.jobs.set(name, 'InProgress');
  }

  /** SageMaker goes on whether or not anybody asks. */
  settle(): void {
    for (const name of this.running) this.jobs.set(name, this.badFile ? 'Failed' : 'Completed');
  }

  act(resource: string, parameters: Parameters): unknown {
    const name = String(parameters.TransformJobName);
    switch (resource.split(':').slice(-2).join(':')) {
      case 'sagemaker:describeEndpoint':
        if (this.noLiveModel) throw named('SageMaker.SageMakerException', 'Could not find endpoint');
        return { EndpointConfigName: 'config' };
      case 'sagemaker:describeEndpointConfig':
        return { ProductionVariants: [{ ModelName: 'model' }] };
      case 'sagemaker:createTransformJob.sync':
        this.startOnly(resource, parameters);
        this.settle();
        if (this.badFile) throw named('States.TaskFailed', 'the container answered 500');
        return {};
      case 'sagemaker:describeTransformJob': {
        const status = this.jobs.get(name);
        if (status === undefined)
          throw named('SageMaker.SageMakerException', 'Could not find requested job with name (Status Code: 400)');
        this.settle();
        return { TransformJobStatus: status };
      }
      case 'sagemaker:stopTransformJob':
        if (this.jobs.get(name) !== 'InProgress') throw named('SageMaker.SageMakerException', 'The job does not run');
        this.jobs.set(name, 'Stopped');
        return {};
      case 'lambda:invoke':
        return parameters.FunctionName === 'arn:stage' ? this.stage() : this.check(parameters.Payload as Parameters);
      case 'sns:publish':
        this.notices.push(String(parameters.Subject));
        return {};
      default:
        throw new Error(`the world does not know ${resource}`);
    }
  }

  private stage(): unknown {
    return {
      Payload: {
        files: this.refused ? 0 : 1,
        records: this.refused ? 0 : 3,
        refused: this.refused ? 1 : 0,
        reason: this.refused ? 'a.csv: gzip' : '',
      },
    };
  }

  private check({ jobError }: Parameters): unknown {
    const complete = jobError === undefined && [...this.jobs.values()].includes('Completed');
    this.report = complete ? 'complete' : 'incomplete';
    return { Payload: { complete, rows: 3, scored: complete ? 3 : 0, missing: complete ? 0 : 3, byModelVersion: {} } };
  }
}
