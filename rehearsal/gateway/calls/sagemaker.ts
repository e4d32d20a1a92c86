import { Call, Field, Row, ServiceCalls, field, fields, passRole, regional, scoped, unscoped } from './rows';

const SERVICE = 'sagemaker.amazonaws.com';

/** A SageMaker ARN from a name or an ARN. SageMaker writes names in ARNs in lower case. */
function arn(call: Call, type: string, nameOrArn: string | undefined): string {
  return nameOrArn?.startsWith('arn:') ? nameOrArn : regional(call, 'sagemaker', `${type}/${(nameOrArn ?? '').toLowerCase()}`);
}

const named = (type: string, ...members: string[]): Field<string> => (call) =>
  arn(call, type, members.map((member) => field(member)(call)).find((value) => value !== undefined));

/** A model package by ARN, by group (any version of it) or by name. */
const modelPackage: Field<string> = (call) => {
  const given = field('ModelPackageArn')(call) ?? field('ModelPackageName')(call);
  const group = field('ModelPackageGroupName')(call);
  if (given === undefined && group !== undefined) {
    const name = group.startsWith('arn:') ? group.slice(group.lastIndexOf('/') + 1) : group;
    return arn(call, 'model-package', `${name}/*`);
  }
  return arn(call, 'model-package', given);
};

const execution: Field<string> = (call) => field('PipelineExecutionArn')(call) ?? '';

const VPC: Row['context'] = {
  'sagemaker:VpcSubnets': fields('VpcConfig.Subnets[]', 'NetworkConfig.VpcConfig.Subnets[]', 'TrainingJobDefinition.VpcConfig.Subnets[]', 'TrainingJobDefinitions[].VpcConfig.Subnets[]'),
  'sagemaker:VpcSecurityGroupIds': fields(
    'VpcConfig.SecurityGroupIds[]', 'NetworkConfig.VpcConfig.SecurityGroupIds[]', 'TrainingJobDefinition.VpcConfig.SecurityGroupIds[]', 'TrainingJobDefinitions[].VpcConfig.SecurityGroupIds[]',
  ),
};

/** A flag that the service takes as false when it is absent. */
const flag = (...paths: string[]): Field<string> => (call) => fields(...paths)(call)?.join() ?? 'false';

/** A KMS key by ARN, whatever form the request gives. */
const keyArns = (...paths: string[]): Field<string[] | undefined> => async (call) => {
  const ids = fields(...paths)(call);
  return ids && Promise.all(ids.map((id) => call.facts.keyArn(id)));
};

const creates = (action: string, type: string, name: string, context: Row['context'], ...roles: string[]): Row[] => [
  { action: `sagemaker:${action}`, type, resource: named(type, name), context },
  addTags(named(type, name), type),
  ...(roles.length ? [passRole(SERVICE, ...roles)] : []),
];

/** Creating with tags needs sagemaker:AddTags on what is created. */
function addTags(resource: Field<string>, type: string): Row {
  return {
    action: 'sagemaker:AddTags',
    type,
    resource,
    when: (call) => ((call.input.Tags as unknown[] | undefined) ?? []).length > 0,
  };
}

const MONITORING = 'MonitoringScheduleConfig.MonitoringJobDefinition';

/** Amazon SageMaker AI, control plane. */
export const sagemaker: ServiceCalls = {
  prefix: 'sagemaker',
  source: 'Actions, resources, and condition keys for Amazon SageMaker',
  operations: {
    ...unscoped(
      'sagemaker', 'ListProcessingJobs', 'ListTrainingJobs', 'ListHyperParameterTuningJobs', 'ListTransformJobs', 'ListModels',
      'ListEndpointConfigs', 'ListEndpoints', 'ListModelPackageGroups', 'ListPipelines', 'ListMonitoringSchedules',
      'ListMonitoringExecutions', 'ListDataQualityJobDefinitions', 'ListExperiments', 'ListTrials', 'Search',
    ),
    CreateProcessingJob: creates(
      'CreateProcessingJob', 'processing-job', 'ProcessingJobName',
      {
        ...VPC,
        'sagemaker:InstanceTypes': fields('ProcessingResources.ClusterConfig.InstanceType'),
        'sagemaker:NetworkIsolation': flag('NetworkConfig.EnableNetworkIsolation'),
        'sagemaker:InterContainerTrafficEncryption': flag('NetworkConfig.EnableInterContainerTrafficEncryption'),
        'sagemaker:VolumeKmsKeyArn': keyArns('ProcessingResources.ClusterConfig.VolumeKmsKeyId'),
        'sagemaker:OutputKmsKeyArn': keyArns('ProcessingOutputConfig.KmsKeyId'),
        'sagemaker:MaxRuntimeInSeconds': field('StoppingCondition.MaxRuntimeInSeconds'),
      },
      'RoleArn',
    ),
    CreateTrainingJob: creates(
      'CreateTrainingJob', 'training-job', 'TrainingJobName',
      {
        ...VPC,
        'sagemaker:InstanceTypes': fields('ResourceConfig.InstanceType', 'ResourceConfig.InstanceGroups[].InstanceType'),
        'sagemaker:NetworkIsolation': flag('EnableNetworkIsolation'),
        'sagemaker:InterContainerTrafficEncryption': flag('EnableInterContainerTrafficEncryption'),
        'sagemaker:VolumeKmsKeyArn': keyArns('ResourceConfig.VolumeKmsKeyId'),
        'sagemaker:OutputKmsKeyArn': keyArns('OutputDataConfig.KmsKeyId'),
        'sagemaker:MaxRuntimeInSeconds': field('StoppingCondition.MaxRuntimeInSeconds'),
      },
      'RoleArn',
    ),
    CreateHyperParameterTuningJob: creates(
      'CreateHyperParameterTuningJob', 'hyper-parameter-tuning-job', 'HyperParameterTuningJobName',
      {
        ...VPC,
        'sagemaker:InstanceTypes': fields('TrainingJobDefinition.ResourceConfig.InstanceType', 'TrainingJobDefinitions[].ResourceConfig.InstanceType'),
        'sagemaker:NetworkIsolation': flag('TrainingJobDefinition.EnableNetworkIsolation', 'TrainingJobDefinitions[].EnableNetworkIsolation'),
        'sagemaker:InterContainerTrafficEncryption': flag(
          'TrainingJobDefinition.EnableInterContainerTrafficEncryption', 'TrainingJobDefinitions[].EnableInterContainerTrafficEncryption',
        ),
        'sagemaker:VolumeKmsKeyArn': keyArns('TrainingJobDefinition.ResourceConfig.VolumeKmsKeyId', 'TrainingJobDefinitions[].ResourceConfig.VolumeKmsKeyId'),
        'sagemaker:OutputKmsKeyArn': keyArns('TrainingJobDefinition.OutputDataConfig.KmsKeyId', 'TrainingJobDefinitions[].OutputDataConfig.KmsKeyId'),
        'sagemaker:MaxRuntimeInSeconds': field('TrainingJobDefinition.StoppingCondition.MaxRuntimeInSeconds'),
      },
      'TrainingJobDefinition.RoleArn', 'TrainingJobDefinitions[].RoleArn',
    ),
    CreateTransformJob: creates('CreateTransformJob', 'transform-job', 'TransformJobName', {
      'sagemaker:InstanceTypes': fields('TransformResources.InstanceType'),
      'sagemaker:ModelArn': named('model', 'ModelName'),
      'sagemaker:VolumeKmsKeyArn': keyArns('TransformResources.VolumeKmsKeyId'),
      'sagemaker:OutputKmsKeyArn': keyArns('TransformOutput.KmsKeyId'),
    }),
    CreateModel: creates(
      'CreateModel', 'model', 'ModelName', { ...VPC, 'sagemaker:NetworkIsolation': flag('EnableNetworkIsolation') }, 'ExecutionRoleArn',
    ),
    CreateEndpointConfig: creates(
      'CreateEndpointConfig', 'endpoint-config', 'EndpointConfigName',
      {
        'sagemaker:InstanceTypes': fields('ProductionVariants[].InstanceType', 'ShadowProductionVariants[].InstanceType'),
        'sagemaker:ModelArn': (call) => fields('ProductionVariants[].ModelName')(call)?.map((name) => arn(call, 'model', name)),
        'sagemaker:VolumeKmsKeyArn': keyArns('KmsKeyId'),
        'sagemaker:ServerlessMaxConcurrency': fields('ProductionVariants[].ServerlessConfig.MaxConcurrency'),
        'sagemaker:ServerlessMemorySize': fields('ProductionVariants[].ServerlessConfig.MemorySizeInMB'),
      },
      'ExecutionRoleArn',
    ),
    CreateEndpoint: [
      { action: 'sagemaker:CreateEndpoint', type: 'endpoint', resource: named('endpoint', 'EndpointName') },
      { action: 'sagemaker:CreateEndpoint', type: 'endpoint-config', resource: named('endpoint-config', 'EndpointConfigName') },
      addTags(named('endpoint', 'EndpointName'), 'endpoint'),
    ],
    UpdateEndpoint: [
      { action: 'sagemaker:UpdateEndpoint', type: 'endpoint', resource: named('endpoint', 'EndpointName') },
      { action: 'sagemaker:UpdateEndpoint', type: 'endpoint-config', resource: named('endpoint-config', 'EndpointConfigName') },
    ],
    ...scoped('sagemaker', 'endpoint', named('endpoint', 'EndpointName'), 'DescribeEndpoint', 'DeleteEndpoint', 'UpdateEndpointWeightsAndCapacities'),
    ...scoped('sagemaker', 'endpoint-config', named('endpoint-config', 'EndpointConfigName'), 'DescribeEndpointConfig', 'DeleteEndpointConfig'),
    ...scoped('sagemaker', 'model', named('model', 'ModelName'), 'DescribeModel', 'DeleteModel'),
    ...scoped('sagemaker', 'processing-job', named('processing-job', 'ProcessingJobName'), 'DescribeProcessingJob', 'StopProcessingJob', 'DeleteProcessingJob'),
    ...scoped('sagemaker', 'training-job', named('training-job', 'TrainingJobName'), 'DescribeTrainingJob', 'StopTrainingJob', 'UpdateTrainingJob', 'DeleteTrainingJob'),
    ...scoped(
      'sagemaker', 'hyper-parameter-tuning-job', named('hyper-parameter-tuning-job', 'HyperParameterTuningJobName'),
      'DescribeHyperParameterTuningJob', 'StopHyperParameterTuningJob', 'ListTrainingJobsForHyperParameterTuningJob', 'DeleteHyperParameterTuningJob',
    ),
    ...scoped('sagemaker', 'transform-job', named('transform-job', 'TransformJobName'), 'DescribeTransformJob', 'StopTransformJob'),
    CreateModelPackageGroup: creates('CreateModelPackageGroup', 'model-package-group', 'ModelPackageGroupName', {}),
    ...scoped(
      'sagemaker', 'model-package-group', named('model-package-group', 'ModelPackageGroupName'),
      'DescribeModelPackageGroup', 'DeleteModelPackageGroup', 'PutModelPackageGroupPolicy', 'GetModelPackageGroupPolicy', 'DeleteModelPackageGroupPolicy',
    ),
    CreateModelPackage: [
      {
        action: 'sagemaker:CreateModelPackage',
        type: 'model-package',
        resource: modelPackage,
        context: { 'sagemaker:ModelApprovalStatus': field('ModelApprovalStatus') },
      },
      addTags(modelPackage, 'model-package'),
    ],
    UpdateModelPackage: [
      {
        action: 'sagemaker:UpdateModelPackage',
        type: 'model-package',
        resource: modelPackage,
        context: { 'sagemaker:ModelApprovalStatus': field('ModelApprovalStatus') },
      },
    ],
    ...scoped('sagemaker', 'model-package', modelPackage, 'DescribeModelPackage', 'DeleteModelPackage'),
    ListModelPackages: [
      {
        action: 'sagemaker:ListModelPackages',
        type: 'model-package',
        resource: (call) => (field('ModelPackageGroupName')(call) === undefined ? '*' : modelPackage(call)),
      },
    ],
    CreatePipeline: creates('CreatePipeline', 'pipeline', 'PipelineName', {}, 'RoleArn'),
    UpdatePipeline: [
      { action: 'sagemaker:UpdatePipeline', type: 'pipeline', resource: named('pipeline', 'PipelineName') },
      passRole(SERVICE, 'RoleArn'),
    ],
    ...scoped('sagemaker', 'pipeline', named('pipeline', 'PipelineName'), 'DescribePipeline', 'DeletePipeline', 'StartPipelineExecution', 'ListPipelineExecutions'),
    ...scoped(
      'sagemaker', 'pipeline-execution', execution, 'DescribePipelineExecution', 'ListPipelineExecutionSteps', 'StopPipelineExecution',
      'RetryPipelineExecution', 'UpdatePipelineExecution', 'DescribePipelineDefinitionForExecution', 'ListPipelineParametersForExecution',
    ),
    CreateDataQualityJobDefinition: creates(
      'CreateDataQualityJobDefinition', 'data-quality-job-definition', 'JobDefinitionName',
      {
        ...VPC,
        'sagemaker:InstanceTypes': fields('JobResources.ClusterConfig.InstanceType'),
        'sagemaker:NetworkIsolation': flag('NetworkConfig.EnableNetworkIsolation'),
        'sagemaker:InterContainerTrafficEncryption': flag('NetworkConfig.EnableInterContainerTrafficEncryption'),
        'sagemaker:VolumeKmsKeyArn': keyArns('JobResources.ClusterConfig.VolumeKmsKeyId'),
        'sagemaker:OutputKmsKeyArn': keyArns('DataQualityJobOutputConfig.KmsKeyId'),
        'sagemaker:MaxRuntimeInSeconds': field('StoppingCondition.MaxRuntimeInSeconds'),
      },
      'RoleArn',
    ),
    ...scoped(
      'sagemaker', 'data-quality-job-definition', named('data-quality-job-definition', 'JobDefinitionName'),
      'DescribeDataQualityJobDefinition', 'DeleteDataQualityJobDefinition',
    ),
    CreateMonitoringSchedule: creates(
      'CreateMonitoringSchedule', 'monitoring-schedule', 'MonitoringScheduleName',
      {
        'sagemaker:InstanceTypes': fields(`${MONITORING}.MonitoringResources.ClusterConfig.InstanceType`),
        'sagemaker:NetworkIsolation': flag(`${MONITORING}.NetworkConfig.EnableNetworkIsolation`),
        'sagemaker:VolumeKmsKeyArn': keyArns(`${MONITORING}.MonitoringResources.ClusterConfig.VolumeKmsKeyId`),
      },
      `${MONITORING}.RoleArn`,
    ),
    UpdateMonitoringSchedule: [
      { action: 'sagemaker:UpdateMonitoringSchedule', type: 'monitoring-schedule', resource: named('monitoring-schedule', 'MonitoringScheduleName') },
      passRole(SERVICE, `${MONITORING}.RoleArn`),
    ],
    ...scoped(
      'sagemaker', 'monitoring-schedule', named('monitoring-schedule', 'MonitoringScheduleName'),
      'DescribeMonitoringSchedule', 'DeleteMonitoringSchedule', 'StartMonitoringSchedule', 'StopMonitoringSchedule',
    ),
    AddTags: [{ action: 'sagemaker:AddTags', resource: field('ResourceArn') as Field<string> }],
    DeleteTags: [{ action: 'sagemaker:DeleteTags', resource: field('ResourceArn') as Field<string> }],
    ListTags: [{ action: 'sagemaker:ListTags', resource: field('ResourceArn') as Field<string> }],
  },
};

/** Amazon SageMaker AI Runtime. */
export const sagemakerRuntime: ServiceCalls = {
  prefix: 'sagemaker',
  source: 'Actions, resources, and condition keys for Amazon SageMaker',
  operations: {
    InvokeEndpoint: [
      {
        action: 'sagemaker:InvokeEndpoint',
        type: 'endpoint',
        resource: named('endpoint', 'EndpointName'),
        context: { 'sagemaker:TargetModel': field('TargetModel') },
      },
    ],
    ...scoped('sagemaker', 'endpoint', named('endpoint', 'EndpointName'), 'InvokeEndpointAsync'),
  },
};

const scalable = (call: Call): string => regional(call, 'application-autoscaling', 'scalable-target/*');
const SCALING: Row['context'] = {
  'application-autoscaling:service-namespace': field('ServiceNamespace'),
  'application-autoscaling:scalable-dimension': field('ScalableDimension'),
};

/** Application Auto Scaling. */
export const applicationAutoscaling: ServiceCalls = {
  prefix: 'application-autoscaling',
  source: 'Actions, resources, and condition keys for AWS Application Auto Scaling',
  operations: {
    ...unscoped(
      'application-autoscaling', 'DescribeScalableTargets', 'DescribeScalingPolicies', 'DescribeScalingActivities', 'DescribeScheduledActions',
    ),
    ...Object.fromEntries(
      ['RegisterScalableTarget', 'DeregisterScalableTarget', 'PutScalingPolicy', 'DeleteScalingPolicy', 'PutScheduledAction', 'DeleteScheduledAction'].map(
        (operation): [string, Row[]] => [
          operation,
          [{ action: `application-autoscaling:${operation}`, type: 'ScalableTarget', resource: scalable, context: SCALING }],
        ],
      ),
    ),
  },
};
