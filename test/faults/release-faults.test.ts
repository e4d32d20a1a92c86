import { releaseDefinition } from '../../lib/release/release-definition';
import { testFaultTable } from './fault-table';
import { type Candidate, candidates, releaseFaults } from './release-faults';
import { group, ReleaseWorld, versionOf } from './release-world';

const definition = releaseDefinition({
  stateMachineArn: 'arn:machine',
  packageArnPrefix: group,
  parameterName: '/approved',
  provenParameterName: '/proven',
  servingStackName: 'Serving',
  servingParameterKeys: ['ApprovedModelPackage'],
  servingDeploymentRoleArn: 'arn:role',
  verifyPackageFunctionArn: 'arn:verify',
  smokeTestFunctionArn: 'arn:smoke',
  topicArn: 'arn:topic',
  bakingMinutes: 10,
});
const approval = { detail: { ModelPackageArn: `${group}3` } };

function worldWith(scenario: string): ReleaseWorld {
  return Object.assign(new ReleaseWorld(definition), candidates[scenario as Candidate]);
}

const callsOf = async (scenario: string) => (await worldWith(scenario).run(approval)).states;

testFaultTable({
  table: releaseFaults,
  calls: async () => (await Promise.all(Object.keys(candidates).map(callsOf))).flat(),
  jobs: [],
  page: 'failures.md',
  callsOf,
  // After the fault, and after two looks of the reconciler.
  consequence: async (scenario, state, fault) => {
    const world = worldWith(scenario);
    const { end } = await world.run(approval, { state, fault });
    const told = world.notices.length > 0 ? 'told' : end === 'killed' ? 'alarm on aborted executions' : 'not told';
    const repairs = [await world.reconcileOnce(), await world.reconcileOnce()].filter((one) => one !== 'nothing');
    const [serves, says] = [versionOf(world.stack.deployed), versionOf(world.parameter)];
    expect(says).toBe(serves);
    return [end, told, ...repairs, `version ${serves} serves`].join('; ');
  },
});
