import { UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { OperatorContext } from './context';
import { CommandFailed } from './errors';

/**
 * Approves or rejects a version as the approver role. The people and roles that train cannot assume it, and the release
 * accepts no other approval. The session name is the person's name, so SageMaker and CloudTrail record who decided.
 */
export async function decide(
  context: OperatorContext,
  packageArn: string,
  approval: 'Approved' | 'Rejected',
  why: string,
): Promise<void> {
  const RoleArn = await context.output('Release', 'ApproverRoleArn');
  const { Arn = '' } = await context.clients.sts.send(new GetCallerIdentityCommand({}));
  // 2 to 64 characters of this set ("AssumeRole", AWS Security Token Service API Reference).
  const RoleSessionName = (Arn.split('/').at(-1) ?? '')
    .replace(/[^\w+=,.@-]/g, '-')
    .slice(0, 64)
    .padEnd(2, '-');
  const { Credentials } = await context.clients.sts
    .send(new AssumeRoleCommand({ RoleArn, RoleSessionName, DurationSeconds: 900 }))
    .catch((error: unknown) => {
      if (!(error instanceof Error) || !/AccessDenied/.test(error.name)) throw error;
      throw new CommandFailed(
        `Nothing was decided: ${error.message}`,
        `Only people who review models may assume ${RoleArn}. Ask one of them, or an administrator for sts:AssumeRole on it.`,
      );
    });
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken } = Credentials ?? {};
  const clients = context.clients.withCredentials({
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  });
  try {
    await clients.sagemaker.send(
      new UpdateModelPackageCommand({
        ModelPackageArn: packageArn,
        ModelApprovalStatus: approval,
        ApprovalDescription: why,
      }),
    );
  } finally {
    clients.destroy();
  }
}
