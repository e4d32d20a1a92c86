import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { covers } from '../../shared/blueprint/covers';
import { EventRule } from '../../shared/events/event-rule';
import { WorkflowFunction } from '../../shared/function/workflow-function';
import { runTimeNamePrefix, uuidLength } from '../../shared/stack/name-length';
import type { WorkflowStateMachine } from '../../shared/state-machine/state-machine';
import { type AnalysisProps, analyzerRoleProps } from '../analysis-job/analysis-props';
import { AnalysisStateMachine, analysisDefinitionProps } from '../analysis-job/analysis-state-machine';
import { AnalyzerRole } from '../analysis-job/analyzer-role';
import { MetricPublisher } from '../analysis-job/metric-publisher';
import { driftNames } from '../analysis-job/monitor-names';
import { driftAnalysisDefinition } from './drift-analysis-definition';
import { watchedFeatures } from './watched-features';

/**
 * Our own drift analysis, each hour (MON-04: watching the input data; SVC-03: what Processing is for).
 *
 * The exam names SageMaker Model Monitor for this, which AWS closed to new customers in 2026; a sandbox account is a new
 * customer. A scheduled Processing job does the same work with the same file formats. `modelMonitor: true` deploys AWS's.
 */
export class DriftAnalysis extends Construct {
  readonly stateMachine: WorkflowStateMachine;

  constructor(scope: Construct, id: string, props: AnalysisProps) {
    super(scope, id);
    const { context, serving, deadLetters } = props;
    const { prefix, monitoring } = context.configuration;
    const jobNamePrefix = runTimeNamePrefix('processing job', {
      prefix,
      part: 'drift',
      added: uuidLength,
    });
    const { role: jobRole } = new AnalyzerRole(this, 'Analyzer', analyzerRoleProps(props));
    const selectCaptures = this.selectCaptures(props);
    const publisher = new MetricPublisher(this, 'Publisher', {
      ...props,
      watchedFeatures: watchedFeatures(context.problem),
      publishesFeatures: monitoring.featureMetrics,
    });

    this.stateMachine = new AnalysisStateMachine(this, 'StateMachine', {
      name: 'monitoring',
      sid: 'AnalysisJob',
      analysis: props,
      definition: driftAnalysisDefinition({
        ...analysisDefinitionProps(props, { jobNamePrefix, jobRole }),
        ...driftNames(serving),
        selectCapturesFunctionArn: selectCaptures.function.functionArn,
        publishMetricsFunctionArn: publisher.functionArn,
      }),
      jobNamePrefix,
      jobRole,
      functionArns: [selectCaptures.function.functionArn, publisher.functionArn],
    });
    covers(this.stateMachine, 'FLOW-10', 'MON-04', 'MON-05', 'SVC-03', 'SVC-09', 'STAGE-08', 'ART-09', 'SELF-06');

    new EventRule(this, 'Hourly', {
      description: 'Starts the analysis of the last full hour, when its captures have arrived.',
      schedule: monitoring.schedule,
      deadLetters,
      target: { stateMachineArn: this.stateMachine.stateMachineArn },
    });
  }

  /** Finds the captures of the hour. It lists names only and reads no request. */
  private selectCaptures(props: AnalysisProps): WorkflowFunction {
    const { context, lake, serving } = props;
    const variantPrefix = `capture/${serving.endpointName}/${serving.variantName}`;
    return new WorkflowFunction(this, 'SelectCaptures', {
      name: 'select-captures',
      description: 'Finds the captures of the hour to analyze.',
      timeout: Duration.minutes(1),
      environment: { CAPTURE_BUCKET: lake.capture.bucketName, VARIANT_PREFIX: variantPrefix },
      context,
      statements: [
        new iam.PolicyStatement({
          sid: 'ListCaptures',
          actions: ['s3:ListBucket'],
          resources: [lake.capture.bucketArn],
          conditions: { StringLike: { 's3:prefix': [`${variantPrefix}/*`] } },
        }),
      ],
    });
  }
}
