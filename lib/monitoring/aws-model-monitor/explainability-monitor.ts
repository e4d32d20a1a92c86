import { type CfnResource, CustomResource, Duration, Fn, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import type { ProblemSpec } from '../../problem/problem-spec';
import { existsOnlyWith } from '../../serving/approved-model-condition';
import { covers } from '../../shared/blueprint/covers';
import { WorkflowFunction } from '../../shared/function/workflow-function';
import { useDataKeyThroughS3 } from '../../shared/iam/key-statements';
import { acknowledge } from '../../shared/security/acknowledge';
import { AnalyzerRole } from '../analysis-job/analyzer-role';
import { outcomeScheduleName } from '../analysis-job/monitor-names';
import { type EndpointMonitorProps, monitoringJob, monitoringOutput } from '../analysis-job/monitoring-job';
import { explainabilityNamespace } from '../metrics/metrics';
import { liveBaselinePrefix } from './aws-monitors';

export interface ExplainabilityMonitorProps extends EndpointMonitorProps {
  readonly modelName: string;
}

const configKey = `${liveBaselinePrefix}explainability/analysis_config.json`;

/**
 * Clarify's monitor of feature attributions (MON-05: watching the output). Kernel SHAP needs many predictions,
 * so Clarify's container creates a shadow endpoint through SageMaker's API and deletes it afterwards. Our subnets have
 * no route to that API, so this job alone runs without network isolation and outside the VPC. It may create such
 * endpoints of the live model only. Our own model quality monitor needs no network.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-model-monitor-feature-attribution-drift.html
 */
export class ExplainabilityMonitor extends Construct {
  readonly role: iam.IRole;
  /** CloudFormation calls it in each release, because the configuration names the model. */
  readonly configFunction: lambda.IFunction;

  constructor(scope: Construct, id: string, props: ExplainabilityMonitorProps) {
    super(scope, id);
    const { context, lake, images } = props;
    const writer = this.configWriter(props);
    const config = this.analysisConfig(props, writer);
    const { role } = new AnalyzerRole(this, 'Analyzer', {
      ...props,
      baselinePrefixes: [liveBaselinePrefix],
      repositoryArns: [images.clarify.repositoryArn],
      publishesTo: explainabilityNamespace,
      shadowEndpoint: {
        modelNamePattern: '*livemodel*',
        endpoints: 'sm-clarify-*',
        endpointConfigs: 'sm-clarify-config*',
      },
    });
    const { jobResources, stoppingCondition } = monitoringJob(context);
    const definition = new sagemaker.CfnModelExplainabilityJobDefinition(this, 'Definition', {
      jobResources,
      stoppingCondition,
      roleArn: role.roleArn,
      networkConfig: { enableNetworkIsolation: false, enableInterContainerTrafficEncryption: true },
      modelExplainabilityAppSpecification: {
        imageUri: images.clarify.uri,
        configUri: `s3://${lake.artifacts.bucketName}/${configKey}`,
        environment: { publish_cloudwatch_metrics: 'Enabled' },
      },
      modelExplainabilityBaselineConfig: {
        constraintsResource: {
          s3Uri: `s3://${lake.artifacts.bucketName}/${liveBaselinePrefix}explainability/constraints.json`,
        },
      },
      modelExplainabilityJobInput: {
        endpointInput: {
          endpointName: props.endpointName,
          localPath: '/opt/ml/processing/input_data',
          s3InputMode: 'File',
          s3DataDistributionType: 'FullyReplicated',
          probabilityAttribute: '0',
        },
      },
      modelExplainabilityJobOutputConfig: monitoringOutput(props),
    });
    definition.overrideLogicalId('LiveModelExplainability');
    definition.node.addDependency(role, props.endpoint, config);
    acknowledge(
      definition,
      'EV-051',
      'SageMaker.20',
      ['SecurityHub'],
      'Clarify creates its shadow endpoint from inside the container.',
    );

    const schedule = new sagemaker.CfnMonitoringSchedule(this, 'Schedule', {
      monitoringScheduleName: outcomeScheduleName.explainability(props.endpointName),
      monitoringScheduleConfig: {
        monitoringType: 'ModelExplainability',
        monitoringJobDefinitionName: Fn.select(1, Fn.split('/', definition.attrJobDefinitionArn)),
        scheduleConfig: { scheduleExpression: context.configuration.monitoring.modelMonitorSchedules.modelQuality },
      },
    });
    schedule.overrideLogicalId('LiveModelExplainabilitySchedule');
    covers(schedule, 'SVC-09', 'MON-05');
    for (const resource of [definition, schedule])
      (resource as CfnResource).cfnOptions.condition = props.hasApprovedModel;
    this.role = role;
    this.configFunction = writer.function;
  }

  /** A function that may write only this object. */
  private configWriter(props: ExplainabilityMonitorProps): WorkflowFunction {
    return new WorkflowFunction(this, 'WriteConfig', {
      name: 'write-analysis-config',
      description: "Writes Clarify's analysis configuration with the name of the live model.",
      timeout: Duration.minutes(1),
      environment: {},
      context: props.context,
      statements: [
        new iam.PolicyStatement({
          sid: 'WriteAnalysisConfig',
          actions: ['s3:PutObject'],
          resources: [props.lake.artifacts.arnForObjects(configKey)],
        }),
        useDataKeyThroughS3(this, props.context.dataKey, ['kms:GenerateDataKey']),
      ],
    });
  }

  private analysisConfig(props: ExplainabilityMonitorProps, writer: WorkflowFunction): CustomResource {
    const { problem, configuration } = props.context;
    const config = new CustomResource(this, 'Config', {
      serviceToken: writer.function.functionArn,
      resourceType: 'Custom::AnalysisConfig',
      serviceTimeout: Duration.minutes(1),
      properties: {
        Target: {
          Bucket: props.lake.artifacts.bucketName,
          Key: configKey,
          Body: Stack.of(this).toJsonString(
            explainabilityAnalysisConfig(problem, {
              modelName: props.modelName,
              endpointInstanceType: configuration.instances.endpoint.instanceType,
            }),
          ),
        },
      },
    });
    config.node.addDependency(writer.role);
    existsOnlyWith(props.hasApprovedModel, config);
    // CDK sets deletion policies on custom resources; this one leaves nothing to keep.
    const resource = config.node.defaultChild as CfnResource;
    resource.cfnOptions.deletionPolicy = resource.cfnOptions.updateReplacePolicy = undefined;
    return config;
  }
}

/**
 * SHAP values in log-odds. Without a baseline in the file, Clarify computes one from the window's own requests.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-processing-job-configure-analysis.html
 */
export function explainabilityAnalysisConfig(
  problem: ProblemSpec,
  /** The instance type is that of the shadow endpoint, which Clarify creates for the job. */
  of: { readonly modelName: string; readonly endpointInstanceType: string },
): object {
  return {
    headers: problem.features.map(({ name }) => name),
    methods: { shap: { num_samples: 100, agg_method: 'mean_abs', use_logit: true } },
    predictor: {
      model_name: of.modelName,
      instance_type: of.endpointInstanceType,
      initial_instance_count: 1,
      content_type: 'text/csv',
      accept_type: 'text/csv',
    },
  };
}
