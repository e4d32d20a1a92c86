import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateStateMachineCommand, SFNClient, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { VirtualClock } from '../../events/clock';
import { type EventServices, startEvents } from '../../events/start-events';
import type { PlatformHost } from '../../gateway/platform-host';
import { testPlatform } from '../fixtures/test-platform';

const ACCOUNT = '123456789012';
const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const MACHINE = `arn:aws:states:eu-west-1:${ACCOUNT}:stateMachine:release`;

const trust = (service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` }, Action: 'sts:AssumeRole' }],
});
const allow = (Action: string[], Resource = '*') => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});

describe('the checks of a role at creation', () => {
  let host: PlatformHost;
  let services: EventServices;
  let clock: VirtualClock;
  let rules: EventBridgeClient;
  let sfn: SFNClient;

  beforeAll(async () => {
    clock = new VirtualClock(Date.parse('2030-03-01T10:00:00Z'));
    host = await testPlatform({ clock });
    services = startEvents(host);
    const { endpoint, region, administrator: credentials } = host.platform;
    rules = new EventBridgeClient({ endpoint, region, credentials, maxAttempts: 1 });
    sfn = new SFNClient({ endpoint, region, credentials, maxAttempts: 1 });
    await rules.send(new PutRuleCommand({ Name: 'approved', EventPattern: '{"source":["aws.sagemaker"]}' }));
    for (const service of ['events', 'states']) host.policies.putRole({ arn: role(service), trust: trust(service) });
  });

  afterAll(async () => {
    services.stop();
    clock.stop();
    await host.stop();
  });

  describe('of a target', () => {
    const put = (...Targets: { Id: string; Arn: string; RoleArn?: string }[]) =>
      rules.send(new PutTargetsCommand({ Rule: 'approved', Targets }));

    test('a state machine needs one', async () => {
      await expect(put({ Id: '1', Arn: MACHINE })).rejects.toMatchObject({
        name: 'ValidationException',
        message: `RoleArn is required for target ${MACHINE}.`,
      });
    });

    test('EventBridge must be able to take it', async () => {
      await expect(put({ Id: '1', Arn: MACHINE, RoleArn: role('states') })).rejects.toMatchObject({
        name: 'ValidationException',
        message: `Provided role '${role('states')}' cannot be assumed by principal 'events.amazonaws.com'.`,
      });
      await put({ Id: '1', Arn: MACHINE, RoleArn: role('events') });
    });

    test('a rule has five targets at most', async () => {
      const more = ['2', '3', '4', '5', '6'].map((Id) => ({ Id, Arn: `arn:aws:sqs:eu-west-1:${ACCOUNT}:queue-${Id}` }));
      await expect(put(...more)).rejects.toMatchObject({ name: 'LimitExceededException' });
    });
  });

  test('a rule without a pattern and a schedule is refused', async () => {
    await expect(rules.send(new PutRuleCommand({ Name: 'empty' }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('a rule is deleted after its targets', async () => {
    await rules.send(new PutRuleCommand({ Name: 'short', EventPattern: '{"source":["aws.s3"]}' }));
    await rules.send(
      new PutTargetsCommand({ Rule: 'short', Targets: [{ Id: '1', Arn: `arn:aws:sqs:eu-west-1:${ACCOUNT}:queue` }] }),
    );
    await expect(rules.send(new DeleteRuleCommand({ Name: 'short' }))).rejects.toThrow(
      "Rule can't be deleted since it has targets.",
    );
    await rules.send(new RemoveTargetsCommand({ Rule: 'short', Ids: ['1'] }));
    await rules.send(new DeleteRuleCommand({ Name: 'short' }));
    await rules.send(new DeleteRuleCommand({ Name: 'short' }));
  });

  describe('of a state machine', () => {
    const machine = (more: object, definition: object = { StartAt: 'A', States: { A: { Type: 'Succeed' } } }) =>
      sfn.send(
        new CreateStateMachineCommand({
          name: 'release',
          definition: JSON.stringify(definition),
          roleArn: role('states'),
          ...more,
        }),
      );
    const job = {
      StartAt: 'A',
      States: {
        A: { Type: 'Task', Resource: 'arn:aws:states:::sagemaker:createProcessingJob.sync', Parameters: {}, End: true },
      },
    };

    test('Step Functions must be able to take it', async () => {
      await expect(machine({ roleArn: role('events') })).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message:
          'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
      });
    });

    test('it must be able to deliver the log', async () => {
      await expect(machine({ loggingConfiguration: { level: 'ALL' } })).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringContaining('The state machine IAM Role is not authorized to access the Log Destination'),
      });
    });

    test('it must be able to create the rule for ended jobs', async () => {
      await expect(machine({}, job)).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringContaining(`'${role('states')}' is not authorized to create managed-rule.`),
      });
      const rule = `arn:aws:events:eu-west-1:${ACCOUNT}:rule/StepFunctionsGetEventsForSageMakerProcessingJobsRule`;
      host.policies.putInlinePolicy(
        role('states'),
        'Rule',
        allow(['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], rule),
      );
      const { stateMachineArn } = await machine({}, job);
      await expect(
        sfn.send(new UpdateStateMachineCommand({ stateMachineArn, roleArn: role('events') })),
      ).rejects.toThrow('is authorized to assume the provided role');
      await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, roleArn: role('states') }));
    });
  });
});
