import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { waitFor } from '../../../operator/context';
import { decide } from '../../../operator/decision';
import { executionArns, followExecution, outcomeOf } from '../../../operator/executions';
import { livePackageArn, packageOf } from '../../../operator/registry';
import { type Checkpoint, type CheckpointContext, expect, expectSome } from '../checkpoint';

const quarterOfAnHour = 15 * 60_000;

export const reconciled: Checkpoint = {
  id: 'reconciled',
  sentence:
    'An approval whose event was lost is released by the reconciler, which first repairs what an aborted release left behind.',
  topics: ['MLOPS-07', 'COST-05', 'SVC-14'],
  async run(stage) {
    const { operator, output, rehearsal, note } = stage;
    const stateMachine = await operator.output('Release', 'ReleaseStateMachineArn');
    const { arn } = await packageOf(operator, 2);
    const rule = approvalRule(stage);
    // Time also flows by itself. The reconciler, which a schedule starts, must not run before everything is prepared.
    await rehearsal.clock.pause();
    await rehearsal.settled();
    const before = await executionArns(operator, stateMachine);
    const { endpoint, region, administrator: credentials } = rehearsal.platform;
    const events = new EventBridgeClient({ endpoint, region, credentials });

    // The event of this approval is lost.
    await events.send(new DisableRuleCommand({ Name: rule }));
    await decide(operator, arn, 'Approved', 'forward again');
    await rehearsal.settled();
    await events.send(new EnableRuleCommand({ Name: rule }));
    events.destroy();
    expect(
      (await executionArns(operator, stateMachine)).size === before.size,
      'the approval started a release: the rule was not disabled',
    );
    // What an aborted release leaves between its two writes.
    const name = await operator.output('Training', 'ApprovedModelParameterName');
    const live = expectSome(await livePackageArn(operator), 'a live model');
    await operator.clients.ssm.send(new PutParameterCommand({ Name: name, Value: arn, Overwrite: true }));
    rehearsal.clock.resume();

    await rehearsal.clock.advance(quarterOfAnHour);
    const execution = await waitFor(operator, 'the reconciler to start a release', 2, async () =>
      [...(await executionArns(operator, stateMachine))].find((one) => !before.has(one)),
    );
    const release = await followExecution(operator, execution, 180, output);
    const outcome = outcomeOf(release);
    stage.state.releases.push({ what: 'started by the reconciler', version: 2, run: release, outcome });
    expect(outcome.result === 'Released', `the release ended with ${outcome.result}: ${outcome.detail}`);
    expect(
      (release.output?.live as { arn?: string } | undefined)?.arn === live,
      'the release began with a parameter that was not put right',
    );
    const { Parameter } = await operator.clients.ssm.send(new GetParameterCommand({ Name: name }));
    expect(Parameter?.Value === arn, `the parameter says ${Parameter?.Value ?? 'nothing'}`);
    note('execution', execution.split(':').at(-1) ?? '');
  },
};

/** Name of the rule that receives approvals. */
function approvalRule({ rehearsal }: CheckpointContext): string {
  const found = [...rehearsal.resourceNames()].find(([, name]) => /Release\/ApprovalReleaseApproved.*Rule/.test(name));
  return expectSome(found?.[0].split('/').at(-1), 'the rule that receives approvals');
}
