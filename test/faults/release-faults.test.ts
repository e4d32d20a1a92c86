import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { releaseDefinition } from '../../lib/release/release-definition';
import { faults, type Fault } from './fault';
import { type Candidate, candidates, columns, releaseFaults } from './release-faults';
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
const columnOf = (fault: Fault) => (fault === 'throttled' || fault === 'answer lost' || fault === 'killed' ? fault : 'fails');

function worldWith(candidate: Candidate): ReleaseWorld {
  return Object.assign(new ReleaseWorld(definition), candidates[candidate]);
}

/** What is so after the fault, and after two looks of the reconciler. */
async function consequence(candidate: Candidate, state: string, fault: Fault): Promise<string> {
  const world = worldWith(candidate);
  const { end } = await world.run(approval, { state, fault });
  const told = world.notices.length > 0 ? 'told' : end === 'killed' ? 'alarm on aborted executions' : 'not told';
  const repairs = [await world.reconcileOnce(), await world.reconcileOnce()].filter((one) => one !== 'nothing');
  const [serves, says] = [versionOf(world.stack.deployed), versionOf(world.parameter)];
  expect(says).toBe(serves);
  return [end, told, ...repairs, `version ${serves} serves`].join('; ');
}

describe.each(Object.keys(candidates) as Candidate[])('a release of %s', (candidate) => {
  const rows = Object.entries(releaseFaults[candidate]);

  it('has a row for each call that it makes', async () => {
    const { states } = await worldWith(candidate).run(approval);
    const elsewhere = Object.keys(releaseFaults['a good model']);
    expect([...new Set(states)].filter((state) => !(state in releaseFaults[candidate]) && (candidate === 'a good model' || !elsewhere.includes(state)))).toEqual([]);
  });

  it.each(rows.flatMap(([state, row]) => faults.map((fault) => [state, fault, row[columns.indexOf(columnOf(fault))]] as const)))('%s, %s', async (state, fault, expected) => {
    expect(await consequence(candidate, state, fault)).toBe(expected);
  });
});

it('is the table that docs/failures.md shows', () => {
  const page = readFileSync(join(__dirname, '../../docs/failures.md'), 'utf8');
  for (const candidate of Object.keys(candidates) as Candidate[]) {
    for (const [state, row] of Object.entries(releaseFaults[candidate])) expect(page).toContain(`| ${state} | ${row.join(' | ')} |`);
  }
});
