import { field, passRole, type ServiceCalls, scoped } from './rows';
import { addTags, arn, SERVICE } from './sagemaker-rows';

/** SageMaker chooses an app's id, so a policy can only allow its creation for all of them. */
const anyApp = (call: Parameters<typeof arn>[0]) => arn(call, 'mlflow-app', '*');

/** MLflow Apps. */
export const mlflowApps: ServiceCalls['operations'] = {
  CreateMlflowApp: [
    { action: 'sagemaker:CreateMlflowApp', type: 'mlflow-app', resource: anyApp },
    addTags(anyApp, 'mlflow-app'),
    passRole(SERVICE, 'RoleArn'),
  ],
  ...scoped(
    'sagemaker',
    'mlflow-app',
    (call) => field('Arn')(call) ?? '',
    'DescribeMlflowApp',
    'UpdateMlflowApp',
    'DeleteMlflowApp',
  ),
};
