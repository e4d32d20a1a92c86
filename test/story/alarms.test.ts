import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient, StartLoggingCommand, StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
} from '@aws-sdk/client-eventbridge';
import { DeleteRolePolicyCommand, GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, DisableKeyCommand } from '@aws-sdk/client-kms';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import {
  CreateEndpointCommand,
  CreateModelPackageCommand,
  CreateTransformJobCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribePipelineCommand,
  DescribeTransformJobCommand,
  SageMakerClient,
  StartPipelineExecutionCommand,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import {
  DescribeStateMachineCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { type LocalAccount, startLocalAccount } from 'local-account/local-account';
import { containerRequirements, ensurePython } from 'local-account/python/environment';
import { create } from 'tar';
import { flightDisruption } from '../../lib/problem/flight-disruption';
import { problemDocument } from '../../lib/problem/problem-document';
import { makeClients } from '../../operator/clients';
import { makeContext, type OperatorContext } from '../../operator/context';
import { putText } from '../../operator/storage';
import { closedImages } from '../../rehearsal/images/closed-images';
import { stepsFolder } from '../../rehearsal/step-code';
import { story } from '../../rehearsal/story/checkpoints';
import { synthesize } from '../../rehearsal/synth';
import { modelQualityAlarms } from '../fixtures/model-quality-alarms';

const root = resolve(__dirname, '..', '..');
const minute = 60_000;
/** What nobody may find in a log, wherever it was put in. */
const personal = ['jane.doe@example.org', 'Jane Doe', '555-0100'];

/** Serves with the project's own code; only the model is scripted, by the airline that is asked about. */
const inference = `
import subprocess
import sys
import time

from workflow.serving import transform_fn

BUSY = "import time\\nend = time.time() + 20\\nwhile time.time() < end: pass"


class Scripted:
    threshold = 0.5

    def score(self, frame, contract):
        airline = frame["carrier"].iloc[0]
        if airline == "CR":
            raise ValueError("no rule for " + str(frame["manufacturer"].iloc[0]))
        if airline == "SL":
            time.sleep(0.3)
        if airline == "BU":
            subprocess.Popen([sys.executable, "-c", BUSY])
        return [0.1] * len(frame)


def model_fn(folder):
    return Scripted()
`;

/** Thresholds that a test would need tens of thousands of requests, a day, or an idle computer, to reach. */
const lowered: Readonly<Record<string, number>> = { ScalingAtMaximum: 3, Overhead: -1, Cpu: 15, EndpointIdle: 3 };

/** Needs a trained model and the baseline of its data: the whole story sets it off, and sees it clear. */
const byStory = { alarm: 'Drift', goesOff: 'drift', clears: 'healthy-again' };

/** An execution of it does nothing, for longer than the state machine may take. */
const hanging = { StartAt: 'Hang', TimeoutSeconds: 60, States: { Hang: { Type: 'Wait', Seconds: 3_600, End: true } } };

/** A request for one flight of an airline. */
const flight = (carrier: string, more: Readonly<Record<string, unknown>> = {}) => ({
  carrier,
  dest: 'LAX',
  date: '2013-07-04',
  sched_dep_time: 1200,
  sched_arr_time: 1500,
  distance: 2475,
  temp: 70,
  dewp: 60,
  humid: 50,
  wind_dir: 180,
  wind_speed: 10,
  wind_gust: null,
  precip: 0,
  pressure: 1015,
  visib: 10,
  built: 2001,
  seats: 180,
  manufacturer: 'BOEING',
  ...more,
});

/** One cause for each alarm, or for several: what goes wrong, again in each minute until the alarm is there. */
interface Case {
  readonly alarm: string;
  readonly cause: () => Promise<unknown>;
  /** Ends what would go on. @default nothing: the cause happened, and is over */
  readonly repair?: () => Promise<unknown>;
  /** Virtual minutes in which it must be there. @default 25 */
  readonly within?: number;
  /** Virtual minutes between two causes. @default 1 */
  readonly every?: number;
  /** @default ALARM; where silence is the failure, the data that are missing */
  readonly state?: 'ALARM' | 'INSUFFICIENT_DATA';
}

describe('each alarm goes off by its cause, and clears', () => {
  const folder = mkdtempSync(join(root, '.rehearsal', 'alarms-'));
  /** Alarms of the templates, by the name that the catalog was given. */
  const catalog: string[] = [];
  const wentOff = new Set<string>();
  let rehearsal: LocalAccount;
  let operator: OperatorContext;
  let close = (): void => undefined;

  const client = () => ({
    endpoint: rehearsal.platform.endpoint,
    region: rehearsal.platform.region,
    credentials: rehearsal.platform.administrator,
    maxAttempts: 1,
  });
  const physical = (place: string): string => {
    const hashed = new RegExp(`${place}[0-9A-F]{8}$`);
    const found = [...rehearsal.resourceNames()].find(([, name]) => hashed.test(name));
    if (!found) throw new Error(`no resource ${place}`);
    return found[0];
  };
  const alarm = async (name: string): Promise<MetricAlarm> => {
    const { MetricAlarms = [] } = await operator.clients.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [physical(`(?:Alarms|IdleEndpoint)${name}`)] }),
    );
    if (!MetricAlarms[0]) throw new Error(`no alarm ${name}`);
    return MetricAlarms[0];
  };
  const refused = async (work: Promise<unknown>) => expect(work).rejects.toThrow();
  const asRole = async (place: string, service: string) => ({
    ...client(),
    credentials: await rehearsal.platform.assumeRole(
      service,
      `arn:aws:iam::123456789012:role/${physical(place)}`,
      'stolen',
    ),
  });
  const ask = async (...instances: object[]) =>
    operator.clients.runtime.send(
      new InvokeEndpointCommand({
        EndpointName: 'mla-blueprint-flight-disruption',
        ContentType: 'application/json',
        Body: JSON.stringify({ instances }),
      }),
    );
  const deliver = async (name: string, text: string) =>
    putText(
      operator,
      await operator.output('DataLake', 'RawBucketName'),
      `raw/flights/JFK/${name}`,
      Buffer.from(text),
      'text/csv',
    );

  async function goesOff({ alarm: name, cause, repair, within = 25, every = 1, state = 'ALARM' }: Case): Promise<void> {
    const { clock } = rehearsal;
    expect([name, (await alarm(name)).StateValue]).not.toEqual([name, state]);
    for (let passed = 0; (await alarm(name)).StateValue !== state; passed += every) {
      if (passed > within)
        throw new Error(`${name} is ${(await alarm(name)).StateReason ?? ''} after ${within} minutes`);
      await cause();
      await clock.advance(every * minute);
    }
    await repair?.();
    for (let passed = 0; (await alarm(name)).StateValue !== 'OK'; passed += every) {
      if (passed > within + 60) throw new Error(`${name} does not clear: ${(await alarm(name)).StateReason ?? ''}`);
      await clock.advance(every * minute);
    }
    wentOff.add(name);
  }

  beforeAll(async () => {
    const python = await ensurePython({ environments: join(root, '.rehearsal'), progress: () => undefined });
    const containerPython = await ensurePython({
      environments: join(root, '.rehearsal'),
      requirements: containerRequirements,
      progress: () => undefined,
    });
    const assembly = join(folder, 'cdk.out');
    await synthesize({ root, output: assembly });
    for (const file of readdirSync(assembly).filter((name) => name.endsWith('.template.json'))) {
      const template = JSON.parse(readFileSync(join(assembly, file), 'utf8')) as {
        Resources: Record<string, { Type: string; Properties: { Threshold?: number } }>;
      };
      for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
        const name = Object.keys(lowered).find((one) => new RegExp(`${one}[0-9A-F]{8}$`).test(id));
        if (Type !== 'AWS::CloudWatch::Alarm') continue;
        catalog.push(id.replace(/^(?:\w*?Alarms|IdleEndpoint)/, '').replace(/[0-9A-F]{8}$/, ''));
        if (name !== undefined) Properties.Threshold = lowered[name];
      }
      writeFileSync(join(assembly, file), JSON.stringify(template));
    }
    rehearsal = await startLocalAccount({
      assembly,
      folder: join(folder, 'account'),
      python,
      containerPython,
      images: closedImages(() => stepsFolder(assembly)),
    });
    await rehearsal.deploy(() => undefined);
    const clients = makeClients({ ...client() });
    close = () => clients.destroy();
    operator = makeContext({ clients, dataFolder: join(root, 'data'), pollMilliseconds: 50 });
  }, 300_000);

  afterAll(async () => {
    close();
    await rehearsal.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const rules = async (pattern: RegExp) => {
    const events = new EventBridgeClient(client());
    const { Rules = [] } = await events.send(new ListRulesCommand({}));
    const found = Rules.filter(({ Name }) => pattern.test(Name ?? ''));
    if (found.length === 0) throw new Error(`no rule ${String(pattern)}: ${Rules.map(({ Name }) => Name).join(', ')}`);
    return {
      disable: async () => Promise.all(found.map(({ Name }) => events.send(new DisableRuleCommand({ Name })))),
      enable: async () => Promise.all(found.map(({ Name }) => events.send(new EnableRuleCommand({ Name })))),
    };
  };

  const once = (cause: () => Promise<unknown>): (() => Promise<unknown>) => {
    let happened: Promise<unknown> | undefined;
    return () => (happened ??= cause());
  };

  /** A person has read what is in a queue. */
  const purge = async (place: string) => {
    const found = [...rehearsal.resourceNames()].find(([id, name]) => id.startsWith('http') && name.includes(place));
    if (!found) throw new Error(`no queue ${place}`);
    return new SQSClient(client()).send(new PurgeQueueCommand({ QueueUrl: found[0] }));
  };

  /** A rule's role loses what it may do. */
  const takeAway = async (place: string) => {
    const iam = new IAMClient(client());
    const policy = { RoleName: physical(place), PolicyName: 'Start' };
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand(policy));
    await iam.send(new DeleteRolePolicyCommand(policy));
    return {
      giveBack: () =>
        iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: decodeURIComponent(PolicyDocument) })),
    };
  };

  it('is no alarm: the stacks are new, and nothing has run yet', async () => {
    await rehearsal.clock.advance(2 * minute);
    const changes = rehearsal.host.eventLog.filter(({ kind }) => kind === 'alarm').map(({ summary }) => summary);
    expect(changes.filter((summary) => / -> (ALARM|INSUFFICIENT_DATA): /.test(summary))).toEqual([]);
    // Its first run is due at night, and every rehearsal begins in the morning. An alarm without data is not OK.
    expect((await alarm('ModelQualitySilent')).StateValue).toBe('INSUFFICIENT_DATA');
  });

  it('the monitor did not run: its schedule is off', async () => {
    await rehearsal.clock.advance(70 * minute);
    const schedule = await rules(/DriftAnalysis/);
    await goesOff({
      alarm: 'MonitorSilent',
      cause: schedule.disable,
      repair: schedule.enable,
      within: 250,
      every: 10,
      state: 'INSUFFICIENT_DATA',
    });
  }, 120_000);

  it('the reconciler did not look: its schedule is off', async () => {
    await rehearsal.clock.advance(70 * minute);
    const schedule = await rules(/Reconcile/);
    await goesOff({
      alarm: 'ReconcilerSilent',
      cause: schedule.disable,
      repair: schedule.enable,
      within: 130,
      every: 10,
      state: 'INSUFFICIENT_DATA',
    });
  }, 120_000);

  const arnOfStateMachine = (name: string) =>
    `arn:aws:states:${rehearsal.platform.region}:123456789012:stateMachine:mla-blueprint-${name}`;
  const start = (stateMachineArn: string, input: object = {}) =>
    operator.clients.sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));

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
    ])(
      '%s: an execution that is asked for what is not there',
      async (name, machine, input) => {
        await goesOff({ alarm: name, cause: () => start(arnOfStateMachine(machine), input) });
      },
      60_000,
    );

    it.each([
      ['Release', 'release'],
      ['Batch', 'batch-scoring'],
      ['Analysis', 'monitoring'],
      ['ModelQualityRun', 'model-quality'],
    ])(
      '%sTimedOut and Aborted: an execution hangs until its time is up, or until a person ends it',
      async (name, machine) => {
        const stateMachineArn = arnOfStateMachine(machine);
        const { sfn } = operator.clients;
        const { definition } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
        await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(hanging) }));
        await goesOff({ alarm: `${name}TimedOut`, cause: () => start(stateMachineArn) });
        const abort = async () =>
          sfn.send(new StopExecutionCommand({ executionArn: (await start(stateMachineArn)).executionArn }));
        await goesOff({
          alarm: `${name}Aborted`,
          cause: abort,
          repair: () => sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition })),
        });
      },
      60_000,
    );

    it('PipelineFailed: there are no data to train on', async () => {
      const PipelineName = await operator.output('Training', 'PipelineName');
      const PipelineParameters = Object.entries({ Until: '2013-07', DataSnapshot: 'none' }).map(([Name, Value]) => ({
        Name,
        Value,
      }));
      let started = false;
      await goesOff({
        alarm: 'PipelineFailed',
        cause: async () => {
          if (!started)
            await operator.clients.sagemaker.send(
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
      await goesOff({
        alarm: 'ObjectsQuarantined',
        cause: () => deliver('2013-01.csv', `who,mail\nJane Doe,jane.doe@example.org\n,${(number += 1)}\n`),
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
      await goesOff({ alarm: 'RowsQuarantined', cause: () => deliver('2013-02.csv', `${header}\n${row()}\n`) });
    }, 60_000);
  });

  describe('logs', () => {
    it('FunctionErrors: a function is given what it cannot read', async () => {
      const FunctionName = physical('DataLake/BatchIngestCurateFunction');
      await goesOff({
        alarm: 'FunctionErrors',
        cause: () =>
          operator.clients.lambda.send(new InvokeCommand({ FunctionName, Payload: Buffer.from('{"detail":{}}') })),
      });
    }, 60_000);
  });

  describe('security', () => {
    it("DeniedCalls: a function's role asks for what it never asks", async () => {
      const stolen = await asRole('DataLake/BatchIngestCurateRole', 'lambda.amazonaws.com');
      await goesOff({
        alarm: 'DeniedCalls',
        cause: () =>
          refused(new SSMClient(stolen).send(new PutParameterCommand({ Name: '/mine', Value: 'x', Type: 'String' }))),
      });
    }, 60_000);

    it('RoleTakenByStranger: a person tries to take a role', async () => {
      const RoleArn = `arn:aws:iam::123456789012:role/${physical('Training/JobRolesTraining')}`;
      await goesOff({
        alarm: 'RoleTakenByStranger',
        cause: () => refused(operator.clients.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'curious' }))),
      });
    }, 60_000);

    it('KeyDisabled: a key is disabled', async () => {
      const { KeyMetadata } = await operator.clients.kms.send(new CreateKeyCommand({}));
      await goesOff({
        alarm: 'KeyDisabled',
        cause: () => operator.clients.kms.send(new DisableKeyCommand({ KeyId: KeyMetadata?.KeyId })),
      });
    }, 60_000);

    it('TrailChanged: the trail is stopped', async () => {
      const trail = new CloudTrailClient(client());
      const Name = physical('DataLake/AuditTrail');
      await goesOff({
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
        const FunctionName = physical(place);
        const unreadable = () =>
          operator.clients.lambda.send(
            new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: Buffer.from('{"detail":{}}') }),
          );
        await goesOff({ alarm: `${name}DeadLetters`, cause: once(unreadable), repair: () => purge(queue) });
      },
      60_000,
    );

    it('BatchDeadLetters: a file arrives, and the rule may not start the state machine', async () => {
      const may = await takeAway('Serving/BatchScoringArrivedRole');
      const bucket = await operator.output('DataLake', 'ArtifactsBucketName');
      const arrive = () => putText(operator, bucket, 'batch/input/rows.csv', Buffer.from('1,2\n'), 'text/csv');
      await goesOff({
        alarm: 'BatchDeadLetters',
        cause: once(arrive),
        repair: async () => [await may.giveBack(), await purge('BatchScoringDeadLetters')],
      });
    }, 60_000);
  });

  describe('with a model behind the endpoint', () => {
    let packageArn = '';

    beforeAll(async () => {
      // What the test approves is not for the release to evaluate.
      await (await rules(/ApprovalRelease/)).disable();
      packageArn = await registerScripted(operator, folder);
      await operator.clients.sagemaker.send(
        new UpdateModelPackageCommand({ ModelPackageArn: packageArn, ModelApprovalStatus: 'Approved' }),
      );
      // Nor for the reconciler: what serves counts as proven.
      const parameters = ['approved', 'proven'].map(
        (which) => `/mla-blueprint/flight-disruption/${which}-model-package`,
      );
      for (const Name of parameters)
        await operator.clients.ssm.send(new PutParameterCommand({ Name, Value: packageArn, Overwrite: true }));
      await operator.clients.cloudformation.send(
        new UpdateStackCommand({
          StackName: 'MlaBlueprint-Serving',
          UsePreviousTemplate: true,
          Parameters: [{ ParameterKey: 'ApprovedModelPackage', ParameterValue: packageArn }],
          Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
        }),
      );
      for (let tries = 0; tries < 200; tries += 1) {
        const { EndpointStatus } = await operator.clients.sagemaker
          .send(new DescribeEndpointCommand({ EndpointName: 'mla-blueprint-flight-disruption' }))
          .catch(() => ({ EndpointStatus: 'none' }));
        if (EndpointStatus === 'InService') return;
        await rehearsal.clock.advance(5_000);
        await new Promise((wake) => setTimeout(wake, 50));
      }
      throw new Error('the endpoint did not come up');
    }, 120_000);

    // The first requests: with its lowered threshold any other test's traffic would set it off.
    it('Overhead and ScalingAtMaximum: more requests than a fleet of this size is meant for', async () => {
      await goesOff({ alarm: 'Overhead', cause: () => ask(flight('AA')) });
      await goesOff({
        alarm: 'ScalingAtMaximum',
        cause: () => Promise.all(Array.from({ length: 10 }, () => ask(flight('AA')))),
      });
    }, 120_000);

    it("ApprovedByWorkflow: a job's role approves a model", async () => {
      const stolen = await asRole('Training/JobRolesTraining', 'sagemaker.amazonaws.com');
      const approve = () =>
        new SageMakerClient(stolen).send(
          new UpdateModelPackageCommand({ ModelPackageArn: packageArn, ModelApprovalStatus: 'Approved' }),
        );
      await goesOff({ alarm: 'ApprovedByWorkflow', cause: () => refused(approve()) });
    }, 60_000);

    it('ModelQualityRunFailed: the live version came without a baseline', async () => {
      const capture = await operator.output('DataLake', 'CaptureBucketName');
      const hour = new Date(rehearsal.clock.now() - 120 * minute).toISOString().slice(0, 13).replace(/[-T]/g, '/');
      for (const prefix of ['capture/mla-blueprint-flight-disruption/live', 'ground-truth']) {
        await putText(operator, capture, `${prefix}/${hour}/one.jsonl`, Buffer.from('{}\n'), 'application/jsonlines');
      }
      await goesOff({ alarm: 'ModelQualityRunFailed', cause: () => start(arnOfStateMachine('model-quality')) });
    }, 60_000);

    const approval = (ModelApprovalStatus: 'Approved' | 'Rejected') =>
      operator.clients.sagemaker.send(
        new UpdateModelPackageCommand({ ModelPackageArn: packageArn, ModelApprovalStatus }),
      );

    it('ReleaseNeedsPerson: what serves is not approved any more, and nothing else is', async () => {
      await goesOff({
        alarm: 'ReleaseNeedsPerson',
        cause: once(() => approval('Rejected')),
        repair: () => approval('Approved'),
        within: 60,
        every: 5,
      });
    }, 60_000);

    it('ReleaseDeadLetters: a version is approved, and the rule may not start the release', async () => {
      const may = await takeAway('Release/ApprovalReleaseApprovedRole');
      const rule = await rules(/ApprovalRelease/);
      await rule.enable();
      const again = async () => [await approval('Rejected'), await approval('Approved')];
      const repair = async () => [await rule.disable(), await may.giveBack(), await purge('Release/DeadLettersQueue')];
      await goesOff({ alarm: 'ReleaseDeadLetters', cause: once(again), repair });
    }, 60_000);

    it('ServerErrors and EndpointErrors: the model fails', async () => {
      const fail = () => refused(ask(flight('CR', { manufacturer: 'jane.doe@example.org' })));
      await goesOff({ alarm: 'ServerErrors', cause: fail });
      await goesOff({ alarm: 'EndpointErrors', cause: () => Promise.all([fail(), fail(), fail()]) });
    }, 60_000);

    it('ClientErrors: callers send what the contract does not have', async () => {
      await goesOff({
        alarm: 'ClientErrors',
        cause: () => refused(ask(flight('AA', { distance: 'jane.doe@example.org', dest: '555-0100' }))),
      });
    }, 60_000);

    it('Latency: the model takes longer than it may', async () => {
      await goesOff({ alarm: 'Latency', cause: () => ask(flight('SL')) });
    }, 60_000);

    it('Cpu: the container computes all the time', async () => {
      await ask(flight('BU'));
      await goesOff({
        alarm: 'Cpu',
        cause: () => new Promise((wake) => setTimeout(wake, 150)),
        repair: () => new Promise((wake) => setTimeout(wake, 20_000)),
      });
    }, 180_000);

    it('EndpointIdle: nobody asks for hours', async () => {
      await goesOff({
        alarm: 'EndpointIdle',
        cause: () => Promise.resolve(),
        repair: () => ask(flight('AA')),
        within: 400,
        every: 20,
      });
    }, 60_000);

    it('leaves no value of a request in any log, neither of endpoint, ingest nor batch', async () => {
      const { EndpointConfigName } = await operator.clients.sagemaker.send(
        new DescribeEndpointCommand({ EndpointName: 'mla-blueprint-flight-disruption' }),
      );
      const { ProductionVariants } = await operator.clients.sagemaker.send(
        new DescribeEndpointConfigCommand({ EndpointConfigName }),
      );
      const artifacts = await operator.output('DataLake', 'ArtifactsBucketName');
      await putText(
        operator,
        artifacts,
        'batch/alarms/input/rows.csv',
        Buffer.from('Jane Doe,jane.doe@example.org,555-0100\n'),
        'text/csv',
      );
      await operator.clients.sagemaker.send(
        new CreateTransformJobCommand({
          TransformJobName: 'mla-blueprint-alarms',
          ModelName: ProductionVariants?.[0]?.ModelName,
          TransformInput: {
            DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${artifacts}/batch/alarms/input/` } },
            ContentType: 'text/csv',
          },
          TransformOutput: { S3OutputPath: `s3://${artifacts}/batch/alarms/output/` },
          TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
        }),
      );
      for (let status = 'InProgress'; status === 'InProgress'; ) {
        await new Promise((wake) => setTimeout(wake, 100));
        status =
          (
            await operator.clients.sagemaker.send(
              new DescribeTransformJobCommand({ TransformJobName: 'mla-blueprint-alarms' }),
            )
          ).TransformJobStatus ?? '';
      }
      await rehearsal.clock.advance(minute);
      const { logGroups = [] } = await operator.clients.logs.send(new DescribeLogGroupsCommand({ limit: 50 }));
      const written: Record<string, number> = {};
      for (const { logGroupName = '' } of logGroups) {
        const { events = [] } = await operator.clients.logs.send(
          new FilterLogEventsCommand({ logGroupName, limit: 10_000 }),
        );
        written[logGroupName] = events.length;
        for (const value of personal) {
          expect([
            logGroupName,
            events.filter(({ message }) => message?.includes(value)).map(({ message }) => message?.slice(0, 300)),
          ]).toEqual([logGroupName, []]);
        }
      }
      for (const kind of [
        /^\/aws\/sagemaker\/Endpoints/,
        /^\/aws\/sagemaker\/TransformJobs/,
        /BatchIngest/,
        /AuditTrail/,
      ]) {
        expect([String(kind), Object.entries(written).some(([name, lines]) => kind.test(name) && lines > 0)]).toEqual([
          String(kind),
          true,
        ]);
      }
    }, 60_000);

    // The last case with the endpoint: it exists again afterwards, but CloudFormation did not create it.
    it('EndpointDeleted: a person deletes the endpoint, and it is created again', async () => {
      const EndpointName = 'mla-blueprint-flight-disruption';
      const { sagemaker } = operator.clients;
      const { EndpointConfigName } = await sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
      // Scaling acts on the requests of the last minutes, and would look for the endpoint.
      await rehearsal.clock.advance(30 * minute);
      await goesOff({
        alarm: 'EndpointDeleted',
        cause: once(() => sagemaker.send(new DeleteEndpointCommand({ EndpointName }))),
        repair: async () => {
          await rehearsal.clock.advance(10 * minute);
          expect((await alarm('EndpointDeleted')).StateValue).toBe('ALARM');
          await sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName }));
        },
      });
    }, 60_000);
  });

  it('and there is no alarm that nobody has seen go off', () => {
    expect(story.map(({ id }) => id)).toEqual(expect.arrayContaining([byStory.goesOff, byStory.clears]));
    const seen = [...wentOff, ...modelQualityAlarms, byStory.alarm];
    expect(catalog.filter((name) => !seen.includes(name))).toEqual([]);
    expect(seen.filter((name) => !catalog.includes(name))).toEqual([]);
  });

  it('and the topic was notified of each', () => {
    expect(
      rehearsal.host.eventLog.filter(
        ({ kind, summary }) => kind === 'defect' || (kind === 'undelivered' && summary.startsWith('alarm')),
      ),
    ).toEqual([]);
  });
});

/** A package of the scripted model with the project's own serving code. */
async function registerScripted(operator: OperatorContext, folder: string): Promise<string> {
  const content = join(folder, 'scripted');
  mkdirSync(join(content, 'code', 'workflow'), { recursive: true });
  for (const name of readdirSync(join(root, 'pipelines/steps/workflow')).filter((one) => one.endsWith('.py'))) {
    writeFileSync(join(content, 'code', 'workflow', name), readFileSync(join(root, 'pipelines/steps/workflow', name)));
  }
  writeFileSync(join(content, 'code', 'workflow', 'problem.json'), JSON.stringify(problemDocument(flightDisruption)));
  writeFileSync(join(content, 'code', 'inference.py'), inference);
  const packed = join(folder, 'model.tar.gz');
  await create({ file: packed, cwd: content, gzip: true, portable: true }, ['code']);
  const artifacts = await operator.output('DataLake', 'ArtifactsBucketName');
  await putText(operator, artifacts, 'models/scripted/model.tar.gz', readFileSync(packed), 'application/gzip');
  const { PipelineDefinition = '' } = await operator.clients.sagemaker.send(
    new DescribePipelineCommand({ PipelineName: await operator.output('Training', 'PipelineName') }),
  );
  const Image = /"([^"]+\/sagemaker-xgboost:[^"]+)"/.exec(PipelineDefinition)?.[1] ?? '';
  const { ModelPackageArn = '' } = await operator.clients.sagemaker.send(
    new CreateModelPackageCommand({
      ModelPackageGroupName: await operator.output('Training', 'ModelPackageGroupName'),
      ModelApprovalStatus: 'PendingManualApproval',
      InferenceSpecification: {
        Containers: [
          {
            Image,
            ModelDataUrl: `s3://${artifacts}/models/scripted/model.tar.gz`,
            Environment: { SAGEMAKER_PROGRAM: 'inference.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' },
          },
        ],
        SupportedContentTypes: ['text/csv', 'application/json'],
        SupportedResponseMIMETypes: ['text/csv', 'application/json'],
      },
    }),
  );
  return ModelPackageArn;
}
