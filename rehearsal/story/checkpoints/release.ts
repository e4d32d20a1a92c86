import { paginateDescribeStackEvents } from '@aws-sdk/client-cloudformation';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker';
import { approve, newExecution } from '../../../operator/commands/approve';
import { invoke } from '../../../operator/commands/invoke';
import { rollback } from '../../../operator/commands/rollback';
import { type OperatorContext, waitFor } from '../../../operator/context';
import { executionArns, followExecution, outcomeOf } from '../../../operator/executions';
import { livePackageArn, packageOf, packages, versionOf } from '../../../operator/registry';
import { registerBrokenModel } from '../broken-model';
import { type Checkpoint, type CheckpointContext, expect, expectSome } from '../checkpoint';

export const firstRelease: Checkpoint = {
  id: 'release',
  sentence:
    'An approval, and nothing else, puts the model behind the endpoint; the smoke test sends it recorded flights.',
  topics: [
    'READY-08',
    'FLOW-08',
    'FLOW-09',
    'SVC-07',
    'SVC-13',
    'MLOPS-03',
    'STAGE-07',
    'DEPLOY-01',
    'ART-08',
    'BALANCE-05',
    'SELF-09',
    'DEPLOYCHK-03',
  ],
  run: (stage) => approveVersion(stage, 1, 'first model'),
};

export const duplicateApproval: Checkpoint = {
  id: 'duplicate-approval',
  sentence: "A second delivery of the approval's event changes nothing.",
  topics: ['DEPLOYCHK-07', 'MLOPS-07', 'COST-06'],
  async run({ operator, rehearsal, output, note }) {
    const { arn } = await packageOf(operator, 1);
    const stateMachine = await operator.output('Release', 'ReleaseStateMachineArn');
    const group = await operator.output('Training', 'ModelPackageGroupName');
    const before = {
      executions: await executionArns(operator, stateMachine),
      events: await servingEvents(operator),
      endpoint: await endpointConfig(operator),
    };
    // EventBridge may deliver an event twice: this is the same event again, field by field.
    rehearsal.platform.emit({
      source: 'aws.sagemaker',
      'detail-type': 'SageMaker Model Package State Change',
      resources: [arn],
      detail: {
        ModelPackageGroupName: group,
        ModelPackageVersion: 1,
        ModelPackageArn: arn,
        ModelPackageStatus: 'Completed',
        ModelApprovalStatus: 'Approved',
      },
    });
    const execution = await waitFor(operator, 'the duplicate to start the release state machine', 2, () =>
      newExecution(operator, stateMachine, before.executions, arn),
    );
    const run = await followExecution(operator, execution, 10, output);
    const outcome = outcomeOf(run);
    expect(outcome.result === 'NothingToDo', `the duplicate ended with ${outcome.result}: ${outcome.detail}`);
    expect((await servingEvents(operator)) === before.events, 'the Serving stack was touched');
    expect((await endpointConfig(operator)) === before.endpoint, 'the endpoint was touched');
    note('outcome', outcome.detail);
  },
};

export const canaryRelease: Checkpoint = {
  id: 'canary',
  sentence: 'The new model takes over as a canary: it gets real requests while the rollback alarms watch.',
  topics: ['DEPLOY-06', 'DEPLOY-07', 'DEPLOYCHK-07', 'COST-05', 'STAGE-07', 'MON-01'],
  async run(stage) {
    await approveVersion(stage, 2, 'knows LaGuardia');
    const release = expectSome(stage.state.releases.at(-1), 'the release');
    const count = release.run.output?.count as
      | { sent?: number; succeeded?: number; fromCandidate?: number }
      | undefined;
    expect(
      (count?.fromCandidate ?? 0) > 0,
      'the new fleet served no request while it baked: its alarms had nothing to evaluate',
    );
    stage.note('requests while baking', count?.sent ?? 0);
    stage.note('served by the new model', count?.fromCandidate ?? 0);
  },
};

export const rollBack: Checkpoint = {
  id: 'rollback',
  sentence:
    'One command rolls back to an earlier version through the same release as any approval; the newer version loses its approval, and repeating the command changes nothing.',
  topics: ['DEPLOYCHK-07', 'COST-05', 'DEPLOY-06', 'MLOPS-06'],
  async run(stage) {
    const result = await rollback(stage.operator, { to: 1 }, stage.output);
    const release = expectSome(result.release, 'the release');
    stage.state.releases.push({ what: 'rollback', version: result.to, run: release, outcome: result.outcome });
    expect(result.outcome.result === 'Released', `${result.outcome.result}: ${result.outcome.detail}`);
    await expectLive(stage, 1);
    const left = (await packages(stage.operator)).filter((one) => one.approval === 'Approved' && one.version > 1);
    expect(left.length === 0, `version ${left[0]?.version ?? ''} is still approved, and would be released again`);
    const again = await rollback(stage.operator, { to: 1 }, stage.output);
    expect(
      again.outcome.result === 'NothingToDo' && again.release === undefined,
      `the second command ended with ${again.outcome.result}`,
    );
    stage.note('from version', result.from);
    stage.note('to version', result.to);
  },
};

export const badCanary: Checkpoint = {
  id: 'bad-canary',
  sentence:
    "A model that fails in production is approved by mistake: the canary's alarms roll it back, and it loses its approval.",
  topics: ['COST-05', 'DEPLOYCHK-07', 'DEPLOYCHK-06', 'SYMPTOM-05', 'DEPLOY-06', 'MON-01', 'SELF-08'],
  async run(stage) {
    const { operator, output, state, note } = stage;
    const before = versionOf(expectSome(await livePackageArn(operator), 'a live model'));
    const version = await registerBrokenModel(stage);
    const result = await approve(operator, { version, note: 'a mistake, on purpose' }, output);
    const release = expectSome(result.release, 'the release');
    const outcome = expectSome(result.outcome, 'its outcome');
    state.releases.push({ what: 'broken model', version, run: release, outcome });
    expect(outcome.result === 'RolledBack', `the broken model ended with ${outcome.result}: ${outcome.detail}`);
    await expectLive(stage, before);
    const rejected = (await packages(operator)).find((one) => one.version === version);
    expect(rejected?.approval === 'Rejected', `version ${version} is still ${rejected?.approval ?? 'unknown'}`);
    note('broken version', version);
    note('live afterwards', before);
    note('rolled back because', outcome.detail.slice(0, 200));
    note('alarm', await firedRollbackAlarm(stage.operator));
  },
};

async function approveVersion(stage: CheckpointContext, version: number, what: string): Promise<void> {
  const { operator, output, state, note } = stage;
  const result = await approve(operator, { version, note: what }, output);
  const release = expectSome(result.release, 'the release');
  const outcome = expectSome(result.outcome, 'its outcome');
  state.releases.push({ what, version, run: release, outcome });
  expect(outcome.result === 'Released', `${outcome.result}: ${outcome.detail}`);
  await expectLive(stage, version);
  note('states passed', release.states.length);
  note('smoke test', outcome.detail);
}

/** Checks the endpoint itself, not the result of the release. */
async function expectLive(stage: CheckpointContext, version: number): Promise<void> {
  const { operator, note } = stage;
  const EndpointName = await operator.output('Serving', 'EndpointName');
  const endpoint = await operator.clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
  expect(
    endpoint.EndpointStatus === 'InService',
    `the endpoint is ${endpoint.EndpointStatus ?? 'unknown'}: ${endpoint.FailureReason ?? ''}`,
  );
  const live = expectSome(await livePackageArn(operator), 'the approved package');
  expect(versionOf(live) === version, `the parameter names version ${versionOf(live)}, not ${version}`);
  const { predictions } = await invoke(
    operator,
    { sample: { airport: 'JFK', month: '2013-07', rows: 3 } },
    { line: () => undefined, progress: () => undefined },
  );
  const others = predictions.filter((one) => one.modelVersion !== String(version));
  expect(
    predictions.length === 3 && others.length === 0,
    `version ${others[0]?.modelVersion ?? 'none'} serves, not ${version}`,
  );
  note(
    'instances in service',
    (endpoint.ProductionVariants ?? []).map((variant) => variant.CurrentInstanceCount ?? 0).join(', '),
  );
}

/** Checks that an alarm caused the rollback, and not a container that failed to start. */
async function firedRollbackAlarm(operator: OperatorContext): Promise<string> {
  const EndpointName = await operator.output('Serving', 'EndpointName');
  const endpoint = await operator.clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
  const names = (endpoint.LastDeploymentConfig?.AutoRollbackConfiguration?.Alarms ?? []).map(
    (alarm) => alarm.AlarmName ?? '',
  );
  expect(names.length > 0, 'the endpoint has no rollback alarms any more');
  const { MetricAlarms } = await operator.clients.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: names }));
  const fired = expectSome(
    (MetricAlarms ?? []).find((alarm) => alarm.StateValue === 'ALARM'),
    'a rollback alarm in state ALARM',
  );
  return `${fired.AlarmName ?? ''}: ${fired.StateReason ?? ''}`;
}

async function servingEvents(operator: OperatorContext): Promise<number> {
  const pages = paginateDescribeStackEvents(
    { client: operator.clients.cloudformation },
    { StackName: `${operator.stackPrefix}-Serving` },
  );
  let events = 0;
  for await (const { StackEvents = [] } of pages) events += StackEvents.length;
  return events;
}

async function endpointConfig(operator: OperatorContext): Promise<string> {
  const EndpointName = await operator.output('Serving', 'EndpointName');
  const endpoint = await operator.clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
  return `${endpoint.EndpointConfigName ?? ''} ${endpoint.LastModifiedTime?.toISOString() ?? ''}`;
}
