import { ConflictException, SageMakerClient } from '@aws-sdk/client-sagemaker';

import type { TargetEvent } from '../../lambda/cloudformation/respond';
import { handler } from '../../lambda/remove-model-packages/handler';

// What CloudFormation is told is the business of respond; here only what is removed counts.
jest.mock('../../lambda/cloudformation/respond', () => ({
  ...jest.requireActual<object>('../../lambda/cloudformation/respond'),
  onDelete: async (event: TargetEvent<unknown>, remove: (target: unknown) => Promise<string>) =>
    remove(event.ResourceProperties.Target),
}));
jest.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }));

test('waits for versions that are being deleted, and deletes none of them twice', async () => {
  const one = (ModelPackageArn: string, ModelPackageStatus: string) => ({
    ModelPackageArn,
    ModelPackageStatus,
    ModelPackageGroupName: 'g',
  });
  const lists = [
    [one('g/1', 'Deleting'), one('g/2', 'Completed'), one('g/3', 'Completed')],
    [one('g/1', 'Deleting'), one('g/2', 'Deleting')],
    [],
  ];
  const deleted: string[] = [];
  jest.spyOn(SageMakerClient.prototype, 'send').mockImplementation((async (command: {
    constructor: { name: string };
    input: { ModelPackageName: string };
  }) => {
    if (command.constructor.name === 'ListModelPackagesCommand') return { ModelPackageSummaryList: lists.shift() };
    deleted.push(command.input.ModelPackageName);
    // Somebody else was faster.
    if (command.input.ModelPackageName === 'g/3') throw new ConflictException({ message: 'it goes', $metadata: {} });
    return {};
  }) as never);

  const event = { ResourceProperties: { Target: { ModelPackageGroupName: 'g' } } } as TargetEvent<never>;
  expect(await (handler(event) as unknown as Promise<string>)).toBe('1 model packages removed from g');
  expect(deleted).toEqual(['g/2', 'g/3']);
  expect(lists).toEqual([]);
});
