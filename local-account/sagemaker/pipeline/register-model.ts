import {
  CreateModelPackageCommand,
  type CreateModelPackageCommandInput,
  CreateModelPackageGroupCommand,
  DescribeModelPackageCommand,
  type SageMakerClient,
  type Tag,
} from '@aws-sdk/client-sagemaker';
import { invoked } from './operations';
import type { Properties, StartedStep } from './started-step';

/**
 * The calls of a RegisterModel step, as the pipeline's role: create the group, also when it exists, create the version,
 * describe it. Each may be denied.
 */
// AWS: sagemaker-pipelines/register-model-calls
export async function registerModel(
  args: Properties,
  {
    client,
    tags,
    mayTagPackages,
  }: {
    readonly client: SageMakerClient;
    readonly tags: readonly Tag[];
    readonly mayTagPackages: (groupName: string) => void;
  },
): Promise<StartedStep> {
  const { Tags: given = [], ...request } = args as Properties & { readonly Tags?: readonly Tag[] };
  const ModelPackageGroupName = request.ModelPackageGroupName as string | undefined;
  if (ModelPackageGroupName !== undefined) {
    // That the group exists is no error; that it may not be created is one.
    await invoked('CreateModelPackageGroup', () =>
      client.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName, Tags: [...given, ...tags] })),
    ).catch((error: Error) => {
      if (!/already exists/.test(error.message)) throw error;
    });
  }
  const { ModelPackageArn = '' } = await invoked('CreateModelPackage', async () => {
    if (ModelPackageGroupName !== undefined) mayTagPackages(ModelPackageGroupName);
    return client.send(new CreateModelPackageCommand({ ...request } as CreateModelPackageCommandInput));
  });
  return {
    metadata: { RegisterModel: { Arn: ModelPackageArn } },
    properties: async () => {
      const described = await invoked('DescribeModelPackage', () =>
        client.send(new DescribeModelPackageCommand({ ModelPackageName: ModelPackageArn })),
      );
      return { ...described, ModelPackageArn };
    },
  };
}
