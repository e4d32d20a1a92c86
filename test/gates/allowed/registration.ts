import { isProperties, list, properties, text, type Value } from '../template';
import { frameworkImage, ownImage } from './images';
import { ofStep, place } from './jobs';
import { instanceType, prefix, problem } from './references';
import { either, type Fields, like, listOf, object, only, optional, type Problem, type Rule, words } from './rules';

const container = object({
  ContainerHostname: optional(like(/[a-z]+/)),
  Image: either(frameworkImage, ownImage),
  ModelDataUrl: place,
  Environment: object({
    SAGEMAKER_PROGRAM: like(/[a-z_]*inference\.py/),
    SAGEMAKER_SUBMIT_DIRECTORY: only('/opt/ml/model/code'),
    SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT: optional(only('text/csv')),
    PIP_NO_BUILD_ISOLATION: optional(only('0')),
  }),
});
const mimeTypes = only(['text/csv', 'application/json']);

/** A file that a step of this pipeline wrote. Monitoring and people compare with it: another file would mislead both. */
const file = (step: string, output: string, path: string): Rule =>
  object({
    ContentType: only('application/json'),
    S3Uri: only({
      'Std:Join': {
        On: '/',
        Values: [{ Get: `Steps.${step}.ProcessingOutputConfig.Outputs['${output}'].S3Output.S3Uri` }, path],
      },
    }),
  });
const baseline = (path: string) => file('CreateBaseline', 'baseline-results', path);
const dataQuality = object({
  Statistics: baseline('statistics.json'),
  Constraints: baseline('constraints.json'),
});

/** What was measured of this model. */
const metrics = object({
  ModelQuality: object({ Statistics: file('EvaluateModel', 'evaluation', 'evaluation.json') }),
  ModelDataQuality: dataQuality,
  Bias: object({ Report: baseline('bias/analysis.json') }),
  Explainability: object({ Report: baseline('explainability/analysis.json') }),
});
/** What the monitors compare with, once it is live. */
const driftBaselines = object({
  ModelDataQuality: dataQuality,
  ModelQuality: object({
    Statistics: baseline('quality/statistics.json'),
    Constraints: baseline('quality/constraints.json'),
  }),
  Bias: object({ PostTrainingConstraints: baseline('bias/constraints.json') }),
  Explainability: object({ Constraints: baseline('explainability/constraints.json') }),
});

const given = (path: string) => only({ Get: path });
const report = (step: string, path: string) => ({
  'Std:JsonGet': { PropertyFile: { Get: `Steps.${step}` }, Path: path },
});
/** Where the model comes from. The release compares the hash with the artifact's. */
const origin = object({
  Owner: like(/[\w-]+/),
  Problem: only(problem),
  CodeVersion: like(/[0-9a-f]{64}/),
  DataVersion: only({
    'Std:Join': {
      On: '/',
      Values: [
        { Get: "Steps.PrepareData.ProcessingOutputConfig.Outputs['metadata'].S3Output.S3Uri" },
        'data-version.json',
      ],
    },
  }),
  DataSnapshot: place,
  Airports: given('Parameters.Airports'),
  From: given('Parameters.From'),
  Until: given('Parameters.Until'),
  PipelineExecutionId: given('Execution.PipelineExecutionId'),
  modelSha256: only(report('EvaluateModel.PropertyFiles.EvaluationReport', 'model.sha256')),
});

const all = (...names: readonly string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, { check: () => [] }]));
const cardFields: Fields = {
  model_overview: object(all('model_creator', 'model_artifact')),
  business_details: object({ business_problem: words, business_stakeholders: words }),
  intended_uses: object({
    purpose_of_model: words,
    intended_uses: words,
    factors_affecting_model_efficiency: words,
    risk_rating: only('Low'),
    explanations_for_risk_rating: words,
  }),
  training_details: object(all('objective_function', 'training_observations', 'training_job_details')),
  evaluation_details: { check: () => [] },
  additional_information: object({ caveats_and_recommendations: words, custom_details: { check: () => [] } }),
};

/**
 * The card is JSON once its values are in, with every section; and each value of the evaluation is the one that its
 * name says: `lift` is read from `gate.lift`.
 */
const card: Rule = {
  check: (value, spot) => {
    const joined = properties(properties(value)['Std:Join']);
    const problems: Problem[] = [];
    const add = (problem: string) => void problems.push({ path: spot.path, problem });
    const values = list(joined.Values);
    if (joined.On !== '') add('is put together with a separator');
    const measured: string[] = [];
    values.forEach((one, index) => {
      const before = String(values[index - 1] ?? '');
      const [, name] = /"name":"(\w+)","type":"number","value":$/.exec(before) ?? [];
      const path = text(properties(properties(one)['Std:JsonGet']).Path ?? '');
      if (name !== undefined) {
        measured.push(name);
        if (
          path
            .replace(/\.value$/, '')
            .split('.')
            .at(-1) !== name
        )
          add(`${name} is read from ${path || 'nothing'}`);
      } else if (isProperties(one)) {
        const wanted = [
          {
            after: /\/models\/$|:training-job\/$/,
            is: report('SelectModel.PropertyFiles.Selection', 'chosen.training_job'),
          },
          {
            after: /"evaluation_observation":"$/,
            is: report('EvaluateModel.PropertyFiles.EvaluationReport', 'summary'),
          },
          { after: /"evaluation_job_arn":"$/, is: { Get: 'Steps.EvaluateModel.ProcessingJobArn' } },
          { after: /\/pipeline\/data\/$/, is: { Get: 'Parameters.DataSnapshot' } },
          { after: /Flights from the airports $/, is: { Get: 'Parameters.Airports' } },
          { after: /flights before $/, is: { Get: 'Parameters.Until' } },
        ].find(({ after }) => after.test(before));
        if (JSON.stringify(wanted?.is) !== JSON.stringify(one))
          add(`has ${JSON.stringify(one)} after ${before.slice(-40)}`);
      }
    });
    for (const name of ['pr_auc', 'lift', 'auc', 'expected_cost_per_1000', 'cost_ratio', 'threshold'])
      if (!measured.includes(name)) add(`does not say ${name}`);
    try {
      const whole = values.map((one) => (typeof one === 'string' ? one : '0')).join('');
      return [...problems, ...object(cardFields).check(JSON.parse(whole) as Value, spot)];
    } catch {
      return [...problems, { path: spot.path, problem: 'is no JSON' }];
    }
  },
};

/** Pending: a person approves. */
export const registration: Fields = {
  ModelPackageGroupName: only(`${prefix}-${problem}`),
  ModelApprovalStatus: only('PendingManualApproval'),
  ModelPackageDescription: either(
    words,
    object({ 'Std:Join': object({ On: only(' '), Values: listOf(either(ofStep, like(/.+/))) }) }),
  ),
  InferenceSpecification: object({
    Containers: listOf(container, { maximum: 2 }),
    SupportedContentTypes: mimeTypes,
    SupportedResponseMIMETypes: mimeTypes,
    SupportedRealtimeInferenceInstanceTypes: listOf(instanceType),
    SupportedTransformInstanceTypes: listOf(instanceType),
  }),
  ModelCard: object({ ModelCardStatus: only('PendingReview'), ModelCardContent: card }),
  ModelMetrics: metrics,
  DriftCheckBaselines: driftBaselines,
  CustomerMetadataProperties: origin,
};
