import {
  type CloudFormationClient,
  ContinueUpdateRollbackCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import type { PlatformHost } from '../../gateway/platform-host';
import { DEPLOYER, parameter, serving, stackBench } from './stack-bench';

describe('stacks that fail', () => {
  const stacks = stackBench();
  const { set, read, describe, create, reasons, mayWrite } = stacks;
  let host: PlatformHost;
  let cloudformation: CloudFormationClient;
  beforeAll(() => {
    ({ host, cloudformation } = stacks.clients());
  });

  test('an update that fails is rolled back, resource by resource, and reports the reason', async () => {
    mayWrite('/serving/always', '/serving/model', '/approved');
    await create('Serving', serving(), { RoleARN: DEPLOYER });
    await set('/approved', 'package/2');
    const more = { Forbidden: parameter('/elsewhere', 'x', { DependsOn: 'Model' }) };
    await cloudformation.send(new UpdateStackCommand({ StackName: 'Serving', TemplateBody: serving(more) }));
    expect(await describe('Serving')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(await read('/serving/model')).toBe('ParameterNotFound');
    expect(await read('/serving/always')).toBe('here');
    const told = await reasons('Serving');
    expect(told).toContainEqual(
      expect.stringMatching(
        /^Forbidden CREATE_FAILED: .*assumed-role\/Deployer\/.* is not authorized to perform: ssm:PutParameter on resource: arn:aws:ssm:eu-west-1:123456789012:parameter\/elsewhere/,
      ),
    );
    expect(told).toContainEqual(expect.stringMatching(/^Model CREATE_COMPLETE/));
    expect(told.at(-1)).toMatch(/^Serving UPDATE_ROLLBACK_COMPLETE/);
  });

  /** An update that fails, and whose rollback fails, too: the role loses its permissions between the two. */
  const stick = async () => {
    const always = (value: string, more: object = {}) =>
      JSON.stringify({ Resources: { Always: parameter('/serving/always', value), ...more } });
    mayWrite('/serving/always');
    await create('Serving', always('here'), { RoleARN: DEPLOYER });
    const stop = host.onEvent(({ detail }) => {
      if ((detail['status-details'] as { status?: string } | undefined)?.status === 'UPDATE_ROLLBACK_IN_PROGRESS')
        mayWrite('/nothing');
    });
    await cloudformation.send(
      new UpdateStackCommand({
        StackName: 'Serving',
        TemplateBody: always('there', { Forbidden: parameter('/elsewhere', 'x', { DependsOn: 'Always' }) }),
      }),
    );
    expect(await describe('Serving')).toMatchObject({
      StackStatus: 'UPDATE_ROLLBACK_FAILED',
      StackStatusReason: 'The following resource(s) failed to update: [Always].',
    });
    stop();
    expect(await read('/serving/always')).toBe('there');
    return () => cloudformation.send(new UpdateStackCommand({ StackName: 'Serving', TemplateBody: always('again') }));
  };
  const proceed = (ResourcesToSkip?: string[]) =>
    cloudformation.send(new ContinueUpdateRollbackCommand({ StackName: 'Serving', ResourcesToSkip }));

  test('a rollback that failed is continued when its cause is gone, and from no other state', async () => {
    const update = await stick();
    await expect(update()).rejects.toThrow(/is in UPDATE_ROLLBACK_FAILED state and can not be updated/);
    await proceed();
    expect(await describe('Serving')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_FAILED' });
    mayWrite('/serving/always');
    await proceed();
    expect(await describe('Serving')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(await read('/serving/always')).toBe('here');
    await expect(proceed()).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('is in UPDATE_ROLLBACK_COMPLETE state') as string,
    });
    await update();
    expect(await describe('Serving')).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
  });

  test('a continued rollback skips the listed resources', async () => {
    const update = await stick();
    await expect(proceed(['Forbidden'])).rejects.toThrow(/\[Forbidden\] are not in UPDATE_FAILED state/);
    await proceed(['Always']);
    expect(await describe('Serving')).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(await read('/serving/always')).toBe('there');
    mayWrite('/serving/always');
    await update();
    expect(await describe('Serving')).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
    expect(await read('/serving/always')).toBe('again');
  });

  test('a creation that fails leaves nothing but the stack to be deleted', async () => {
    mayWrite('/serving/always');
    expect(
      await create('Serving', serving({ Forbidden: parameter('/elsewhere', 'x', { DependsOn: 'Always' }) }), {
        RoleARN: DEPLOYER,
      }),
    ).toMatchObject({
      StackStatus: 'ROLLBACK_COMPLETE',
    });
    expect(await read('/serving/always')).toBe('ParameterNotFound');
    const update = cloudformation.send(new UpdateStackCommand({ StackName: 'Serving', TemplateBody: serving() }));
    await expect(update).rejects.toThrow(/is in ROLLBACK_COMPLETE state and can not be updated/);
  });
});
