import { UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateEndpointCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  SageMakerClient,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { putText } from '../../operator/storage';
import { type AlarmAccount, minute, once, refused } from './alarm-account';
import { expectNoPersonalDataInLogs } from './personal-data';
import { flight, registerScripted } from './scripted-model';

/** Alarms that need a model behind the endpoint. The model is scripted; the serving code is the project's own. */
export function endpointAlarms(account: AlarmAccount): void {
  describe('with a model behind the endpoint', () => {
    let packageArn = '';

    beforeAll(async () => {
      // What the test approves is not for the release to evaluate.
      await (await account.rules(/ApprovalRelease/)).disable();
      packageArn = await registerScripted(account.operator, account.folder);
      await account.operator.clients.sagemaker.send(
        new UpdateModelPackageCommand({ ModelPackageArn: packageArn, ModelApprovalStatus: 'Approved' }),
      );
      // Nor for the reconciler: what serves counts as proven.
      const parameters = ['approved', 'proven'].map(
        (which) => `/mla-blueprint/flight-disruption/${which}-model-package`,
      );
      for (const Name of parameters)
        await account.operator.clients.ssm.send(new PutParameterCommand({ Name, Value: packageArn, Overwrite: true }));
      await account.operator.clients.cloudformation.send(
        new UpdateStackCommand({
          StackName: 'MlaBlueprint-Serving',
          UsePreviousTemplate: true,
          Parameters: [{ ParameterKey: 'ApprovedModelPackage', ParameterValue: packageArn }],
          Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
        }),
      );
      for (let tries = 0; tries < 200; tries += 1) {
        const { EndpointStatus } = await account.operator.clients.sagemaker
          .send(new DescribeEndpointCommand({ EndpointName: 'mla-blueprint-flight-disruption' }))
          .catch(() => ({ EndpointStatus: 'none' }));
        if (EndpointStatus === 'InService') return;
        await account.rehearsal.clock.advance(5_000);
        await new Promise((wake) => setTimeout(wake, 50));
      }
      throw new Error('the endpoint did not come up');
    }, 120_000);

    // The first requests: with its lowered threshold any other test's traffic would set it off.
    it('Overhead and ScalingAtMaximum: more requests than a fleet of this size is meant for', async () => {
      await account.goesOff({ alarm: 'Overhead', cause: () => account.invoke(flight('AA')) });
      await account.goesOff({
        alarm: 'ScalingAtMaximum',
        cause: () => Promise.all(Array.from({ length: 10 }, () => account.invoke(flight('AA')))),
      });
    }, 120_000);

    it("ApprovedByWorkflow: a job's role approves a model", async () => {
      const stolen = await account.asRole('Training/JobRolesTraining', 'sagemaker.amazonaws.com');
      const approve = () =>
        new SageMakerClient(stolen).send(
          new UpdateModelPackageCommand({ ModelPackageArn: packageArn, ModelApprovalStatus: 'Approved' }),
        );
      await account.goesOff({ alarm: 'ApprovedByWorkflow', cause: () => refused(approve()) });
    }, 60_000);

    it('ModelQualityRunFailed: the live version came without a baseline', async () => {
      const capture = await account.operator.output('DataLake', 'CaptureBucketName');
      const hour = new Date(account.rehearsal.clock.now() - 120 * minute)
        .toISOString()
        .slice(0, 13)
        .replace(/[-T]/g, '/');
      for (const prefix of ['capture/mla-blueprint-flight-disruption/live', 'ground-truth']) {
        await putText(
          account.operator,
          capture,
          `${prefix}/${hour}/one.jsonl`,
          Buffer.from('{}\n'),
          'application/jsonlines',
        );
      }
      await account.goesOff({
        alarm: 'ModelQualityRunFailed',
        cause: () => account.startExecution(account.arnOfStateMachine('model-quality')),
      });
    }, 60_000);

    const approval = (ModelApprovalStatus: 'Approved' | 'Rejected') =>
      account.operator.clients.sagemaker.send(
        new UpdateModelPackageCommand({ ModelPackageArn: packageArn, ModelApprovalStatus }),
      );

    it('ReleaseNeedsPerson: what serves is not approved any more, and nothing else is', async () => {
      await account.goesOff({
        alarm: 'ReleaseNeedsPerson',
        cause: once(() => approval('Rejected')),
        repair: () => approval('Approved'),
        within: 60,
        every: 5,
      });
    }, 60_000);

    it('ReleaseDeadLetters: a version is approved, and the rule may not start the release', async () => {
      const may = await account.removePolicy('Release/ApprovalReleaseApprovedRole');
      const rule = await account.rules(/ApprovalRelease/);
      await rule.enable();
      const again = async () => [await approval('Rejected'), await approval('Approved')];
      const repair = async () => [
        await rule.disable(),
        await may.restore(),
        await account.purge('Release/DeadLettersQueue'),
      ];
      await account.goesOff({ alarm: 'ReleaseDeadLetters', cause: once(again), repair });
    }, 60_000);

    it('ServerErrors and EndpointErrors: the model fails', async () => {
      const fail = () => refused(account.invoke(flight('CR', { manufacturer: 'jane.doe@example.org' })));
      await account.goesOff({ alarm: 'ServerErrors', cause: fail });
      await account.goesOff({ alarm: 'EndpointErrors', cause: () => Promise.all([fail(), fail(), fail()]) });
    }, 60_000);

    it('ClientErrors: callers send what the contract does not have', async () => {
      await account.goesOff({
        alarm: 'ClientErrors',
        cause: () => refused(account.invoke(flight('AA', { distance: 'jane.doe@example.org', dest: '555-0100' }))),
      });
    }, 60_000);

    it('Latency: the model takes longer than it may', async () => {
      await account.goesOff({ alarm: 'Latency', cause: () => account.invoke(flight('SL')) });
    }, 60_000);

    it('Cpu: the container computes all the time', async () => {
      await account.invoke(flight('BU'));
      await account.goesOff({
        alarm: 'Cpu',
        cause: () => new Promise((wake) => setTimeout(wake, 150)),
        repair: () => new Promise((wake) => setTimeout(wake, 20_000)),
      });
    }, 180_000);

    it('EndpointIdle: no request for hours', async () => {
      await account.goesOff({
        alarm: 'EndpointIdle',
        cause: () => Promise.resolve(),
        repair: () => account.invoke(flight('AA')),
        within: 400,
        every: 20,
      });
    }, 60_000);

    it(
      'leaves no value of a request in any log, neither of endpoint, ingest nor batch',
      () => expectNoPersonalDataInLogs(account),
      60_000,
    );

    // The last case with the endpoint: it exists again afterwards, but CloudFormation did not create it.
    it('EndpointDeleted: a person deletes the endpoint, and it is created again', async () => {
      const EndpointName = 'mla-blueprint-flight-disruption';
      const { sagemaker } = account.operator.clients;
      const { EndpointConfigName } = await sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
      // Scaling acts on the requests of the last minutes, and would look for the endpoint.
      await account.rehearsal.clock.advance(30 * minute);
      await account.goesOff({
        alarm: 'EndpointDeleted',
        cause: once(() => sagemaker.send(new DeleteEndpointCommand({ EndpointName }))),
        repair: async () => {
          await account.rehearsal.clock.advance(10 * minute);
          expect((await account.alarm('EndpointDeleted')).StateValue).toBe('ALARM');
          await sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName }));
        },
      });
    }, 60_000);
  });
}
