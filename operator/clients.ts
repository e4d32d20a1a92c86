import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GlueClient } from '@aws-sdk/client-glue';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SageMakerFeatureStoreRuntimeClient } from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';

const classes = {
  cloudformation: CloudFormationClient,
  cloudtrail: CloudTrailClient,
  cloudwatch: CloudWatchClient,
  ec2: EC2Client,
  events: EventBridgeClient,
  features: SageMakerFeatureStoreRuntimeClient,
  glue: GlueClient,
  kinesis: KinesisClient,
  kms: KMSClient,
  lambda: LambdaClient,
  logs: CloudWatchLogsClient,
  organizations: OrganizationsClient,
  quotas: ServiceQuotasClient,
  runtime: SageMakerRuntimeClient,
  s3: S3Client,
  sagemaker: SageMakerClient,
  sfn: SFNClient,
  ssm: SSMClient,
  sts: STSClient,
};

export type Clients = { readonly [Name in keyof typeof classes]: InstanceType<(typeof classes)[Name]> } & {
  /** Clients of the same endpoint and region with other credentials, such as a role's. The caller destroys them. */
  withCredentials(credentials: NonNullable<ClientSettings['credentials']>): Clients & { destroy(): void };
};

/** What is left out comes from the environment: AWS_ENDPOINT_URL, AWS_REGION, the credential chain. */
export interface ClientSettings {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** SDK clients, each created on first use. */
export function makeClients(settings: ClientSettings): Clients & { destroy(): void } {
  const made = new Map<string, { destroy(): void }>();
  const clients = {
    withCredentials: (credentials: NonNullable<ClientSettings['credentials']>) =>
      makeClients({ ...settings, credentials }),
    destroy() {
      for (const client of made.values()) client.destroy();
      made.clear();
    },
  };
  const region = settings.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  for (const name of Object.keys(classes) as (keyof typeof classes)[]) {
    Object.defineProperty(clients, name, {
      get() {
        let client = made.get(name);
        if (!client) {
          client = new classes[name]({
            ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
            ...(region === undefined ? {} : { region }),
            ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
            maxAttempts: 4,
          });
          made.set(name, client);
        }
        return client;
      },
    });
  }
  return clients as Clients & { destroy(): void };
}
