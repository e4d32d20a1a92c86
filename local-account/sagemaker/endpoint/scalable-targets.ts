import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  paginateDescribeScalableTargets,
  type ScalableTarget,
} from '@aws-sdk/client-application-auto-scaling';
import { AwsError, type Platform, type Principal } from '../../platform';
import { validation } from '../errors';

/** The endpoint's variants that are scalable targets. */
export function scalableTargets(platform: Platform, endpointName: string): Promise<ScalableTarget[]> {
  return withScaling(platform, async (scaling) => {
    const targets: ScalableTarget[] = [];
    for await (const page of paginateDescribeScalableTargets({ client: scaling }, { ServiceNamespace: 'sagemaker' }))
      targets.push(...(page.ScalableTargets ?? []));
    return targets.filter(({ ResourceId }) => ResourceId?.startsWith(`endpoint/${endpointName}/variant/`));
  });
}

/** DeleteEndpoint deregisters the targets of its variants, if its caller may do so. */
// AWS: application-auto-scaling/targets-go-with-their-endpoint
export async function deregisterTargets(platform: Platform, endpointName: string, caller: Principal): Promise<void> {
  for (const { ServiceNamespace, ResourceId, ScalableDimension } of await scalableTargets(platform, endpointName)) {
    try {
      platform.authorize('target of a deleted endpoint', {
        principal: caller,
        action: 'application-autoscaling:DeregisterScalableTarget',
        resource: `arn:${platform.partition}:application-autoscaling:${platform.region}:${platform.accountId}:scalable-target/*`,
        context: {
          'application-autoscaling:service-namespace': ServiceNamespace ?? '',
          'application-autoscaling:scalable-dimension': ScalableDimension ?? '',
        },
      });
    } catch (error) {
      if (!(error instanceof AwsError) || !/AccessDenied/.test(error.code)) throw error;
      throw validation(
        'An Application AutoScaling scalable target exists for a variant being deleted, and the IAM identity used to invoke DeleteEndpoint does not have ' +
          'application-autoscaling:DeregisterScalableTarget permission to deregister the scalable target.',
      );
    }
    await withScaling(platform, (scaling) =>
      scaling.send(new DeregisterScalableTargetCommand({ ServiceNamespace, ResourceId, ScalableDimension })),
    );
  }
}

async function withScaling<T>(
  { endpoint, region, internalCredentials: credentials }: Platform,
  work: (scaling: ApplicationAutoScalingClient) => Promise<T>,
): Promise<T> {
  const scaling = new ApplicationAutoScalingClient({ endpoint, region, credentials });
  try {
    return await work(scaling);
  } finally {
    scaling.destroy();
  }
}
