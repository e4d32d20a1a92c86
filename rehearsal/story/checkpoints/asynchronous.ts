import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

import { approve } from '../../../operator/commands/approve';
import { invoke } from '../../../operator/commands/invoke';
import { CommandFailed } from '../../../operator/errors';
import { registerBrokenModel } from '../broken-model';
import { type Checkpoint, type CheckpointContext, expect } from '../checkpoint';

const minute = 60_000;
const sample = (rows: number) => ({ sample: { airport: 'JFK', month: '2013-07', rows } });

const notified: Checkpoint = {
  id: 'topics',
  sentence:
    'Predictions arrive in S3 and are announced on the success topic; a refused request is announced on the error topic, with its reason.',
  topics: ['DEPLOY-04'],
  async run(stage) {
    const { operator, output, rehearsal } = stage;
    const { endpoint, region, administrator: credentials } = rehearsal.platform;
    const [sns, sqs] = [
      new SNSClient({ endpoint, region, credentials }),
      new SQSClient({ endpoint, region, credentials }),
    ];
    const subscribe = async (key: string, QueueName: string) => {
      const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName }));
      const TopicArn = await operator.output('Serving', key);
      await sns.send(
        new SubscribeCommand({
          TopicArn,
          Protocol: 'sqs',
          Endpoint: `arn:aws:sqs:${region}:123456789012:${QueueName}`,
        }),
      );
      return QueueUrl;
    };
    const received = async (QueueUrl: string) => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      return Messages.map(
        ({ Body = '' }) =>
          JSON.parse((JSON.parse(Body) as { Message: string }).Message) as {
            invocationStatus: string;
            failureReason?: string;
          },
      );
    };
    try {
      const [succeeded, failed] = [
        await subscribe('SuccessTopicArn', 'succeeded'),
        await subscribe('ErrorTopicArn', 'failed'),
      ];
      const { predictions } = await invoke(operator, sample(3), output);
      expect(
        predictions.length === 3 && predictions.every(({ modelVersion }) => modelVersion === '1'),
        'version 1 does not serve',
      );
      await rehearsal.settled();
      const good = await received(succeeded);
      expect(
        good.length === 3 && good.every(({ invocationStatus }) => invocationStatus === 'Completed'),
        `the success topic published ${JSON.stringify(good)}`,
      );

      const file = join(rehearsal.folder, 'bad.csv');
      writeFileSync(file, 'B6,MIA\n');
      const refusal = await invoke(operator, { file }, output).catch((error: unknown) => error);
      expect(
        refusal instanceof CommandFailed && /row 1/.test(refusal.message),
        `a bad request returned ${String(refusal)}`,
      );
      await rehearsal.settled();
      const bad = await received(failed);
      expect(
        bad.length === 1 && bad[0]?.invocationStatus === 'Failed' && /400/.test(bad[0].failureReason ?? ''),
        `the error topic published ${JSON.stringify(bad)}`,
      );
    } finally {
      for (const name of ['succeeded', 'failed'])
        await sqs.send(new DeleteQueueCommand({ QueueUrl: `${endpoint}/123456789012/${name}` })).catch(() => undefined);
      sns.destroy();
      sqs.destroy();
    }
  },
};

async function instances({ operator }: CheckpointContext): Promise<number> {
  const { ProductionVariants } = await operator.clients.sagemaker.send(
    new DescribeEndpointCommand({ EndpointName: await operator.output('Serving', 'EndpointName') }),
  );
  return ProductionVariants?.[0]?.CurrentInstanceCount ?? Number.NaN;
}

const toZeroAndBack: Checkpoint = {
  id: 'zero-and-back',
  sentence: 'Without requests there is no instance; a request that finds none waits until its backlog has started one.',
  topics: ['DEPLOY-04', 'DEPLOYCHK-04', 'COST-04'],
  async run(stage) {
    const { operator, output, rehearsal, note } = stage;
    let minutes = 0;
    for (; (await instances(stage)) > 0; minutes += 5) {
      expect(minutes < 120, 'an instance still runs after two hours without a request');
      await rehearsal.clock.advance(5 * minute);
    }
    let done = false;
    const invocation = invoke(operator, sample(2), output).finally(() => (done = true));
    let waited = 0;
    for (; !done && waited < 60; waited += 1) {
      await operator.sleep(200);
      await rehearsal.clock.advance(minute);
    }
    const { predictions } = await invocation;
    expect(predictions.length === 2, 'not every request got a prediction');
    expect(waited >= 2, 'a prediction arrived before an instance could have started');
    expect((await instances(stage)) > 0, 'no instance runs that could have predicted');
    note('minutes until there was no instance', minutes);
    note('minutes until the predictions arrived', waited);
  },
};

const rolledBack: Checkpoint = {
  id: 'rolled-back',
  sentence:
    'A broken model gets all requests at once; the update is rolled back while the old fleet still exists, before any smoke test, and version 1 responds.',
  topics: ['DEPLOY-06', 'COST-05'],
  async run(stage) {
    const { operator, output, note } = stage;
    const version = await registerBrokenModel(stage);
    const { outcome } = await approve(operator, { version, note: 'a mistake, on purpose' }, output);
    expect(
      outcome?.result === 'RolledBack' && /alarms were in ALARM state/.test(outcome.detail),
      `${outcome?.result ?? ''}: ${outcome?.detail ?? ''}`,
    );
    const { predictions } = await invoke(operator, sample(3), output);
    expect(
      predictions.length === 3 && predictions.every(({ modelVersion }) => modelVersion === '1'),
      'version 1 does not serve',
    );
    note('rolled back because', outcome.detail);
  },
};

/** What an asynchronous endpoint does differently. */
export const asynchronous: readonly Checkpoint[] = [notified, rolledBack, toZeroAndBack];
