import { sandbox } from '../../../../lib/config';
import { refuseLocalStorage } from '../../../../lib/shared/sagemaker/local-storage';

const endpoint = (instanceType: string) => ({
  ...sandbox,
  instances: { ...sandbox.instances, endpoint: { ...sandbox.instances.endpoint, instanceType } },
});

test.each(['ml.m5d.large', 'ml.c6id.xlarge', 'ml.m5dn.large', 'ml.g4dn.xlarge', 'ml.g5.xlarge', 'ml.p4d.24xlarge'])(
  'refuses %s: its disks take no key of ours',
  (instanceType) => {
    expect(() => refuseLocalStorage(endpoint(instanceType))).toThrow(
      `instances.endpoint.instanceType is ${instanceType}, which has local storage`,
    );
  },
);

test.each(['ml.m5.large', 'ml.c5n.xlarge', 'ml.r6i.large', 'ml.t3.medium', 'ml.inf2.xlarge', 'ml.p3.2xlarge'])(
  'takes %s',
  (instanceType) => {
    expect(() => refuseLocalStorage(endpoint(instanceType))).not.toThrow();
  },
);
