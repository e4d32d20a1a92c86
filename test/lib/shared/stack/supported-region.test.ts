import { App } from 'aws-cdk-lib';

import { sandbox } from '../../../../lib/config';
import { flightDisruption } from '../../../../lib/problem/flight-disruption';
import { checkRegion } from '../../../../lib/shared/stack/supported-region';
import { imageRegistries } from '../../../../lib/training/image-registries';
import { workflow } from '../../../../lib/workflow';

describe('a region', () => {
  afterEach(() => {
    delete process.env.CDK_DEFAULT_REGION;
  });

  test.each(['us-gov-west-1', 'us-gov-east-1', 'cn-north-1', 'cn-northwest-1', 'us-iso-east-1', 'eusc-de-east-1'])(
    'of another partition, %s, is refused when the stacks are synthesized',
    (region) => {
      process.env.CDK_DEFAULT_REGION = region;
      expect(() => workflow(new App(), sandbox, flightDisruption)).toThrow(`The region ${region} is not supported`);
      expect(() => checkRegion(region)).toThrow('another partition');
    },
  );

  test('without images is refused with the row to add', () => {
    expect(() => checkRegion('ap-southeast-9')).toThrow(
      "lib/training/image-registries.ts has no accounts of AWS's images for it. Add its row.",
    );
  });

  test('with images belongs to the partition aws', () => {
    for (const region of Object.keys(imageRegistries)) {
      expect(region).not.toMatch(/^(us-gov|cn|us-iso|eu-isoe|eusc)/);
      expect(() => checkRegion(region)).not.toThrow();
    }
    expect(() => checkRegion(undefined)).not.toThrow();
  });
});
