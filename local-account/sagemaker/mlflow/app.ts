import type { DescribeMlflowAppResponse, UserContext } from '@aws-sdk/client-sagemaker';
import type { Entity } from '../store';
import { MLFLOW_VERSION } from './tracking-server';

/** An MLflow App. Its name is the caller's and need not be unique; the id in its ARN is SageMaker's. */
export interface App extends Entity {
  readonly id: string;
  readonly roleArn: string;
  readonly createdBy: UserContext;
  name: string;
  artifactStoreUri: string;
  maintenance?: string;
  accountDefault: 'ENABLED' | 'DISABLED';
  status: NonNullable<DescribeMlflowAppResponse['Status']>;
}

export function describe(app: App): DescribeMlflowAppResponse {
  return {
    Arn: app.arn,
    Name: app.name,
    ArtifactStoreUri: app.artifactStoreUri,
    MlflowVersion: MLFLOW_VERSION,
    RoleArn: app.roleArn,
    Status: app.status,
    ModelRegistrationMode: 'AutoModelRegistrationDisabled',
    AccountDefaultStatus: app.accountDefault,
    CreationTime: app.createdAt,
    CreatedBy: app.createdBy,
    LastModifiedTime: app.modifiedAt,
    WeeklyMaintenanceWindowStart: app.maintenance,
  };
}
