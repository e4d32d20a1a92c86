import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { doctor } from '../../../operator/commands/doctor';
import { train } from '../../../operator/commands/train';
import { verifyTeardown } from '../../../operator/commands/verify-teardown';
import { stackNames } from '../../../operator/context';
import { isNotFound } from '../../../operator/errors';
import { type Checkpoint, expect } from '../checkpoint';

export const deploy: Checkpoint = {
  id: 'deploy',
  sentence: 'The synthesized stacks deploy in order, and each call that CloudFormation makes is authorized.',
  topics: ['MLOPS-02', 'MLOPS-05', 'COST-06', 'SEC-01'],
  async run({ rehearsal, operator, note, output }) {
    await rehearsal.deploy((line) => output.progress(line));
    let outputs = 0;
    for (const name of stackNames) {
      const { Stacks } = await operator.clients.cloudformation.send(
        new DescribeStacksCommand({ StackName: `${operator.stackPrefix}-${name}` }),
      );
      const stack = Stacks?.[0];
      expect(
        stack?.StackStatus === 'CREATE_COMPLETE',
        `stack ${name} is ${stack?.StackStatus ?? 'not there'}: ${stack?.StackStatusReason ?? ''}`,
      );
      outputs += stack.Outputs?.length ?? 0;
    }
    note('stacks', stackNames.length);
    note('outputs', outputs);
    note('calls authorized', rehearsal.host.authorizer.decisionCount);
  },
};

export const examine: Checkpoint = {
  id: 'doctor',
  sentence:
    'The account has what the workflow needs: bootstrap, Availability Zones and images; the workflow uses no service that is closed to new accounts.',
  topics: ['ART-03'],
  async run({ rehearsal, operator, note, output }) {
    const { checks } = await doctor(operator, { assembly: rehearsal.assembly }, output);
    const failed = checks.filter((check) => check.level === 'fail');
    expect(failed.length === 0, failed.map((check) => `${check.name}: ${check.finding}`).join('; '));
    expect(checks.length >= 6, `only ${checks.length} checks ran`);
    note('checks', checks.length);
    note('warnings', checks.filter((check) => check.level === 'warn').length);
  },
};

export const destroy: Checkpoint = {
  id: 'destroy',
  sentence:
    'Destroying the stacks removes all of them and everything that jobs created; a running training is stopped first.',
  topics: ['COST-02', 'COST-07'],
  async run({ rehearsal, operator, note, output }) {
    const stopped = new Set<unknown>();
    rehearsal.host.onAnswered(({ operation, input, error }) => {
      if (operation === 'StopPipelineExecution' && error === undefined) stopped.add(input.PipelineExecutionArn);
    });
    // Months that no training has used: nothing comes from the cache, so the training still runs when its pipeline is
    // deleted.
    const trainFirst = async (stackName: string): Promise<void> => {
      if (stackName === `${operator.stackPrefix}-Training`)
        await train(operator, { airports: ['JFK'], from: '2013-02', until: '2013-07', wait: false }, output);
    };
    await rehearsal.destroy((line) => output.progress(line), trainFirst);
    expect(stopped.size > 0, 'no training was running any more when the pipeline was deleted');
    for (const name of stackNames) {
      const status = await statusOf(`${operator.stackPrefix}-${name}`, operator);
      expect(status === 'gone', `stack ${name} is ${status}`);
    }
    note('stacks gone', stackNames.length);
    note('trainings stopped', stopped.size);
  },
};

async function statusOf(name: string, operator: Parameters<typeof verifyTeardown>[0]): Promise<string> {
  try {
    const { Stacks } = await operator.clients.cloudformation.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks?.[0]?.StackStatus ?? 'gone';
  } catch (error) {
    if (isNotFound(error)) return 'gone';
    throw error;
  }
}

export const teardown: Checkpoint = {
  id: 'verify-teardown',
  sentence: 'Nothing that costs money is left; the KMS keys are pending deletion.',
  topics: ['MON-08', 'COST-02'],
  async run({ operator, note, output }) {
    const { left, expected } = await verifyTeardown(operator, {}, output);
    expect(left.length === 0, `left: ${left.map((one) => `${one.kind} ${one.name}`).join(', ')}`);
    expect(expected.length > 0, 'no key is pending deletion: were the keys ever deleted?');
    note('left', 0);
    note('keys pending deletion', expected.length);
  },
};
