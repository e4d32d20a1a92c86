import {
  CreateEndpointCommand,
  type CreateEndpointCommandInput,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  type DescribeEndpointOutput,
  UpdateEndpointCommand,
  type UpdateEndpointCommandInput,
} from '@aws-sdk/client-sagemaker';
import { isNotFound, NotStabilized, unlessGone } from '../failure';
import type { ProvisionContext, Provisioned, Provisioner } from '../provisioner';
import { nameInArn, sagemakerName } from './sagemaker-names';
import { optionalFlag, optionalText, pick, text } from './values';

const POLL = 15_000;
/** Longer than the longest canary that a deployment may ask for. */
const PATIENCE = 24 * 60 * 60 * 1000;
const MOVING = new Set(['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting']);

/** The assumption about CloudFormation: it compares the configuration that the endpoint has at the end. */
export const endpoint = endpointProvisioner({ noticesRollbacks: true });

/**
 * Whether CloudFormation notices that SageMaker put the old fleet back is documented nowhere; this plays either. One
 * that does not notice is content with `InService`.
 *
 * AWS: sagemaker-hosting/silent-rollback
 */
export function endpointProvisioner({ noticesRollbacks }: { readonly noticesRollbacks: boolean }): Provisioner {
  return {
    nameProperty: 'EndpointName',
    replacing: ['EndpointName'],
    updating: [
      'EndpointConfigName',
      'DeploymentConfig',
      'RetainAllVariantProperties',
      'ExcludeRetainedVariantProperties',
      'RetainDeploymentConfig',
    ],
    inert: ['Tags'],
    async create(properties, context) {
      const EndpointName = optionalText(properties, 'EndpointName') ?? sagemakerName(context);
      const input = { ...pick(properties, ['EndpointConfigName', 'DeploymentConfig', 'Tags']), EndpointName };
      const { EndpointArn = '' } = await context.clients.sagemaker.send(
        new CreateEndpointCommand(input as CreateEndpointCommandInput),
      );
      context.initiated(EndpointArn);
      const { EndpointStatus, FailureReason } = await settled(EndpointName, context);
      if (EndpointStatus !== 'InService') {
        // AWS: cloudformation/handlers-wait-for-what-they-made
        throw new NotStabilized(
          EndpointArn,
          `Endpoint ${EndpointName} is ${EndpointStatus}: ${FailureReason ?? 'no reason given'}`,
        );
      }
      return describe(EndpointArn, EndpointName);
    },
    async update(EndpointArn, properties, _, context) {
      const EndpointName = nameInArn(EndpointArn);
      const wanted = text(properties, 'EndpointConfigName');
      const { sagemaker } = context.clients;
      const before = await settled(EndpointName, context);
      // Taking back an update that SageMaker has already rolled back by itself.
      if (before.EndpointStatus === 'InService' && before.EndpointConfigName === wanted) {
        return describe(EndpointArn, EndpointName);
      }
      const input = {
        ...pick(properties, ['DeploymentConfig', 'ExcludeRetainedVariantProperties']),
        EndpointName,
        EndpointConfigName: wanted,
        RetainAllVariantProperties: optionalFlag(properties, 'RetainAllVariantProperties'),
        RetainDeploymentConfig: optionalFlag(properties, 'RetainDeploymentConfig'),
      };
      await sagemaker.send(new UpdateEndpointCommand(input as UpdateEndpointCommandInput));
      const after = await settled(EndpointName, context);
      // After a rollback the endpoint is in service again, but with the old configuration.
      if (after.EndpointStatus !== 'InService' || (noticesRollbacks && after.EndpointConfigName !== wanted)) {
        // AWS: cloudformation/handlers-wait-for-what-they-made
        throw new NotStabilized(
          EndpointArn,
          `Endpoint ${EndpointName} did not take ${wanted}; it is ${after.EndpointStatus} with ${after.EndpointConfigName}: ` +
            (after.FailureReason ?? 'SageMaker rolled the update back'),
        );
      }
      return describe(EndpointArn, EndpointName);
    },
    async delete(EndpointArn, _, context) {
      const EndpointName = nameInArn(EndpointArn);
      // SageMaker deletes no endpoint that is changing, for instance because scaling resizes it.
      // AWS: sagemaker-hosting/endpoint-is-deleted-when-it-has-settled
      await settled(EndpointName, context).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
      await unlessGone(context.clients.sagemaker.send(new DeleteEndpointCommand({ EndpointName })));
      try {
        await settled(EndpointName, context);
      } catch (error) {
        if (!isNotFound(error)) {
          throw error;
        }
        return;
      }
      throw new Error(`Endpoint ${EndpointName} was not deleted`);
    },
  };
}

/** The endpoint once it has stopped changing. */
async function settled(EndpointName: string, { clients, clock }: ProvisionContext): Promise<DescribeEndpointOutput> {
  for (const deadline = clock.now() + PATIENCE; ; ) {
    const found = await clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
    if (!MOVING.has(String(found.EndpointStatus))) {
      return found;
    }
    if (clock.now() >= deadline) {
      throw new Error(`Endpoint ${EndpointName} is still ${found.EndpointStatus} after a day`);
    }
    await clock.sleep(POLL);
  }
}

function describe(EndpointArn: string, EndpointName: string): Provisioned {
  return { physicalId: EndpointArn, attributes: { EndpointName, EndpointArn } };
}
