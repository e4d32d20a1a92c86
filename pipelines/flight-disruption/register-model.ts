import { registerModelStep, retryServiceFaults, type Step } from '../definition/steps';
import {
  execution,
  join,
  jsonGet,
  jsonText,
  output,
  type PipelineParameter,
  property,
  type StringValue,
} from '../definition/values';
import type { PipelineEnvironment } from './environment';
import { inferenceContainers } from './inference-containers';
import { modelCard } from './model-card';

/** What the registered version records about its origin. */
export interface ModelOrigin {
  readonly parameters: Readonly<Record<'airports' | 'from' | 'until', PipelineParameter>>;
  /** List of the data files with their versions. */
  readonly manifest: StringValue;
  readonly model: StringValue;
  /** ARN. */
  readonly trainingJob: StringValue;
  readonly steps: Readonly<Record<'prepare' | 'evaluate' | 'baseline', Step>>;
}

/** RegisterModel: the model, its evidence and its origin as a new version in the model package group. */
export function registerModel(environment: PipelineEnvironment, origin: ModelOrigin): Step {
  const { manifest, model, trainingJob } = origin;
  const { airports, from, until } = origin.parameters;
  const { prepare, evaluate, baseline } = origin.steps;
  const baselineFile = (name: string) => ({
    ContentType: 'application/json',
    S3Uri: join('/', output(baseline, 'baseline-results'), name),
  });
  return registerModelStep('RegisterModel', {
    description: 'Registers a new version in the model package group, which waits for the approval of a person.',
    retryPolicies: retryServiceFaults,
    arguments: {
      ModelPackageGroupName: environment.modelPackageGroupName,
      ModelApprovalStatus: 'PendingManualApproval',
      ModelPackageDescription: join(' ', 'Flights of', airports.value, 'before', until.value),
      InferenceSpecification: {
        Containers: inferenceContainers(environment, model),
        SupportedContentTypes: ['text/csv', 'application/json'],
        SupportedResponseMIMETypes: ['text/csv', 'application/json'],
        SupportedRealtimeInferenceInstanceTypes: [environment.servingInstanceTypes.realTime],
        SupportedTransformInstanceTypes: [environment.servingInstanceTypes.transform],
      },
      // The version's own card, which the approver reads (FLOW-08: who approves a model; MLOPS-03: where approvals
      // fit). CreateModelCard is for models outside a registry (SageMaker API reference, ModelPackageModelCard).
      ModelCard: {
        ModelCardStatus: 'PendingReview',
        ModelCardContent: jsonText(
          modelCard({
            environment,
            airports: airports.value,
            until: until.value,
            artifact: model,
            trainingJob,
            evaluationJob: property(evaluate, 'ProcessingJobArn'),
            manifest,
            evaluation: (path) => jsonGet(evaluate, 'EvaluationReport', path),
          }),
        ),
      },
      // The evidence is part of the version: the person who approves it reads these files (STAGE-06: what registration
      // records; ART-07: what a model package holds; ART-09: what a monitoring baseline is).
      ModelMetrics: {
        ModelQuality: {
          Statistics: {
            ContentType: 'application/json',
            S3Uri: join('/', output(evaluate, 'evaluation'), 'evaluation.json'),
          },
        },
        ModelDataQuality: {
          Statistics: baselineFile('statistics.json'),
          Constraints: baselineFile('constraints.json'),
        },
        Bias: { Report: baselineFile('bias/analysis.json') },
        Explainability: { Report: baselineFile('explainability/analysis.json') },
      },
      DriftCheckBaselines: {
        ModelDataQuality: {
          Statistics: baselineFile('statistics.json'),
          Constraints: baselineFile('constraints.json'),
        },
        ModelQuality: {
          Statistics: baselineFile('quality/statistics.json'),
          Constraints: baselineFile('quality/constraints.json'),
        },
        Bias: { PostTrainingConstraints: baselineFile('bias/constraints.json') },
        Explainability: { Constraints: baselineFile('explainability/constraints.json') },
      },
      CustomerMetadataProperties: {
        Owner: environment.tags.owner,
        Problem: environment.problem.name,
        CodeVersion: environment.code.version,
        DataVersion: join('/', output(prepare, 'metadata'), 'data-version.json'),
        DataSnapshot: manifest,
        Airports: airports.value,
        From: from.value,
        Until: until.value,
        PipelineExecutionId: execution.id,
        // Digest of the archive that EvaluateModel read: the release accepts no other (lambda/verify-package).
        modelSha256: jsonGet(evaluate, 'EvaluationReport', 'model.sha256'),
      },
    },
  });
}
