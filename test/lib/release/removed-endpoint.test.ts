import { packageGroup as group, releaseMachine } from '../../fixtures/release-state-machine';
import { runStateMachine } from '../../fixtures/run-state-machine';

const definition = releaseMachine({
  endpointStateParameterName: '/state',
  servingParameterKeys: ['ApprovedModelPackage', 'EndpointState'],
});

interface Change {
  readonly state?: string;
  readonly passed?: boolean;
  readonly updated?: string;
}

/** Version 2 is live; the endpoint is removed unless the state says that it is deployed. */
async function release(
  version: number,
  { state = 'removed', passed = true, updated = 'UPDATE_COMPLETE' }: Change = {},
) {
  const parameters: Record<string, unknown> = { '/approved': `${group}2`, '/state': state };
  /** What each update of the stack deploys. */
  const deployed: object[] = [];
  const evaluations: { readonly hadCanary?: boolean }[] = [];
  const get = ({ Name }: Record<string, unknown>) => ({ Parameter: { Value: parameters[String(Name)] } });
  const put = ({ Name, Value }: Record<string, unknown>) => {
    parameters[String(Name)] = Value;
    return {};
  };
  const update = ({ Parameters }: Record<string, unknown>) => {
    const given = new Map(
      (Parameters as { ParameterKey: string; ParameterValue: string }[]).map(({ ParameterKey, ParameterValue }) => [
        ParameterKey,
        ParameterValue,
      ]),
    );
    deployed.push({ '/approved': given.get('ApprovedModelPackage'), '/state': given.get('EndpointState') });
    return {};
  };
  const evaluate = ({ Payload }: Record<string, unknown>) => {
    evaluations.push(Payload as object);
    return { Payload: { passed, text: 'as evaluated' } };
  };
  const statuses = ['UPDATE_COMPLETE', 'UPDATE_IN_PROGRESS', updated];
  const describe = () => ({ Stacks: [{ StackStatus: statuses.length > 1 ? statuses.shift() : statuses[0] }] });
  const puts = ['WriteParameter', 'RestoreParameter', 'RestoreParameterAfterRollback', 'RollBackParameter'].flatMap(
    (name) => [name, `${name}AndState`],
  );
  const run = await runStateMachine(
    definition,
    { detail: { ModelPackageArn: `${group}${version}` } },
    {
      ListReleases: () => ({ Executions: [{ ExecutionArn: 'arn:execution:me' }] }),
      DescribePackage: () => ({ ModelApprovalStatus: 'Approved', ModelPackageStatus: 'Completed' }),
      ReadLivePackage: get,
      ReadProvenPackage: () => ({ Parameter: { Value: `${group}2` } }),
      MarkProven: () => ({}),
      ReadEndpointState: get,
      VerifyPackage: () => ({ Payload: { passed: true, text: 'the same' } }),
      DescribeServing: describe,
      DescribeEndpoint: () => ({ EndpointStatus: 'InService' }),
      DescribeRollbackAlarms: () => ({ MetricAlarms: [] }),
      PollServing: describe,
      CheckConfiguration: () => ({ Payload: { inPlace: true, text: 'as compared' } }),
      ExplainRollback: () => ({ Payload: { blameless: false, text: 'as explained' } }),
      PollRollback: () => ({ Stacks: [{ StackStatus: 'UPDATE_COMPLETE' }] }),
      ...Object.fromEntries(puts.map((name) => [name, put])),
      UpdateServing: update,
      RollBackServing: update,
      SendTraffic: () => ({ Payload: { sent: 20, succeeded: 0, fromCandidate: 0 } }),
      EvaluateRelease: evaluate,
      EvaluateFirstRelease: evaluate,
      RejectPackage: () => ({}),
      NotifyReleased: () => ({}),
      NotifyFailed: () => ({}),
      NotifyRollback: () => ({}),
      NotifyStale: () => ({}),
    },
  );
  const end = run.error ?? (run.output?.outcome as { result?: string } | undefined)?.result;
  return {
    end,
    parameters,
    deployed,
    evaluations,
    rejected: run.tasks.includes('RejectPackage'),
    described: run.tasks.includes('DescribeEndpoint'),
  };
}

const both = (version: number, state: string) => ({ '/approved': `${group}${version}`, '/state': state });

describe('the release of a version whose endpoint was removed', () => {
  test('recreates the endpoint of the live version, and tests it without a canary', async () => {
    const { end, parameters, deployed, evaluations } = await release(2);
    expect([end, parameters, deployed]).toEqual(['Released', both(2, 'deployed'), [both(2, 'deployed')]]);
    expect(evaluations).toEqual([expect.objectContaining({ hadCanary: false })]);
  });

  test('recreates the endpoint with a newer version', async () => {
    const { end, parameters, evaluations, described } = await release(3);
    // Removed, so there is no endpoint to wait for.
    expect([end, parameters, described]).toEqual(['Released', both(3, 'deployed'), false]);
    expect(evaluations).toEqual([expect.objectContaining({ hadCanary: false })]);
  });

  test('does not recreate the endpoint for a version older than the live one', async () => {
    expect(await release(1)).toMatchObject({ end: 'Refused', parameters: both(2, 'removed'), deployed: [] });
  });

  test('removes the endpoint again when the newer version fails its smoke test, and rejects that version', async () => {
    expect(await release(3, { passed: false })).toMatchObject({
      end: 'RolledBack',
      deployed: [both(3, 'deployed'), both(2, 'removed')],
      rejected: true,
    });
  });

  test.each([
    ['fails its smoke test', { passed: false }],
    ['does not come up', { updated: 'UPDATE_ROLLBACK_COMPLETE' }],
  ])('removes the endpoint again when the live version %s, and keeps its approval', async (_, change) => {
    expect(await release(2, change)).toMatchObject({
      end: 'RolledBack',
      parameters: both(2, 'removed'),
      rejected: false,
    });
  });
});

describe('the release of a version whose endpoint is deployed', () => {
  test('changes nothing for the live version', async () => {
    expect(await release(2, { state: 'deployed' })).toMatchObject({ end: 'NothingToDo', deployed: [] });
  });

  test('has its canary', async () => {
    const { evaluations, described } = await release(3, { state: 'deployed' });
    expect(described).toBe(true);
    expect(evaluations).toEqual([expect.objectContaining({ hadCanary: true })]);
  });
});
