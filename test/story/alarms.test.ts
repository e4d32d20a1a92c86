import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CloudTrailClient, StartLoggingCommand, StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { CreateKeyCommand, DisableKeyCommand } from '@aws-sdk/client-kms';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { StartPipelineExecutionCommand } from '@aws-sdk/client-sagemaker';
import { DescribeStateMachineCommand, StopExecutionCommand, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { putText } from '../../operator/storage';
import { story } from '../../rehearsal/story/checkpoints';
import { modelQualityAlarms } from '../fixtures/model-quality-alarms';
import { AlarmAccount, minute, once, refused } from './alarm-account';
import { endpointAlarms } from './endpoint-alarms';

const root = resolve(__dirname, '..', '..');

/** Needs a trained model and the baseline of its data: the whole story sets it off, and sees it clear. */
const byStory = { alarm: 'Drift', goesOff: 'drift', clears: 'healthy-again' };

/** An execution of it does nothing, for longer than the state machine may take. */
const hanging = { StartAt: 'Hang', TimeoutSeconds: 60, States: { Hang: { Type: 'Wait', Seconds: 3_600, End: true } } };

describe('each alarm goes off by its cause, and clears', () => {
  const account = new AlarmAccount();
  beforeAll(() => account.start(), 300_000);
  afterAll(() => account.stop(), 60_000);

  it('is no alarm: the stacks are new, and nothing has run yet', async () => {
    await account.rehearsal.clock.advance(2 * minute);
    const changes = account.rehearsal.host.eventLog
      .filter(({ kind }) => kind === 'alarm')
      .map(({ summary }) => summary);
    expect(changes.filter((summary) => / -> (ALARM|INSUFFICIENT_DATA): /.test(summary))).toEqual([]);
    // Its first run is due at night, and every rehearsal begins in the morning. An alarm without data is not OK.
    expect((await account.alarm('ModelQualitySilent')).StateValue).toBe('INSUFFICIENT_DATA');
  });

  it('the monitor did not run: its schedule is off', async () => {
    await account.rehearsal.clock.advance(70 * minute);
    const schedule = await account.rules(/DriftAnalysis/);
    await account.goesOff({
      alarm: 'MonitorSilent',
      cause: schedule.disable,
      repair: schedule.enable,
      within: 250,
      every: 10,
      state: 'INSUFFICIENT_DATA',
    });
  }, 120_000);

  it('the reconciler did not run: its schedule is off', async () => {
    await account.rehearsal.clock.advance(70 * minute);
    const schedule = await account.rules(/Reconcile/);
    await account.goesOff({
      alarm: 'ReconcilerSilent',
      cause: schedule.disable,
      repair: schedule.enable,
      within: 130,
      every: 10,
      state: 'INSUFFICIENT_DATA',
    });
  }, 120_000);

  describe('the workflow', () => {
    it.each([
      [
        'ReleaseFailed',
        'release',
        {
          detail: {
            ModelPackageArn:
              'arn:aws:sagemaker:eu-central-1:123456789012:model-package/mla-blueprint-flight-disruption/999',
          },
        },
      ],
      ['BatchFailed', 'batch-scoring', {}],
      ['AnalysisFailed', 'monitoring', {}],
      ['TrainingSetFailed', 'build-training-set', {}],
    ])(
      '%s: an execution with an input that does not exist',
      async (name, machine, input) => {
        await account.goesOff({
          alarm: name,
          cause: () => account.startExecution(account.arnOfStateMachine(machine), input),
        });
      },
      60_000,
    );

    it.each([
      ['Release', 'release'],
      ['Batch', 'batch-scoring'],
      ['Analysis', 'monitoring'],
      ['ModelQualityRun', 'model-quality'],
      ['TrainingSet', 'build-training-set'],
    ])(
      '%sTimedOut and Aborted: an execution hangs until its time is up, or until a person ends it',
      async (name, machine) => {
        const stateMachineArn = account.arnOfStateMachine(machine);
        const { sfn } = account.operator.clients;
        const { definition } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
        await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(hanging) }));
        await account.goesOff({ alarm: `${name}TimedOut`, cause: () => account.startExecution(stateMachineArn) });
        const abort = async () =>
          sfn.send(
            new StopExecutionCommand({ executionArn: (await account.startExecution(stateMachineArn)).executionArn }),
          );
        await account.goesOff({
          alarm: `${name}Aborted`,
          cause: abort,
          repair: () => sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition })),
        });
      },
      60_000,
    );

    it('PipelineFailed: there are no data to train on', async () => {
      const PipelineName = await account.operator.output('Training', 'PipelineName');
      const PipelineParameters = Object.entries({ Until: '2013-07', DataSnapshot: 'none' }).map(([Name, Value]) => ({
        Name,
        Value,
      }));
      let started = false;
      await account.goesOff({
        alarm: 'PipelineFailed',
        cause: async () => {
          if (!started)
            await account.operator.clients.sagemaker.send(
              new StartPipelineExecutionCommand({ PipelineName, PipelineParameters }),
            );
          started = true;
        },
        within: 240,
      });
    }, 120_000);
  });

  describe('input data', () => {
    it('ObjectsQuarantined: a file without the columns', async () => {
      let number = 0;
      await account.goesOff({
        alarm: 'ObjectsQuarantined',
        cause: () => account.deliver('2013-01.csv', `who,mail\nJane Doe,jane.doe@example.org\n,${(number += 1)}\n`),
      });
    }, 60_000);

    it("RowsQuarantined: a row whose values are somebody's", async () => {
      const header =
        gunzipSync(readFileSync(join(root, 'data/flights-jfk.csv.gz')))
          .toString('utf8')
          .split('\n', 1)[0] ?? '';
      let number = 0;
      const row = () =>
        header
          .split(',')
          .map((name) =>
            name === 'carrier'
              ? 'Jane Doe'
              : name === 'distance'
                ? '555-0100'
                : name === 'flight'
                  ? String((number += 1))
                  : '1',
          )
          .join(',');
      await account.goesOff({
        alarm: 'RowsQuarantined',
        cause: () => account.deliver('2013-02.csv', `${header}\n${row()}\n`),
      });
    }, 60_000);
  });

  describe('logs', () => {
    it('FunctionErrors: a function is given what it cannot read', async () => {
      const FunctionName = account.physical('DataLake/BatchIngestCurateFunction');
      await account.goesOff({
        alarm: 'FunctionErrors',
        cause: () =>
          account.operator.clients.lambda.send(
            new InvokeCommand({ FunctionName, Payload: Buffer.from('{"detail":{}}') }),
          ),
      });
    }, 60_000);
  });

  describe('security', () => {
    it("DeniedCalls: a function's role makes a call that it never makes", async () => {
      const stolen = await account.asRole('DataLake/BatchIngestCurateRole', 'lambda.amazonaws.com');
      await account.goesOff({
        alarm: 'DeniedCalls',
        cause: () =>
          refused(new SSMClient(stolen).send(new PutParameterCommand({ Name: '/mine', Value: 'x', Type: 'String' }))),
      });
    }, 60_000);

    it('RoleTakenByStranger: a person tries to take a role', async () => {
      const RoleArn = `arn:aws:iam::123456789012:role/${account.physical('Training/JobRolesTraining')}`;
      await account.goesOff({
        alarm: 'RoleTakenByStranger',
        cause: () =>
          refused(account.operator.clients.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'curious' }))),
      });
    }, 60_000);

    it('KeyDisabled: a key is disabled', async () => {
      const { KeyMetadata } = await account.operator.clients.kms.send(new CreateKeyCommand({}));
      await account.goesOff({
        alarm: 'KeyDisabled',
        cause: () => account.operator.clients.kms.send(new DisableKeyCommand({ KeyId: KeyMetadata?.KeyId })),
      });
    }, 60_000);

    it('TrailChanged: the trail is stopped', async () => {
      const trail = new CloudTrailClient(account.client());
      const Name = account.physical('DataLake/AuditTrail');
      await account.goesOff({
        alarm: 'TrailChanged',
        cause: () => trail.send(new StopLoggingCommand({ Name })),
        repair: () => trail.send(new StartLoggingCommand({ Name })),
      });
    }, 60_000);
  });

  // After the errors and denials that are causes themselves: what fails here is both.
  describe('events', () => {
    it.each([
      ['Ingest', 'DataLake/BatchIngestDeadLettersQueue', 'DataLake/BatchIngestCurateFunction'],
      ['Monitoring', 'Monitoring/DeadLettersQueue', 'Monitoring/GroundTruthWriterFunction'],
    ])(
      '%sDeadLetters: a function cannot read what it is sent, three times',
      async (name, queue, place) => {
        const FunctionName = account.physical(place);
        const unreadable = () =>
          account.operator.clients.lambda.send(
            new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: Buffer.from('{"detail":{}}') }),
          );
        await account.goesOff({
          alarm: `${name}DeadLetters`,
          cause: once(unreadable),
          repair: () => account.purge(queue),
        });
      },
      60_000,
    );

    it('BatchDeadLetters: a file arrives, and the rule may not start the state machine', async () => {
      const may = await account.removePolicy('Serving/BatchScoringArrivedRole');
      const bucket = await account.operator.output('DataLake', 'ArtifactsBucketName');
      const arrive = () => putText(account.operator, bucket, 'batch/input/rows.csv', Buffer.from('1,2\n'), 'text/csv');
      await account.goesOff({
        alarm: 'BatchDeadLetters',
        cause: once(arrive),
        repair: async () => [await may.restore(), await account.purge('BatchScoringDeadLetters')],
      });
    }, 60_000);
  });

  endpointAlarms(account);

  it('and there is no alarm that nobody has seen go off', () => {
    expect(story.map(({ id }) => id)).toEqual(expect.arrayContaining([byStory.goesOff, byStory.clears]));
    const seen = [...account.wentOff, ...modelQualityAlarms, byStory.alarm];
    expect(account.catalog.filter((name) => !seen.includes(name))).toEqual([]);
    expect(seen.filter((name) => !account.catalog.includes(name))).toEqual([]);
  });

  it('and the topic was notified of each', () => {
    expect(
      account.rehearsal.host.eventLog.filter(
        ({ kind, summary }) => kind === 'defect' || (kind === 'undelivered' && summary.startsWith('alarm')),
      ),
    ).toEqual([]);
  });
});
