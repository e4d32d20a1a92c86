import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SNSClient } from '@aws-sdk/client-sns';
import {
  AwsError,
  type ConditionContext,
  type Credentials,
  type NetworkPath,
  type Platform,
  type Principal,
} from '../platform';
import { validation } from './errors';

const SERVICE = 'sagemaker.amazonaws.com';
const SESSION = 'SageMaker';

/** SageMaker in a role that a customer gave it: what it does in that role is authorised as that role. */
export class RoleSession {
  private constructor(
    private readonly platform: Platform,
    readonly roleArn: string,
    private readonly credentials: Credentials,
    private readonly s3Credentials: Credentials = credentials,
  ) {}

  /** The same session, with its S3 requests going through the subnet's VPC. */
  throughEndpoint(network: NetworkPath): RoleSession {
    return new RoleSession(
      this.platform,
      this.roleArn,
      this.credentials,
      this.platform.throughEndpoint(this.credentials, network),
    );
  }

  /** Takes the role; its trust policy decides. Refused as SageMaker words it. */
  static async take(platform: Platform, roleArn: string, sourceArn: string): Promise<RoleSession> {
    try {
      return new RoleSession(platform, roleArn, await platform.assumeRole(SERVICE, roleArn, SESSION, sourceArn));
    } catch (error) {
      if (error instanceof AwsError) {
        platform.record({ kind: 'denied', summary: error.message });
        // AWS: sagemaker-jobs/roles-that-cannot-be-assumed
        throw validation(
          `Could not assume role ${roleArn}. Please ensure that the role exists and allows principal '${SERVICE}' to assume the role.`,
        );
      }
      throw error;
    }
  }

  get principal(): Principal {
    const { partition, accountId } = this.platform;
    const name = this.roleArn.slice(this.roleArn.lastIndexOf('/') + 1);
    return {
      kind: 'role',
      roleArn: this.roleArn,
      arn: `arn:${partition}:sts::${accountId}:assumed-role/${name}/${SESSION}`,
      sessionName: SESSION,
      accountId,
    };
  }

  /** For what SageMaker does as the role without an API call to the gateway. Throws AccessDenied. */
  authorize(hop: string, action: string, resource: string, context?: ConditionContext): void {
    this.platform.authorize(hop, { principal: this.principal, action, resource, context });
  }

  /** What a container of this role signs its own calls with. */
  get containerCredentials(): Credentials {
    return this.s3Credentials;
  }

  s3(): S3Client {
    return new S3Client({ ...this.client(), credentials: this.s3Credentials, forcePathStyle: true });
  }

  cloudwatch(): CloudWatchClient {
    return new CloudWatchClient(this.client());
  }

  sns(): SNSClient {
    return new SNSClient(this.client());
  }

  sagemaker(): SageMakerClient {
    return new SageMakerClient(this.client());
  }

  private client() {
    const { endpoint, region } = this.platform;
    return { endpoint, region, credentials: this.credentials, maxAttempts: 2 };
  }
}
