import { DescribePipelineCommand, SageMakerClient, UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { newExecution } from '../../../operator/commands/approve';
import { waitFor } from '../../../operator/context';
import { executionArns, followExecution, outcomeOf } from '../../../operator/executions';
import { describePackage, livePackageArn, packageOf } from '../../../operator/registry';
import { type Checkpoint, expect, expectSome } from '../checkpoint';
import { refusal } from '../refusal';

export const separated: Checkpoint = {
  id: 'separation-of-duties',
  sentence:
    'Neither the training role nor the pipeline role can approve a model; a version that an administrator approves without the approver role is not released.',
  topics: ['SEC-02', 'BALANCE-05', 'MLOPS-03', 'CHOICE-06'],
  async run({ rehearsal, operator, output, state, note }) {
    const { platform } = rehearsal;
    const { arn } = await packageOf(operator, 1);
    const approval = (note: string) =>
      new UpdateModelPackageCommand({
        ModelPackageArn: arn,
        ModelApprovalStatus: 'Approved',
        ApprovalDescription: note,
      });
    const PipelineName = await operator.output('Training', 'PipelineName');
    const { RoleArn: pipelineRole } = await operator.clients.sagemaker.send(
      new DescribePipelineCommand({ PipelineName }),
    );
    for (const roleArn of [state.trainingRoleArn, pipelineRole]) {
      const role = expectSome(roleArn, 'a role that trains');
      const credentials = await platform.assumeRole(
        'sagemaker.amazonaws.com',
        role,
        'SageMaker',
        `arn:${platform.partition}:sagemaker:${platform.region}:${platform.accountId}:training-job/probe`,
      );
      const client = new SageMakerClient({
        endpoint: platform.endpoint,
        region: platform.region,
        credentials,
        maxAttempts: 1,
      });
      const refused = await refusal('approving', () => client.send(approval('my own work')), [
        role.split('/').at(-1) ?? '',
        'sagemaker:UpdateModelPackage',
        arn,
      ]).finally(() => client.destroy());
      note(role.split('/').at(-1) ?? '', refused);
    }
    const stateMachine = await operator.output('Release', 'ReleaseStateMachineArn');
    const before = await executionArns(operator, stateMachine);
    await operator.clients.sagemaker.send(approval('I may do everything'));
    const execution = await waitFor(operator, 'the release to start', 2, () =>
      newExecution(operator, stateMachine, before, arn),
    );
    const run = await followExecution(operator, execution, 10, output);
    const outcome = outcomeOf(run);
    expect(
      outcome.result === 'Refused' && run.states.includes('NotifyRefused'),
      `the administrator's approval ended with ${outcome.result}: ${outcome.detail}`,
    );
    const { ModelApprovalStatus, ApprovalDescription } = await describePackage(operator, arn);
    expect(
      ModelApprovalStatus === 'Rejected' && ApprovalDescription === outcome.detail,
      `version 1 is ${ModelApprovalStatus ?? 'unknown'}: ${ApprovalDescription ?? ''}`,
    );
    expect((await livePackageArn(operator)) === undefined, 'a model is live that nobody approved as the approver');
    note('the administrator', outcome.detail);
  },
};
