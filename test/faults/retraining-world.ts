import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { SSMClient } from '@aws-sdk/client-ssm';

import { SagemakerRegistry } from '../../lambda/start-retraining/registry';
import { type DecisionRecord, startRetraining } from '../../lambda/start-retraining/retraining';
import { type RetrainingEvent, triggerOf } from '../../lambda/start-retraining/trigger';
import type { ObjectStore } from '../../lambda/storage/object-store';
import { MemoryStore } from '../fixtures/memory-store';
import { rules } from '../lambda/retraining-cases';
import type { Fault } from './fault';
import { named } from './release-world';

export interface FaultAtCall {
  readonly call: string;
  readonly fault: Fault;
}

interface Execution {
  readonly arn: string;
  readonly displayName: string;
  readonly description: string;
  readonly startedAt: Date;
  readonly parameters: string;
  status: string;
}

type Input = Record<string, unknown>;
type Call = <T>(name: string, act: () => T | Promise<T>) => Promise<T>;

const settings = {
  curatedBucket: 'curated',
  curatedPrefix: 'curated/flights/',
  noLiveModelUri: 's3://artifacts/none.json',
  rules,
};
const hour = 3_600_000;

/**
 * Lambda, which tries an event three times, around the real function; its calls act on buckets, a pipeline and a
 * registry in memory.
 */
export class RetrainingWorld {
  readonly executions: Execution[] = [];
  readonly artifacts = new MemoryStore();
  readonly deadLetters: RetrainingEvent[] = [];
  /** Errors in the function's log. */
  errors = 0;
  /** In order. */
  readonly calls: string[] = [];
  now = new Date('2013-12-02T12:00:00Z');
  /** Happens after a first delivery that failed. */
  meanwhile: () => void = () => undefined;
  private readonly curated = new MemoryStore();
  private readonly captures = new MemoryStore({
    'monitoring/drift-1/constraint_violations.json': JSON.stringify({
      violations: [
        { feature_name: 'carrier', constraint_check_type: 'categorical_values_check', description: 'unseen' },
      ],
    }),
  });
  private readonly tokens = new Map<string, Execution>();

  constructor() {
    for (let month = 1; month <= 11; month += 1) this.addMonth('JFK', `2013-${String(month).padStart(2, '0')}`);
    for (const month of ['2013-09', '2013-10', '2013-11']) this.addMonth('LGA', month);
  }

  addMonth(airport: string, month: string): void {
    const key = `curated/flights/airport=${airport}/month=${month}/flights.csv.gz`;
    this.curated.objects.set(key, Buffer.from(key));
    this.curated.ownMetadata[key] = { rows: '100', labeled: '100' };
  }

  /** An event as EventBridge sends it to Lambda. Returns which of the three deliveries succeeded, if any. */
  async deliver(event: RetrainingEvent, fault?: FaultAtCall): Promise<number | undefined> {
    for (const delivery of [1, 2, 3]) {
      // Throttling passes, and who was stopped is started anew; the others stay, as the worse case.
      const passed = delivery > 1 && (fault?.fault === 'throttled' || fault?.fault === 'stopped');
      try {
        await this.handle(event, passed ? undefined : fault);
        return delivery;
      } catch (error) {
        if ((error as Error).name !== 'Stopped') this.errors += 1;
        this.meanwhile();
      }
    }
    this.deadLetters.push(event);
    return undefined;
  }

  /** SageMaker may have forgotten tokens by then. */
  pass(hours: number): void {
    this.now = new Date(this.now.getTime() + hours * hour);
    this.tokens.clear();
    for (const one of this.executions) one.status = 'Succeeded';
  }

  recordOf(at: string): DecisionRecord | undefined {
    const found = [...this.artifacts.objects].find(([key]) =>
      key.startsWith(`retraining/decisions/${new Date(at).toISOString()}`),
    );
    return found && (JSON.parse(found[1].toString()) as DecisionRecord);
  }

  private async handle(event: RetrainingEvent, fault?: FaultAtCall): Promise<void> {
    const call: Call = async (name, act) => {
      this.calls.push(name);
      const here = fault?.call === name ? fault.fault : undefined;
      if (here === 'response lost' || here === 'stopped') await act();
      if (here === 'stopped') throw named('Stopped', 'the function has ended');
      if (here !== undefined) throw named(here, `${name}: ${here}`);
      return act();
    };
    const client = {
      send: (command: object) => {
        const operation = command.constructor.name.replace(/Command$/, '');
        return call(operation, () => this.respond(operation, (command as { input: Input }).input));
      },
    };
    const registry = new SagemakerRegistry(client as unknown as SageMakerClient, client as unknown as SSMClient, {
      pipelineName: 'pipeline',
      approvedModelParameter: '/approved',
    });
    const buckets = { curated: storeOf(this.curated, call), artifacts: storeOf(this.artifacts, call) };
    await startRetraining(
      buckets,
      registry,
      settings,
      await triggerOf(event, storeOf(this.captures, call), { qualityAlarm: 'Quality', outputColumns: [] }),
      new Date(event.time),
    );
  }

  private respond(operation: string, input: Input): unknown {
    switch (operation) {
      case 'ListPipelineExecutions':
        return {
          PipelineExecutionSummaries: [...this.executions].reverse().map((one) => ({
            PipelineExecutionArn: one.arn,
            PipelineExecutionDisplayName: one.displayName,
            PipelineExecutionDescription: one.description,
            PipelineExecutionStatus: one.status,
            StartTime: one.startedAt,
          })),
        };
      case 'GetParameter':
        return { Parameter: { Value: 'arn:package/1' } };
      case 'DescribeModelPackage':
        return {
          CreationTime: new Date('2013-11-20T00:00:00Z'),
          InferenceSpecification: { Containers: [{ ModelDataUrl: 's3://models/1' }] },
          CustomerMetadataProperties: { Airports: 'JFK', From: '2013-01', Until: '2013-07' },
        };
      case 'StartPipelineExecution':
        return { PipelineExecutionArn: this.start(input).arn };
      default:
        throw new Error(`the world does not know ${operation}`);
    }
  }

  /** The same token starts once, as long as it is known; with other parameters it is a conflict. */
  private start(input: Input): Execution {
    const token = String(input.ClientRequestToken);
    const parameters = JSON.stringify(input.PipelineParameters);
    const known = this.tokens.get(token);
    if (known && known.parameters !== parameters) throw named('ConflictException', 'another request had this token');
    const execution = known ?? {
      arn: `arn:execution/${this.executions.length + 1}`,
      displayName: String(input.PipelineExecutionDisplayName),
      description: String(input.PipelineExecutionDescription),
      startedAt: this.now,
      parameters,
      status: 'Executing',
    };
    if (!known) this.executions.push(execution);
    this.tokens.set(token, execution);
    return execution;
  }
}

/** A bucket whose calls go through `call`. */
function storeOf(store: MemoryStore, call: Call): ObjectStore {
  const list = async function* <T>(all: Promise<T[]>) {
    yield* await all;
  };
  const all = async <T>(some: AsyncIterable<T>) => {
    const found: T[] = [];
    for await (const one of some) found.push(one);
    return found;
  };
  return {
    list: (prefix) => list(call('List findings', () => all(store.list(prefix)))),
    versions: (prefix) => list(call('List curated files', () => all(store.versions(prefix)))),
    metadata: (key) => call('Read counts of labels', () => store.metadata(key)),
    read: (key) => call('Read findings', () => store.read(key)),
    write: (key, body) =>
      call(key.startsWith('retraining/decisions/') ? 'Write decision' : 'Write list of files', () =>
        store.write(key, body),
      ),
    writeOnce: (key, body) => call('Write decision', () => store.writeOnce(key, body)),
  };
}
