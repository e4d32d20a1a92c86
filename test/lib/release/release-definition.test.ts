import { maxPolls, maxTurns } from '../../../lib/release/state-machine/steps';
import { packageGroup as group, releaseMachine } from '../../fixtures/release-state-machine';
import { runStateMachine } from '../../fixtures/run-state-machine';

const definition = releaseMachine();

/** A world in which version 3 is approved, 2 is live, and the stack update succeeds after two checks. */
function world(
  change: {
    live?: string;
    proven?: string;
    statuses?: string[];
    passed?: boolean;
    approval?: string;
    artifact?: { passed: boolean; text: string };
    afterBack?: string[];
    blameless?: boolean;
    silentRollback?: boolean;
  } = {},
) {
  const parameter = { value: change.live ?? `${group}2` };
  const proven = { value: change.proven ?? parameter.value };
  const statuses = [
    'UPDATE_COMPLETE',
    ...(change.statuses ?? ['UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE']),
  ];
  const back = [...(change.afterBack ?? ['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE'])];
  const evaluations: Record<string, unknown>[] = [];
  const notices: string[] = [];
  const updates: Record<string, unknown>[] = [];
  const rejected: unknown[] = [];
  const put = (p: Record<string, unknown>) => {
    parameter.value = String(p.Value);
    return {};
  };
  const stack = (list: string[]) => () => ({ Stacks: [{ StackStatus: list.length > 1 ? list.shift() : list[0] }] });
  const update = (p: Record<string, unknown>) => {
    updates.push(p);
    return { StackId: 'id' };
  };
  const evaluate = (p: Record<string, unknown>) => {
    evaluations.push(p.Payload as Record<string, unknown>);
    return { Payload: { passed: change.passed ?? true, text: 'as evaluated' } };
  };
  const publish = (p: Record<string, unknown>) => {
    notices.push(String(p.Subject));
    return {};
  };
  const describe = stack(statuses);
  return {
    parameter,
    proven,
    evaluations,
    notices,
    updates,
    rejected,
    responses: {
      ListReleases: () => ({ Executions: [{ ExecutionArn: 'arn:execution:me' }] }),
      DescribePackage: () => ({ ModelApprovalStatus: change.approval ?? 'Approved', ModelPackageStatus: 'Completed' }),
      ReadLivePackage: () => ({ Parameter: { Value: parameter.value } }),
      ReadProvenPackage: () => ({ Parameter: { Value: proven.value } }),
      MarkProven: (p: Record<string, unknown>) => {
        proven.value = String(p.Value);
        return {};
      },
      VerifyPackage: () => ({ Payload: change.artifact ?? { passed: true, text: 'the same' } }),
      RefusePackage: (p: Record<string, unknown>) => {
        rejected.push(p);
        return {};
      },
      NotifyRefused: publish,
      DescribeServing: describe,
      DescribeEndpoint: () => ({ EndpointStatus: 'InService' }),
      DescribeRollbackAlarms: () => ({ MetricAlarms: [] }),
      PollServing: describe,
      CheckConfiguration: () => ({ Payload: { inPlace: change.silentRollback !== true, text: 'as compared' } }),
      ExplainRollback: () => ({ Payload: { blameless: change.blameless ?? false, text: 'as explained' } }),
      PollRollback: stack(back),
      WriteParameter: put,
      RestoreParameter: put,
      RestoreParameterAfterRollback: put,
      RollBackParameter: put,
      UpdateServing: update,
      RollBackServing: update,
      SendTraffic: () => ({ Payload: { sent: 20, succeeded: 20, fromCandidate: 10 } }),
      EvaluateRelease: evaluate,
      EvaluateFirstRelease: evaluate,
      RejectPackage: (p: Record<string, unknown>) => {
        rejected.push(p);
        return {};
      },
      NotifyReleased: publish,
      NotifyFailed: publish,
      NotifyRollback: publish,
      NotifyStale: publish,
    },
  };
}

const approved = (version: number) => ({ detail: { ModelPackageArn: `${group}${version}` } });
const resultOf = (output: Record<string, unknown> | undefined) =>
  (output?.outcome as Record<string, string> | undefined)?.result;

describe('the release state machine', () => {
  test('keeps the approval when the account has no instance for a second fleet, and notifies people', async () => {
    const it = world({ statuses: ['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE'], blameless: true });
    const run = await runStateMachine(definition, approved(3), it.responses);
    expect([run.error, it.rejected, it.notices]).toEqual(['ReleaseFailed', [], ['A model release FAILED']]);
    expect(it.parameter.value).toBe(`${group}2`);
  });

  test('keeps the approval when the cause of a rollback by CloudFormation cannot be read, and notifies people', async () => {
    const it = world({ statuses: ['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE'] });
    const unexplained = () => {
      throw Object.assign(new Error('access denied'), { name: 'Lambda.LambdaException' });
    };
    const run = await runStateMachine(definition, approved(3), { ...it.responses, ExplainRollback: unexplained });
    expect([run.error, it.rejected, it.notices]).toEqual(['ReleaseFailed', [], ['A model release FAILED']]);
    expect(it.parameter.value).toBe(`${group}2`);
  });

  test('rejects what an alarm rolled back', async () => {
    const it = world({ statuses: ['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE'] });
    const run = await runStateMachine(definition, approved(3), it.responses);
    expect([run.error, it.rejected.length]).toEqual(['RolledBack', 1]);
  });

  test('rolls back an update that SageMaker undid without an error, and keeps the approval', async () => {
    const it = world({ silentRollback: true });
    const run = await runStateMachine(definition, approved(3), it.responses);
    expect([run.error, it.rejected, it.notices]).toEqual(['ReleaseFailed', [], ['A model release FAILED']]);
    expect(it.updates.map(({ Parameters }) => Parameters)).toEqual(
      [3, 2].map((version) => [{ ParameterKey: 'ApprovedModelPackage', ParameterValue: `${group}${version}` }]),
    );
  });

  test('releases a newer approved version, with the previous template and the narrow role', async () => {
    const it = world();
    const run = await runStateMachine(definition, approved(3), it.responses);
    expect(resultOf(run.output)).toBe('Released');
    expect(it.parameter.value).toBe(`${group}3`);
    expect(it.updates).toEqual([
      {
        StackName: 'Serving',
        UsePreviousTemplate: true,
        Parameters: [{ ParameterKey: 'ApprovedModelPackage', ParameterValue: `${group}3` }],
        Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
        RoleARN: 'arn:role',
      },
    ]);
    expect(it.notices).toEqual(['A model was released']);
  });

  test('sends requests while the update bakes, and passes the number of predictions of the candidate to the smoke test', async () => {
    const it = world();
    await runStateMachine(definition, approved(3), it.responses);
    expect(it.evaluations).toEqual([
      expect.objectContaining({ mode: 'evaluate', hadCanary: true, candidate: '3', candidatePredictions: 20 }),
    ]);
  });

  test('tests a first release without a canary', async () => {
    const it = world({ live: 'none' });
    const run = await runStateMachine(definition, approved(1), it.responses);
    expect(run.tasks).toContain('EvaluateFirstRelease');
    expect(it.evaluations).toEqual([expect.objectContaining({ hadCanary: false, candidate: '1' })]);
  });

  test.each([
    ['a duplicate of the live version', approved(2), {}],
    ['a package of another group', { detail: { ModelPackageArn: 'arn:aws:sagemaker:x:1:model-package/other/9' } }, {}],
    ['an event without a package', { detail: {} }, {}],
    ['an approval that was withdrawn', approved(3), { approval: 'Rejected' }],
  ])('changes nothing for %s', async (_name, input, change) => {
    const it = world(change);
    const run = await runStateMachine(definition, input, it.responses);
    expect(resultOf(run.output)).toBe('NothingToDo');
    expect(it.parameter.value).toBe(`${group}2`);
    expect(it.updates).toEqual([]);
    expect(it.notices).toEqual([]);
  });

  test('changes nothing for an older version, keeps its approval, and says how to go back', async () => {
    const it = world();
    const run = await runStateMachine(definition, approved(1), it.responses);
    expect(run.output?.outcome).toEqual({
      result: 'Refused',
      detail:
        'Version 1 is older than version 2, which is live: this approval changes nothing. Going back is a rollback: npm run mlops -- rollback --to 1',
    });
    expect([it.parameter.value, it.updates, it.rejected]).toEqual([`${group}2`, [], []]);
    expect(it.notices).toEqual(['An approval of an older model was REFUSED']);
  });

  test('passes the time to the verification, and whether it is a rollback', async () => {
    const asked: Record<string, unknown>[] = [];
    const it = world({ live: `${group}3` });
    const VerifyPackage = (p: Record<string, unknown>) => (
      asked.push(p.Payload as Record<string, unknown>), { Payload: { passed: true, text: 'the same' } }
    );
    await runStateMachine(definition, { rollback: true, ...approved(2) }, { ...it.responses, VerifyPackage });
    expect(asked).toEqual([
      {
        modelPackageArn: `${group}2`,
        at: '2026-11-23T10:00:00Z',
        release: expect.objectContaining({ rollback: true, live: { arn: `${group}3`, was: `${group}3` } }) as unknown,
      },
    ]);
  });

  test('compares versions as numbers: 10 is newer than 9', async () => {
    const it = world({ live: `${group}9` });
    expect(resultOf((await runStateMachine(definition, approved(10), it.responses)).output)).toBe('Released');
  });

  test('rolls back to an older version when an operator asks for it', async () => {
    const it = world({ live: `${group}3` });
    const run = await runStateMachine(definition, { rollback: true, ...approved(2) }, it.responses);
    expect(resultOf(run.output)).toBe('Released');
    expect(it.parameter.value).toBe(`${group}2`);
  });

  test('rolls back a release that fails its smoke test, and withdraws the approval', async () => {
    const it = world({ passed: false });
    const run = await runStateMachine(definition, approved(3), it.responses);
    expect(run.error).toBe('RolledBack');
    expect(it.parameter.value).toBe(`${group}2`);
    expect(it.updates).toHaveLength(2);
    expect(it.rejected).toEqual([
      { ModelPackageArn: `${group}3`, ModelApprovalStatus: 'Rejected', ApprovalDescription: 'as evaluated' },
    ]);
    expect(it.notices).toEqual(['A model release was ROLLED BACK']);
  });

  test('refuses an artifact that is not the one that was evaluated, changes nothing, withdraws the approval and notifies people', async () => {
    const it = world({ artifact: { passed: false, text: 'another digest' } });
    const run = await runStateMachine(definition, approved(3), it.responses);
    expect(run.error).toBe('ReleaseRefused');
    expect([it.parameter.value, it.updates]).toEqual([`${group}2`, []]);
    expect(it.rejected).toEqual([
      { ModelPackageArn: `${group}3`, ModelApprovalStatus: 'Rejected', ApprovalDescription: 'another digest' },
    ]);
    expect(it.notices).toEqual(['A model release was REFUSED']);
  });

  test.each([
    ['a refused version', 'RefusePackage', { artifact: { passed: false, text: 'another digest' } }, 'ReleaseRefused'],
    ['a version that was rolled back', 'RejectPackage', { passed: false }, 'RolledBack'],
  ])('says that %s is still approved when it cannot be rejected', async (_name, state, change, error) => {
    const it = world(change);
    const messages: unknown[] = [];
    const publish = (p: Record<string, unknown>) => (messages.push(JSON.parse(String(p.Message))), {});
    const denied = () => {
      throw Object.assign(new Error('access denied'), { name: 'SageMaker.Unknown' });
    };
    const run = await runStateMachine(definition, approved(3), {
      ...it.responses,
      NotifyRefused: publish,
      NotifyRollback: publish,
      [state]: denied,
    });
    expect([run.error, it.parameter.value]).toEqual([error, `${group}2`]);
    const reason = state === 'RefusePackage' ? 'another digest' : 'as evaluated';
    expect(messages).toEqual([
      expect.objectContaining({
        outcome: {
          result: state === 'RefusePackage' ? 'Refused' : 'RolledBack',
          detail: `${reason} The package ${group}3 could not be rejected and is still approved, so its release is tried again. Reject it: npm run mlops -- approve 3 --reject --note REASON. The error: SageMaker.Unknown: access denied`,
        },
      }),
    ]);
  });

  test('verifies an older version, too, before it rolls back to it', async () => {
    const it = world({ live: `${group}3`, artifact: { passed: false, text: 'another digest' } });
    expect((await runStateMachine(definition, { rollback: true, ...approved(2) }, it.responses)).error).toBe(
      'ReleaseRefused',
    );
  });

  test('keeps the approval when the artifact could not be verified', async () => {
    const it = world();
    const fail = () => {
      throw Object.assign(new Error('slow down'), { name: 'Lambda.Unknown' });
    };
    const run = await runStateMachine(definition, approved(3), { ...it.responses, VerifyPackage: fail });
    expect([run.error, it.rejected, it.updates]).toEqual(['ReleaseFailed', [], []]);
  });

  test('removes the endpoint again when a first release fails its smoke test', async () => {
    const it = world({ live: 'none', passed: false });
    const run = await runStateMachine(definition, approved(1), it.responses);
    expect(run.error).toBe('RolledBack');
    expect(it.parameter.value).toBe('none');
  });

  test('only sets the parameter back when CloudFormation rolled back by itself', async () => {
    const it = world({ statuses: ['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE'] });
    const run = await runStateMachine(definition, approved(3), it.responses);
    expect(run.error).toBe('RolledBack');
    expect(it.parameter.value).toBe(`${group}2`);
    expect(it.updates).toHaveLength(1);
    expect(run.tasks).not.toContain('EvaluateRelease');
    expect(it.rejected).toHaveLength(1);
  });

  test('treats a smoke test that could not run as failed', async () => {
    const it = world();
    const run = await runStateMachine(definition, approved(3), {
      ...it.responses,
      EvaluateRelease: () => {
        throw Object.assign(new Error('no'), { name: 'Lambda.Unknown' });
      },
    });
    expect(run.error).toBe('RolledBack');
    expect(it.parameter.value).toBe(`${group}2`);
  });

  test('remembers a version as proven when its release ended well, and only then', async () => {
    const [good, bad] = [world(), world({ passed: false })];
    await runStateMachine(definition, approved(3), good.responses);
    await runStateMachine(definition, approved(3), bad.responses);
    expect([good.proven.value, bad.proven.value]).toEqual([`${group}3`, `${group}2`]);
  });

  test.each([
    ['and it is good', true, undefined, `${group}3`, `${group}3`],
    ['and it is not', false, 'RolledBack', `${group}2`, `${group}2`],
  ])('tests a version that serves since an earlier release of it died, %s', async (_, passed, error, live, proven) => {
    const it = world({ live: `${group}3`, proven: `${group}2`, passed });
    const run = await runStateMachine(definition, approved(3), {
      ...it.responses,
      UpdateServing: () => {
        throw Object.assign(new Error('No updates are to be performed.'), {
          name: 'CloudFormation.CloudFormationException',
        });
      },
    });
    expect([run.error, it.parameter.value, it.proven.value]).toEqual([error, live, proven]);
    expect(it.evaluations).toEqual([expect.objectContaining({ candidate: '3', hadCanary: false })]);
  });

  test('never rolls back to a version that was not tested', async () => {
    const it = world({ live: `${group}3`, proven: `${group}2`, passed: false });
    expect((await runStateMachine(definition, approved(4), it.responses)).error).toBe('RolledBack');
    expect(it.parameter.value).toBe(`${group}2`);
  });

  test('a late approval of an older version does not replace a version that is not tested yet', async () => {
    const it = world({ live: `${group}3`, proven: `${group}2` });
    expect(resultOf((await runStateMachine(definition, approved(1), it.responses)).output)).toBe('Refused');
  });

  test('releases a version again that was approved again after a rollback from it died, but not for a late duplicate while a newer one waits for its test', async () => {
    const [again, late] = [
      world({ live: `${group}2`, proven: `${group}3` }),
      world({ live: `${group}3`, proven: `${group}2` }),
    ];
    expect(resultOf((await runStateMachine(definition, approved(3), again.responses)).output)).toBe('Released');
    expect(resultOf((await runStateMachine(definition, approved(2), late.responses)).output)).toBe('Refused');
    expect([again.parameter.value, late.parameter.value]).toEqual([`${group}3`, `${group}3`]);
  });

  test('goes on to the smoke test when there is nothing to update', async () => {
    const it = world();
    const run = await runStateMachine(definition, approved(3), {
      ...it.responses,
      UpdateServing: () => {
        throw Object.assign(new Error('No updates are to be performed.'), {
          name: 'CloudFormation.CloudFormationException',
        });
      },
    });
    expect(resultOf(run.output)).toBe('Released');
  });

  test('sets the parameter back and keeps the approval when the update is refused', async () => {
    const it = world();
    const run = await runStateMachine(definition, approved(3), {
      ...it.responses,
      UpdateServing: () => {
        throw Object.assign(new Error('not authorized'), { name: 'CloudFormation.CloudFormationException' });
      },
    });
    expect(run.error).toBe('ReleaseFailed');
    expect(it.parameter.value).toBe(`${group}2`);
    expect(it.rejected).toEqual([]);
    expect(it.notices).toEqual(['A model release FAILED']);
  });

  test('waits for the release that started before', async () => {
    const it = world();
    const eldest = ['arn:execution:other', 'arn:execution:other', 'arn:execution:me'];
    const run = await runStateMachine(definition, approved(3), {
      ...it.responses,
      ListReleases: () => ({ Executions: [{ ExecutionArn: 'arn:execution:me' }, { ExecutionArn: eldest.shift() }] }),
    });
    expect(run.tasks.filter((task) => task === 'ListReleases')).toHaveLength(3);
    expect(resultOf(run.output)).toBe('Released');
  });

  test('does not wait forever', async () => {
    const it = world();
    const run = await runStateMachine(definition, approved(3), {
      ...it.responses,
      ListReleases: () => ({ Executions: [{ ExecutionArn: 'arn:execution:other' }] }),
    });
    expect(run.error).toBe('ReleaseFailed');
    expect(run.tasks.filter((task) => task === 'ListReleases')).toHaveLength(maxTurns + 1);
    expect(it.notices).toHaveLength(1);
  });

  test('does not watch an update forever', async () => {
    const it = world({ statuses: ['UPDATE_IN_PROGRESS'] });
    const run = await runStateMachine(definition, approved(3), it.responses);
    expect(run.error).toBe('ReleaseFailed');
    expect(run.tasks.filter((task) => task === 'PollServing')).toHaveLength(maxPolls(10) + 1);
  });

  test('asks for a person when the rollback fails, too', async () => {
    const it = world({ passed: false, afterBack: ['UPDATE_ROLLBACK_COMPLETE'] });
    const run = await runStateMachine(definition, approved(3), it.responses);
    expect(run.error).toBe('ReleaseFailed');
    expect(it.notices).toEqual(['A model release FAILED']);
  });

  test('fails even when nobody could be notified', async () => {
    const it = world({ passed: false });
    const run = await runStateMachine(definition, approved(3), {
      ...it.responses,
      NotifyRollback: () => {
        throw new Error('topic gone');
      },
    });
    expect(run.error).toBe('RolledBack');
  });
});
