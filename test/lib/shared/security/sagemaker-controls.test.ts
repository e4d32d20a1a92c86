import { App, CfnResource, Stack } from 'aws-cdk-lib';

import { SageMakerControls, sageMakerControls } from '../../../../lib/shared/security/sagemaker-controls';

type Properties = Record<string, unknown>;

/** For each control what passes, and what fails: the nearest thing that is wrong. */
const fixtures: Readonly<Record<number, { passes: Properties; fails: Properties }>> = {
  1: { passes: { DirectInternetAccess: 'Disabled' }, fails: { DirectInternetAccess: 'Enabled' } },
  2: { passes: { SubnetId: 'subnet-1' }, fails: {} },
  3: { passes: { RootAccess: 'Disabled' }, fails: {} },
  4: {
    passes: { ProductionVariants: [{ InitialInstanceCount: 2 }] },
    fails: { ProductionVariants: [{ InitialInstanceCount: 2 }, { InitialInstanceCount: 1 }] },
  },
  5: { passes: { EnableNetworkIsolation: true }, fails: {} },
  6: { passes: { Tags: [{ Key: 'owner', Value: 'us' }] }, fails: { Tags: [] } },
  7: { passes: { Tags: [{ Key: 'owner', Value: 'us' }] }, fails: {} },
  8: { passes: { PlatformIdentifier: 'notebook-al2023-v1' }, fails: { PlatformIdentifier: 'notebook-al2-v1' } },
  9: traffic(),
  10: traffic(),
  11: isolation(),
  12: isolation(),
  13: traffic(),
  14: scheduled(isolation()),
  15: {
    passes: { JobResources: { ClusterConfig: { InstanceCount: 1 } } },
    fails: { JobResources: { ClusterConfig: { InstanceCount: 2 } } },
  },
  16: {
    passes: { PrimaryContainer: { ImageConfig: { RepositoryAccessMode: 'Vpc' } } },
    fails: { PrimaryContainer: { ImageConfig: { RepositoryAccessMode: 'Platform' } } },
  },
  17: {
    passes: { OfflineStoreConfig: { S3StorageConfig: { KmsKeyId: 'key' } } },
    fails: { OfflineStoreConfig: { S3StorageConfig: { S3Uri: 's3://store' } } },
  },
  18: {
    passes: { OnlineStoreConfig: { EnableOnlineStore: true, SecurityConfig: { KmsKeyId: 'key' } } },
    fails: { OnlineStoreConfig: { EnableOnlineStore: true } },
  },
  19: {
    passes: { Containers: [{ ImageConfig: { RepositoryAccessMode: 'Vpc' } }] },
    fails: { Containers: [{ ImageConfig: { RepositoryAccessMode: 'Vpc' } }, { Image: 'elsewhere' }] },
  },
  20: isolation(),
  21: { passes: { KmsKeyId: 'key' }, fails: {} },
  22: scheduled(traffic()),
  23: { passes: { KmsKey: 'key' }, fails: {} },
  24: {
    passes: { DataStorageConfig: { Destination: 's3://x', KmsKey: 'key' } },
    fails: { DataStorageConfig: { Destination: 's3://x' } },
  },
  25: isolation(),
};

function traffic() {
  return {
    passes: { NetworkConfig: { EnableInterContainerTrafficEncryption: true } },
    fails: { NetworkConfig: { EnableNetworkIsolation: true } },
  };
}

function isolation() {
  return {
    passes: { NetworkConfig: { EnableNetworkIsolation: true } },
    fails: { NetworkConfig: { EnableNetworkIsolation: false } },
  };
}

function scheduled({ passes, fails }: { passes: Properties; fails: Properties }) {
  const schedule = (definition: Properties) => ({ MonitoringScheduleConfig: { MonitoringJobDefinition: definition } });
  return { passes: schedule(passes), fails: schedule(fails) };
}

/** The numbers of the controls that a resource violates. */
function violated(type: string, properties: Properties, override?: readonly [string, unknown]): number[] {
  const stack = new Stack(new App(), 'S');
  const one = new CfnResource(stack, 'One', { type: `AWS::SageMaker::${type}`, properties });
  if (override) one.addPropertyOverride(...override);
  return new SageMakerControls()
    .validateScope(stack)
    .violations.map(({ ruleName }) => Number(/SageMaker\.(\d+)$/.exec(ruleName)?.[1]));
}

test('has each of the 25 controls', () => {
  expect(sageMakerControls.map(({ number }) => number)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
});

describe.each([...sageMakerControls])('SageMaker.$number: a $type has $demands', ({ number, type }) => {
  test('accepts a resource that has it', () => {
    expect(violated(type, fixtures[number].passes)).not.toContain(number);
  });

  test('finds a resource that lacks it', () => {
    expect(violated(type, fixtures[number].fails)).toContain(number);
  });
});

test('checks property overrides too', () => {
  expect(violated('Model', { EnableNetworkIsolation: true }, ['EnableNetworkIsolation', false])).toContain(5);
});

test('treats a count that the template does not contain as a violation', () => {
  expect(violated('EndpointConfig', { ProductionVariants: [{ InitialInstanceCount: { Ref: 'Count' } }] })).toContain(4);
});

test('does not check a schedule with a named definition, which has its own controls', () => {
  expect(
    violated('MonitoringSchedule', { MonitoringScheduleConfig: { MonitoringJobDefinitionName: 'other' } }),
  ).toEqual([]);
});
