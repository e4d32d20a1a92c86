import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { covers } from '../../shared/blueprint/covers';
import { EventRule } from '../../shared/events/event-rule';
import { WorkflowFunction } from '../../shared/function/workflow-function';
import { useDataKeyThroughS3 } from '../../shared/iam/key-statements';
import { acknowledgeWildcards } from '../../shared/iam/wildcards';
import { runTimeNamePrefix, uuidLength } from '../../shared/stack/name-length';
import type { WorkflowStateMachine } from '../../shared/state-machine/state-machine';
import { type AnalysisProps, analyzerRoleProps } from '../analysis-job/analysis-props';
import { AnalysisStateMachine, analysisDefinitionProps } from '../analysis-job/analysis-state-machine';
import { AnalyzerRole } from '../analysis-job/analyzer-role';
import { modelQualityNames } from '../analysis-job/monitor-names';
import { outcomeNamespaces } from '../metrics/metrics';
import { modelQualityDefinition } from './model-quality-definition';

const groundTruthPrefix = 'ground-truth';
/**
 * Share of the job's volume for captures and labels. The rest holds a database of the labels and the unpacked model.
 */
const usableShare = 0.6;

/**
 * Evaluates the live model once a day on the outcomes of its predictions (MON-05: watching the output; MON-06:
 * which business number is watched). One job measures quality, cost, bias and attributions, because four jobs would
 * start four instances to read the same captures.
 *
 * The exam names SageMaker Model Monitor and Clarify for this (ModelQuality, ModelBias and ModelExplainability
 * schedules). AWS closed both to new customers in 2026. Files and metrics have the same format as theirs.
 */
export class ModelQualityMonitor extends Construct {
  readonly stateMachine: WorkflowStateMachine;

  constructor(scope: Construct, id: string, props: AnalysisProps) {
    super(scope, id);
    const { context, training, serving, deadLetters } = props;
    const { prefix, monitoring } = context.configuration;
    const { lookBackDays, schedule } = monitoring.modelQuality;
    const jobNamePrefix = runTimeNamePrefix('processing job', {
      prefix,
      part: 'quality',
      added: uuidLength,
    });
    const capturePrefix = `capture/${serving.endpointName}`;
    const { role: jobRole } = new AnalyzerRole(this, 'Analyzer', {
      ...analyzerRoleProps(props),
      baselinePrefixes: [...training.baselinePrefixes, 'models/'],
      readsGroundTruth: true,
      readsManifests: true,
    });
    const publisher = this.publisher(props);
    const select = this.selector(props, capturePrefix);

    this.stateMachine = new AnalysisStateMachine(this, 'StateMachine', {
      name: 'model-quality',
      sid: 'ModelQualityJob',
      analysis: props,
      definition: modelQualityDefinition({
        ...analysisDefinitionProps(props, { jobNamePrefix, jobRole }),
        groundTruthPrefix,
        lookBackDays,
        selectFunctionArn: select.function.functionArn,
        publishFunctionArn: publisher.function.functionArn,
      }),
      jobNamePrefix,
      jobRole,
      functionArns: [select.function.functionArn, publisher.function.functionArn],
    });
    covers(this.stateMachine, 'MON-05', 'MON-06', 'SVC-09', 'SYMPTOM-03', 'ART-09');

    new EventRule(this, 'Daily', {
      description: "Starts the model quality run on the last days' predictions.",
      schedule,
      deadLetters,
      target: { stateMachineArn: this.stateMachine.stateMachineArn },
    });
  }

  /** Lists the captures of the window. It reads names and sizes only, no request. */
  private selector({ context, lake }: AnalysisProps, capturePrefix: string): WorkflowFunction {
    const { volumeSizeInGb } = context.configuration.instances.monitoring;
    const select = new WorkflowFunction(this, 'Select', {
      name: 'select-labeled-captures',
      description: 'Lists the captures of the window to evaluate.',
      timeout: Duration.minutes(5),
      environment: {
        CAPTURE_BUCKET: lake.capture.bucketName,
        CAPTURE_PREFIX: capturePrefix,
        GROUND_TRUTH_PREFIX: groundTruthPrefix,
        MAXIMUM_BYTES: String(Math.floor(volumeSizeInGb * 1024 ** 3 * usableShare)),
      },
      context,
      statements: [
        new iam.PolicyStatement({
          sid: 'ListCapturesAndLabels',
          actions: ['s3:ListBucket'],
          resources: [lake.capture.bucketArn],
          conditions: { StringEquals: { 's3:prefix': [`${capturePrefix}/`, `${groundTruthPrefix}/`] } },
        }),
        new iam.PolicyStatement({
          sid: 'WriteManifest',
          actions: ['s3:PutObject'],
          resources: [lake.capture.arnForObjects('monitoring/manifests/*')],
        }),
        // The function lists, and writes one small object. Only a multipart upload would need to decrypt.
        useDataKeyThroughS3(this, context.dataKey, ['kms:GenerateDataKey']),
      ],
    });
    acknowledgeWildcards(select.role, {
      pattern: '/monitoring/manifests/*',
      reason: 'EV-001: Each run lists its captures under its own name.',
    });
    return select;
  }

  /** Publishes the run's results as metrics, because the job has no network. */
  private publisher({ context, lake, serving }: AnalysisProps): WorkflowFunction {
    const { endpointName, scheduleName } = modelQualityNames(serving);
    const publisher = new WorkflowFunction(this, 'Publisher', {
      name: 'publish-model-quality',
      description: 'Publishes the results of a model quality run as metrics.',
      timeout: Duration.minutes(1),
      environment: {
        CAPTURE_BUCKET: lake.capture.bucketName,
        ENDPOINT_NAME: endpointName,
        SCHEDULE_NAME: scheduleName,
      },
      context,
      statements: [
        new iam.PolicyStatement({
          sid: 'ReadModelQualityResults',
          actions: ['s3:GetObject'],
          resources: [lake.capture.arnForObjects('monitoring/*')],
        }),
        useDataKeyThroughS3(this, context.dataKey, ['kms:Decrypt']),
        new iam.PolicyStatement({
          sid: 'PublishModelQualityMetrics',
          actions: ['cloudwatch:PutMetricData'],
          resources: ['*'],
          conditions: { StringEquals: { 'cloudwatch:namespace': outcomeNamespaces } },
        }),
      ],
    });
    acknowledgeWildcards(
      publisher.role,
      { pattern: '/monitoring/*', reason: "EV-001: Each model quality run writes below its own job's name." },
      { pattern: '*', reason: 'EV-002: Publishing metrics takes no resource; the namespaces are a condition.' },
    );
    return publisher;
  }
}
