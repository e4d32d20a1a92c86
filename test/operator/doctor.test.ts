import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNeeds } from '../../operator/assembly';
import { doctor } from '../../operator/commands/doctor';
import { firstDeployment } from '../../operator/doctor/first-deployment';
import { awsError, fakeContext, recordedOutput } from './fake-clients';

const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(template: object): void {
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify({
      artifacts: {
        A: {
          properties: {
            requiresBootstrapStackVersion: 8,
            bootstrapStackVersionSsmParameter: '/cdk-bootstrap/x/version',
          },
        },
      },
    }),
  );
  writeFileSync(join(folder, 'A.template.json'), JSON.stringify(template));
}

const template = {
  Mappings: { Registries: { 'eu-central-1': { account: '492215442770' } } },
  Resources: {
    Config: {
      Type: 'AWS::SageMaker::EndpointConfig',
      Properties: {
        ProductionVariants: [{ InstanceType: 'ml.m5.large', InitialInstanceCount: 2, InitialVariantWeight: 1 }],
      },
    },
    Pipeline: {
      Type: 'AWS::SageMaker::Pipeline',
      Properties: {
        PipelineDefinition: {
          PipelineDefinitionBody: {
            'Fn::Join': [
              '',
              [
                '{"Steps":[{"Arguments":{"ProcessingResources":{"ClusterConfig":{"InstanceType":"ml.m5.large","InstanceCount":1,"VolumeKmsKeyId":"',
                { Ref: 'Key' },
                '"}}}},{"Arguments":{"HyperParameterTuningJobConfig":{"ResourceLimits":{"MaxParallelTrainingJobs":2}},"TrainingJobDefinition":{"EnableManagedSpotTraining":true,"ResourceConfig":{"InstanceType":"ml.c5.xlarge","InstanceCount":1}}}}]}',
              ],
            ],
          },
        },
      },
    },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        DefinitionString:
          '{"States":{"Score":{"Parameters":{"TransformResources":{"InstanceType":"ml.m5.large","InstanceCount":3}}}}}',
      },
    },
  },
};

const quota = (QuotaName: string, Value: number) => ({ QuotaName, Value });
const account = {
  GetCallerIdentityCommand: { Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/u' },
  GetParameterCommand: { Parameter: { Value: '21' } },
  DescribeAvailabilityZonesCommand: { AvailabilityZones: [{ ZoneName: 'a' }, { ZoneName: 'b' }] },
  DescribeTypeCommand: {},
  DescribeResourcePoliciesCommand: {},
  ListAWSDefaultServiceQuotasCommand: {},
  ListServiceQuotasCommand: {
    Quotas: [
      quota('ml.m5.large for endpoint usage', 4),
      quota('ml.m5.large for processing job usage', 1),
      quota('ml.c5.xlarge for spot training job usage', 0),
      quota('ml.m5.large for transform job usage', 20),
      quota('Number of instances across active endpoints', 20),
      quota('Number of instances across all processing jobs', 20),
      quota('Number of instances across all training jobs', 20),
      quota('Number of instances across all transform jobs', 20),
    ],
  },
};

describe('doctor', () => {
  it('finds what the synthesized stacks need, also in definitions that are text', () => {
    write(template);
    expect(readNeeds(folder).instances).toEqual(
      expect.arrayContaining([
        // A canary doubles the fleet.
        { instanceType: 'ml.m5.large', usage: 'endpoint', count: 4 },
        { instanceType: 'ml.m5.large', usage: 'processing job', count: 1 },
        { instanceType: 'ml.c5.xlarge', usage: 'spot training job', count: 2 },
        { instanceType: 'ml.m5.large', usage: 'transform job', count: 3 },
      ]),
    );
    expect(readNeeds(folder).bootstrap).toEqual({ parameterName: '/cdk-bootstrap/x/version', version: 8 });
  });

  it('counts what runs at the same time, of one type and of all types together', async () => {
    const scaled = {
      Target: {
        Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
        Properties: {
          MaxCapacity: 4,
          ResourceId: { 'Fn::Join': ['', ['endpoint/', { Ref: 'Endpoint' }, '/variant/live']] },
        },
      },
      Config: {
        Type: 'AWS::SageMaker::EndpointConfig',
        Properties: {
          ProductionVariants: [
            { VariantName: 'live', InstanceType: 'ml.m5.large', InitialInstanceCount: 2, InitialVariantWeight: 1 },
          ],
          ShadowProductionVariants: [
            { VariantName: 'shadow', InstanceType: 'ml.m5.xlarge', InitialInstanceCount: 1, InitialVariantWeight: 1 },
          ],
        },
      },
    };
    const analysis = {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { DefinitionString: '{"A":{"ClusterConfig":{"InstanceType":"ml.m5.large","InstanceCount":1}}}' },
    };
    write({ Resources: { ...template.Resources, ...scaled, analysis, again: analysis } });
    expect(readNeeds(folder).instances).toEqual(
      expect.arrayContaining([
        { instanceType: 'ml.m5.large', usage: 'endpoint', count: 8 },
        { instanceType: 'ml.m5.xlarge', usage: 'endpoint', count: 2 },
        { instanceType: 'ml.m5.large', usage: 'processing job', count: 3 },
      ]),
    );
    const few = {
      ...account,
      ListServiceQuotasCommand: {
        Quotas: [quota('ml.m5.large for endpoint usage', 8), quota('Number of instances across active endpoints', 8)],
      },
    };
    const { checks } = await doctor(fakeContext(few), { assembly: folder }, recordedOutput());
    expect(checks).toContainEqual(
      expect.objectContaining({
        level: 'fail',
        finding: 'Number of instances across active endpoints: 8, up to 10 are needed',
      }),
    );
    expect(checks).toContainEqual(
      expect.objectContaining({ level: 'ok', finding: 'ml.m5.large for endpoint usage: 8, up to 8 are needed' }),
    );
    // A rolling update starts one batch beside the fleet, not a second fleet.
    const rolling = {
      Type: 'AWS::SageMaker::Endpoint',
      Properties: {
        DeploymentConfig: { RollingUpdatePolicy: { MaximumBatchSize: { Type: 'CAPACITY_PERCENT', Value: 25 } } },
      },
    };
    write({ Resources: { ...scaled, rolling } });
    expect(readNeeds(folder).instances).toContainEqual({ instanceType: 'ml.m5.large', usage: 'endpoint', count: 5 });
  });

  it('takes the default of a quota that has no value of its own', async () => {
    write(template);
    const defaults = {
      Quotas: [quota('ml.c5.xlarge for spot training job usage', 0), quota('ml.m5.large for endpoint usage', 7)],
    };
    const applied = { Quotas: [quota('ml.m5.large for endpoint usage', 2)] };
    const { checks } = await doctor(
      fakeContext({ ...account, ListAWSDefaultServiceQuotasCommand: defaults, ListServiceQuotasCommand: applied }),
      { assembly: folder },
      recordedOutput(),
    );
    expect(checks).toContainEqual(
      expect.objectContaining({
        level: 'fail',
        finding: 'ml.c5.xlarge for spot training job usage: 0, up to 2 are needed',
      }),
    );
    expect(checks).toContainEqual(
      expect.objectContaining({ level: 'fail', finding: 'ml.m5.large for endpoint usage: 2, up to 4 are needed' }),
    );
  });

  it('says which resource types the region lacks', async () => {
    write({
      Resources: {
        ...template.Resources,
        Budget: { Type: 'AWS::Budgets::Budget' },
        Other: { Type: 'AWS::SageMaker::ModelPackageGroup' },
      },
    });
    const lacking = (...types: string[]) => ({
      DescribeTypeCommand: ({ TypeName }: { TypeName: string }) => {
        if (types.includes(TypeName))
          throw awsError('TypeNotFoundException', `The type '${TypeName}' cannot be found.`);
        return {};
      },
    });
    const typesOf = async (responses: object) =>
      (await doctor(fakeContext({ ...account, ...responses }), { assembly: folder }, recordedOutput())).checks.find(
        ({ name }) => name === 'resource types',
      );
    expect(await typesOf(lacking('AWS::Budgets::Budget'))).toMatchObject({
      level: 'warn',
      finding: 'eu-central-1 has no AWS::Budgets::Budget: the stacks deploy without a budget',
    });
    expect(await typesOf(lacking('AWS::SageMaker::ModelPackageGroup'))).toMatchObject({
      level: 'fail',
      finding: 'eu-central-1 has no AWS::SageMaker::ModelPackageGroup',
    });
    expect(await typesOf({})).toMatchObject({ level: 'ok' });
  });

  it('refuses a cost anomaly monitor in a member account', async () => {
    write({ Resources: { Monitor: { Type: 'AWS::CE::AnomalyMonitor' } } });
    const found = async (response: unknown) =>
      (
        await doctor(
          fakeContext({ ...account, DescribeOrganizationCommand: response }),
          { assembly: folder },
          recordedOutput(),
        )
      ).checks.find(({ name }) => name === 'cost anomalies');
    expect(await found({ Organization: { MasterAccountId: '999999999999' } })).toMatchObject({ level: 'fail' });
    expect(await found({ Organization: { MasterAccountId: '123456789012' } })).toMatchObject({ level: 'ok' });
    expect(
      await found(() => {
        throw awsError('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
      }),
    ).toMatchObject({ level: 'ok' });
  });

  it('fails when Step Functions could not create the policy that its logs need', async () => {
    write(template);
    const found = async (...policyNames: string[]) => {
      const resourcePolicies = policyNames.map((policyName) => ({ policyName }));
      const answers = { ...account, DescribeResourcePoliciesCommand: { resourcePolicies } };
      const { checks } = await doctor(fakeContext(answers), { assembly: folder }, recordedOutput());
      return checks.find(({ name }) => name === 'log delivery');
    };
    const others = Array.from({ length: 10 }, (_, index) => `other-${index}`);
    expect(await found(...others)).toMatchObject({ level: 'fail', finding: expect.stringContaining('10 of 10') });
    expect(await found(...others.slice(1))).toMatchObject({ level: 'ok' });
    expect(await found(...others.slice(1), 'AWSLogDeliveryWrite20150319')).toMatchObject({ level: 'ok' });
  });

  it('says which quota is too small and what to request', async () => {
    write(template);
    const { checks } = await doctor(fakeContext(account), { assembly: folder }, recordedOutput());
    const bad = checks.filter((check) => check.level !== 'ok');
    expect(bad).toHaveLength(1);
    expect(bad[0]).toMatchObject({
      level: 'fail',
      finding: 'ml.c5.xlarge for spot training job usage: 0, up to 2 are needed',
    });
    expect(bad[0]?.remedy).toContain('Request an increase to 2 or more');
  });

  it.each([
    [
      {
        GetParameterCommand: () => {
          throw awsError('ParameterNotFound', 'no');
        },
      },
      'bootstrap',
      'Run `npx cdk bootstrap` once.',
    ],
    [{ GetParameterCommand: { Parameter: { Value: '5' } } }, 'bootstrap', 'again'],
    [{ DescribeAvailabilityZonesCommand: { AvailabilityZones: [{ ZoneName: 'a' }] } }, 'zones', 'another region'],
    [
      {
        GetCallerIdentityCommand: () => {
          throw awsError('CredentialsProviderError', 'Could not load credentials');
        },
      },
      'credentials',
      'AWS_PROFILE',
    ],
  ])('fails a check with what to change', async (changes, name, remedy) => {
    write(template);
    const { checks } = await doctor(fakeContext({ ...account, ...changes }), { assembly: folder }, recordedOutput());
    const found = checks.find((check) => check.name === name);
    expect(found?.level).toBe('fail');
    expect(found?.remedy).toContain(remedy);
  });

  it('knows that a region has no image registry, and that a service is closed', async () => {
    write({
      ...template,
      Mappings: { Registries: { 'us-east-1': { account: '1' } } },
      Resources: { Monitor: { Type: 'AWS::SageMaker::MonitoringSchedule' } },
    });
    const { checks } = await doctor(fakeContext(account), { assembly: folder }, recordedOutput());
    expect(checks.find((check) => check.name === 'images')).toMatchObject({ level: 'fail' });
    expect(checks.find((check) => check.name === 'closed services')).toMatchObject({ level: 'warn' });
  });

  it('asks for a synthesis when there is nothing to look at', async () => {
    await expect(doctor(fakeContext(account), { assembly: join(folder, 'nothing') }, recordedOutput())).rejects.toThrow(
      'There is no cloud assembly',
    );
  });

  it('lists what only a first deployment can show, without an account or an assembly', async () => {
    const output = recordedOutput();
    const { unsettled } = await doctor(
      fakeContext({}),
      { assembly: join(folder, 'nowhere'), firstDeployment: true },
      output,
    );
    expect(unsettled).toBe(firstDeployment);
    for (const { id, watch } of firstDeployment)
      expect(output.lines.join('\n')).toMatch(
        new RegExp(`${id}[\\s\\S]*${watch.slice(0, 20).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`),
      );
    expect(output.lines[0]).toMatch(new RegExp(`^${firstDeployment.length} behaviors of AWS`));
  });
});
