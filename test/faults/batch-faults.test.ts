import { batchScoringDefinition } from '../../lib/serving/batch-state-machine/definition';
import { batchFaults, type Scenario } from './batch-faults';
import { BatchWorld } from './batch-world';
import { tasksOf, testFaultTable } from './fault-table';
import type { FaultAt } from './run-with-fault';

const definition = batchScoringDefinition({
  endpointName: 'endpoint',
  artifactsBucketName: 'artifacts',
  dataKeyArn: 'arn:key',
  topicArn: 'arn:topic',
  stageFunctionArn: 'arn:stage',
  completenessFunctionArn: 'arn:check',
  jobNamePrefix: 'batch-',
  tags: { owner: 'o', costCenter: 'c', dataClass: 'd' },
  scheduledPrefix: 'batch/scheduled',
  strategy: 'MultiRecord',
  maxPayloadInMb: 6,
  maxConcurrentTransforms: 2,
  instanceType: 'ml.m5.large',
  instanceCount: 1,
  maxRuntimeSeconds: 3600,
});

const arrival = {
  'detail-type': 'Object Created',
  detail: { object: { key: 'batch/input/a.csv', 'version-id': 'v1' } },
};
const night = { 'detail-type': 'Scheduled Event', time: '2013-07-05T03:30:00Z' };

/**
 * What is asked for, by which attempt it is asked for another time, and what went wrong before or goes wrong as well.
 */
const scenarios: Readonly<
  Record<
    Scenario,
    { readonly input: object; readonly world?: Partial<BatchWorld>; readonly before?: FaultAt; readonly also?: FaultAt }
  >
> = {
  'a file that arrives': { input: arrival },
  'the files of a night': { input: night },
  'the same event while its job runs': { input: arrival, before: { state: 'Score', fault: 'stopped' } },
  'the same event when its job is done': { input: arrival, before: { state: 'CheckCompleteness', fault: 'stopped' } },
  'a file that the model cannot score': { input: arrival, world: { badFile: true } },
  'a job that takes too long': { input: arrival, also: { state: 'Score', fault: 'response lost' } },
  'no live model': { input: arrival, world: { noLiveModel: true } },
  'an input that is none': { input: {} },
  'a file that cannot be read': { input: arrival, also: { state: 'StageInput', fault: 'denied' } },
  'a file that is refused': { input: arrival, world: { refused: true } },
  'rows that cannot be counted': { input: arrival, also: { state: 'CheckCompleteness', fault: 'denied' } },
};

async function start(scenario: string, fault?: FaultAt) {
  const { input, world: change, before, also } = scenarios[scenario as Scenario];
  const world = Object.assign(new BatchWorld(definition), change);
  if (before) await world.run(input, before);
  world.notices.length = 0;
  const run = await world.run(input, ...[fault, also].filter((one) => one !== undefined));
  return { world, run, input };
}

testFaultTable({
  table: batchFaults,
  ...tasksOf(definition),
  page: 'failures-batch.md',
  callsOf: async (scenario) => (await start(scenario)).run.states,
  consequence: async (scenario, state, fault) => {
    const { world, run, input } = await start(scenario, { state, fault });
    const left = world.running.length > 0 ? ['the job keeps running'] : [];
    const notified =
      world.notices.length > 0
        ? 'notified'
        : run.end === 'stopped'
          ? 'BatchAborted'
          : run.failed
            ? 'BatchFailed'
            : 'not notified';
    // What went wrong is repaired, and the same is asked for again.
    Object.assign(world, { badFile: false, noLiveModel: false, refused: false });
    if (Object.keys(input).length === 0) return [run.end, notified, ...left].join('; ');
    const again = await world.run(input);
    const parts = [run.end, notified, ...left, `again: ${again.end}`];
    if (again.failed)
      parts.push(
        `another attempt: ${(await world.run({ input: 'batch/input/a.csv', version: 'v1', attempt: '2' })).end}`,
      );
    // Whatever happened: one job has scored the input, none runs, and the report says so.
    expect({
      completed: [...world.jobs.values()].filter((status) => status === 'Completed').length,
      running: world.running,
      report: world.report,
    }).toEqual({ completed: 1, running: [], report: 'complete' });
    return parts.join('; ');
  },
});
