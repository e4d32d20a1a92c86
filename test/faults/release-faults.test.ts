import { packageGroup as group, releaseMachine } from '../fixtures/release-state-machine';
import { testFaultTable } from './fault-table';
import { type Candidate, candidates, releaseFaults } from './release-faults';
import { ReleaseWorld, versionOf } from './release-world';

const definition = releaseMachine();
const approvalOf = ({ candidate }: ReleaseWorld) => ({ detail: { ModelPackageArn: `${group}${candidate}` } });

function worldWith(scenario: string): ReleaseWorld {
  return Object.assign(new ReleaseWorld(definition), candidates[scenario as Candidate]());
}

async function callsOf(scenario: string): Promise<readonly string[]> {
  const world = worldWith(scenario);
  return (await world.run(approvalOf(world))).states;
}

testFaultTable({
  table: releaseFaults,
  calls: () =>
    Promise.resolve(Object.entries(definition.States).flatMap(([name, { Type }]) => (Type === 'Task' ? [name] : []))),
  jobs: [],
  page: 'failures.md',
  callsOf,
  // After the fault, and, where CloudFormation takes updates again and the account has instances, after two checks
  // by the reconciler.
  consequence: async (scenario, state, fault) => {
    const world = worldWith(scenario);
    const { end } = await world.run(approvalOf(world), { state, fault });
    const notified =
      world.notices.length > 0 ? 'notified' : end === 'stopped' ? 'alarm ReleaseAborted' : 'not notified';
    Object.assign(world, { refusesUpdates: false, lacksCapacity: false, silentRollback: false });
    const repairs = [await world.reconcileOnce(), await world.reconcileOnce()].filter((one) => one !== 'nothing');
    const [serves, says] = [versionOf(world.stack.deployed), versionOf(world.parameter)];
    expect(says).toBe(serves);
    return [end, notified, ...repairs, serves === 'none' ? 'no version serves' : `version ${serves} serves`].join('; ');
  },
});
