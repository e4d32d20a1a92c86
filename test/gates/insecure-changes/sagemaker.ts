import type { Templates } from '../template';
import { drop, type InsecureChange, inner, propertiesOf, rewrite } from './insecure-change';

const model = (templates: Templates) => propertiesOf(templates, 'Serving', 'LiveModel', 'AWS::SageMaker::Model');
const config = (templates: Templates) =>
  propertiesOf(templates, 'Serving', 'LiveEndpointConfig', 'AWS::SageMaker::EndpointConfig');
const endpoint = (templates: Templates) =>
  propertiesOf(templates, 'Serving', 'LiveEndpoint', 'AWS::SageMaker::Endpoint');
const pipeline = (templates: Templates) =>
  inner(propertiesOf(templates, 'Training', 'Pipeline', 'AWS::SageMaker::Pipeline'), 'PipelineDefinition');
const monitor = (templates: Templates) =>
  propertiesOf(templates, 'Serving', 'LiveDataQuality', 'AWS::SageMaker::DataQualityJobDefinition');
const change = (templates: Templates, from: string, to: string) => {
  const definition = pipeline(templates);
  definition.PipelineDefinitionBody = rewrite(definition.PipelineDefinitionBody, from, to);
};

export const sagemaker: readonly InsecureChange[] = [
  {
    name: 'a job gets a password as an environment variable',
    why: 'Everybody who may describe the job reads it.',
    check: 'no-secret-in-jobs',
    apply: (templates) => change(templates, '"SAGEMAKER_PROGRAM":', '"DB_PASSWORD":'),
  },
  {
    name: 'a training gets an access key as a hyperparameter',
    why: 'A job that is described shows its hyperparameters, and its log begins with them.',
    check: 'no-secret-in-jobs',
    apply: (templates) => change(templates, '"sagemaker_program":"train.py"', '"extra":"AKIAIOSFODNN7EXAMPLE"'),
  },
  {
    name: 'an analysis gets a password among its arguments',
    why: 'Everybody who may describe the job, or read the state machine, reads it.',
    check: 'no-secret-in-jobs',
    apply: (templates) => {
      const stateMachine = propertiesOf(
        templates,
        'Monitoring',
        'DriftAnalysisStateMachine',
        'AWS::StepFunctions::StateMachine',
      );
      stateMachine.DefinitionString = rewrite(stateMachine.DefinitionString, '"analyze"]', '"analyze","password=x"]');
    },
  },
  {
    name: 'the served model gets a token as an environment variable',
    why: 'Everybody who may describe the model reads it.',
    check: 'no-secret-in-jobs',
    apply: (templates) => void (inner(model(templates), 'PrimaryContainer', 'Environment').AUTH_TOKEN = 'x'),
  },
  {
    name: 'the model has network access',
    why: 'A poisoned model phones home with every request.',
    check: 'nag',
    apply: (templates) => void (model(templates).EnableNetworkIsolation = false),
  },
  {
    name: 'the model runs outside the VPC',
    why: 'Its downloads pass no endpoint policy and no flow log.',
    check: 'models-in-the-network',
    apply: (templates) => drop(model(templates), 'VpcConfig'),
  },
  {
    name: 'the model is not the approved package',
    why: 'Whatever lies at that address is served.',
    check: 'models-in-the-network',
    apply: (templates) => {
      const container = inner(model(templates), 'PrimaryContainer');
      drop(container, 'ModelPackageName');
      container.ModelDataUrl = 's3://elsewhere/model.tar.gz';
    },
  },
  {
    name: "the endpoint's volumes have AWS's key",
    why: 'No policy of ours.',
    check: 'nag',
    apply: (templates) => drop(config(templates), 'KmsKeyId'),
  },
  {
    name: 'captures are written without our key',
    why: 'Requests are the most personal data here.',
    check: 'encrypted-with-our-keys',
    apply: (templates) => drop(inner(config(templates), 'DataCaptureConfig'), 'KmsKeyId'),
  },
  {
    name: 'one instance serves',
    why: 'One failed zone stops every prediction.',
    check: 'nag',
    apply: (templates) => void (inner(config(templates), 'ProductionVariants', 0).InitialInstanceCount = 1),
  },
  {
    name: 'a tenth of the requests is captured',
    why: 'Rare categories drift unseen.',
    check: 'capture-all-requests',
    apply: (templates) => void (inner(config(templates), 'DataCaptureConfig').InitialSamplingPercentage = 10),
  },
  {
    name: 'no alarm rolls a release back',
    why: 'A bad model stays.',
    check: 'releases-roll-back',
    apply: (templates) => drop(inner(endpoint(templates), 'DeploymentConfig'), 'AutoRollbackConfiguration'),
  },
  {
    name: 'a release takes all traffic at once',
    why: 'Everyone is the canary.',
    check: 'releases-roll-back',
    apply: (templates) =>
      void (inner(endpoint(templates), 'DeploymentConfig', 'BlueGreenUpdatePolicy').TrafficRoutingConfiguration = {
        Type: 'ALL_AT_ONCE',
        WaitIntervalInSeconds: 0,
      }),
  },
  {
    name: 'a processing step has network access',
    why: 'A dependency of the step code could send the data away.',
    check: 'jobs-protected',
    apply: (templates) => change(templates, '"EnableNetworkIsolation":true', '"EnableNetworkIsolation":false'),
  },
  {
    name: 'hosts of a job talk in the clear',
    why: 'Data in transit.',
    check: 'jobs-protected',
    apply: (templates) =>
      change(
        templates,
        '"EnableInterContainerTrafficEncryption":true',
        '"EnableInterContainerTrafficEncryption":false',
      ),
  },
  {
    name: "a job's volume has no key",
    why: "Training data on a disk of AWS's key.",
    check: 'jobs-protected',
    apply: (templates) => change(templates, '"VolumeKmsKeyId"', '"VolumeKmsKey"'),
  },
  {
    name: 'models register as approved',
    why: 'No person looks any more.',
    check: 'models-registered-as-pending',
    apply: (templates) =>
      change(templates, '"ModelApprovalStatus":"PendingManualApproval"', '"ModelApprovalStatus":"Approved"'),
  },
  {
    name: "the endpoint's instance type does not exist",
    why: 'The release fails an hour into the night.',
    check: 'cloudformation-validate',
    apply: (templates) => void (inner(config(templates), 'ProductionVariants', 0).InstanceType = 'ml.m5.gigantic'),
  },
  {
    name: "the monitor's job has network access",
    why: 'It reads every request.',
    check: 'nag',
    configuration: 'modelMonitor',
    apply: (templates) => void (inner(monitor(templates), 'NetworkConfig').EnableNetworkIsolation = false),
  },
  {
    name: "the monitor's hosts talk in the clear",
    why: 'Requests in transit.',
    check: 'nag',
    configuration: 'modelMonitor',
    apply: (templates) =>
      void (inner(monitor(templates), 'NetworkConfig').EnableInterContainerTrafficEncryption = false),
  },
  {
    name: "the monitor's volume has no key",
    why: "Requests on a disk of AWS's key.",
    check: 'checkov',
    configuration: 'modelMonitor',
    apply: (templates) => drop(inner(monitor(templates), 'JobResources', 'ClusterConfig'), 'VolumeKmsKeyId'),
  },
];
