import type { Behaviour, ServiceLedger, Source } from './behaviour';

const TEST = 'local-account/test/sagemaker/mlflow-apps.test.ts';
const PLUGIN: Source = {
  repository: 'aws/sagemaker-mlflow',
  at: 'version 0.5.0: auth_provider.py, mlflow_sagemaker_helpers.py, mlflow_sagemaker_request_header_provider.py',
};
const REFERENCE: Source = {
  page: 'Actions, resources, and condition keys for Amazon SageMaker - Service Authorization Reference',
  url: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html',
};
const MODEL: Source = {
  repository: 'boto/botocore',
  at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of the operations of MLflow Apps',
};
const SCHEMA: Source = {
  repository: 'pulumi/pulumi-aws-native',
  at: 'aws-cloudformation-schema/aws-sagemaker-mlflowapp.json: createOnlyProperties, readOnlyProperties, handlers',
};

const behaviours: readonly Behaviour[] = [
  {
    id: 'sagemaker-mlflow/calls-to-apps',
    subjects: ['sagemaker:CreateMlflowApp'],
    does: 'MLflow\'s REST API is at one endpoint for all apps of a region (mlflow.sagemaker.<region>.app.aws). Requests are signed for the service "sagemaker", and the header x-sm-mlflow-app-arn names the app. One action covers all of it, sagemaker:CallMlflowAppApi on the app; the actions of sagemaker-mlflow are those of tracking servers, whose requests have another signing name, endpoint and header. The status of a denial (403 here) is not published.',
    sources: [PLUGIN, REFERENCE],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/mlflow/rest.ts'],
    tests: [{ file: TEST, title: 'is asked by who may call sagemaker:CallMlflowAppApi on it' }],
  },
  {
    id: 'sagemaker-mlflow/apps',
    subjects: [
      'sagemaker:CreateMlflowApp',
      'sagemaker:DescribeMlflowApp',
      'sagemaker:UpdateMlflowApp',
      'sagemaker:DeleteMlflowApp',
      'sagemaker:ListMlflowApps',
    ],
    does: "The name of an app is not part of its ARN, which ends with an id of SageMaker's. An app reads and writes its artifact store as its role. Automatic registration of models is off unless it is asked for. That two apps may have one name, the form of the id and the words of errors are ours.",
    sources: [MODEL],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/mlflow/apps.ts'],
    tests: [
      { file: TEST, title: 'is MLflow itself: runs with parameters and metrics by round are found again' },
      { file: TEST, title: 'is listed, changed and deleted' },
    ],
  },
  {
    id: 'sagemaker-mlflow/apps-of-templates',
    subjects: ['AWS::SageMaker::MlflowApp'],
    does: 'Another name or role replaces the app. Ref gives the ARN; attributes are Arn, MlflowAppId, Status, MlflowVersion and the times. A template can set no key of its own and no default.',
    sources: [SCHEMA],
    sure: 'certain',
    enforcedBy: ['local-account/cloudformation/provisioners/sagemaker-mlflow-app.ts'],
    tests: [{ file: TEST, title: 'comes from a template, is changed in place, and is deleted with it' }],
  },
];

/** MLflow Apps: SageMaker's serverless MLflow. */
export const sagemakerMlflow: ServiceLedger = {
  service: 'sagemaker-mlflow',
  behaviours,
  readings: [
    {
      subjects: [
        'AWS::SageMaker::MlflowApp',
        'sagemaker:CreateMlflowApp',
        'sagemaker:DescribeMlflowApp',
        'sagemaker:UpdateMlflowApp',
        'sagemaker:DeleteMlflowApp',
        'sagemaker:ListMlflowApps',
      ],
      pages: [MODEL, REFERENCE, SCHEMA, PLUGIN],
      found: behaviours.map(({ id }) => id),
    },
  ],
};
