import type { WorkflowConfiguration } from '../../lib/config';
import type { ProblemSpec } from '../../lib/problem/problem-spec';
import type { JsonGetValue, JsonTemplate, StringValue } from '../definition/values';

export interface ModelCardFacts {
  readonly environment: {
    readonly problem: ProblemSpec;
    readonly tags: WorkflowConfiguration['tags'];
    readonly images: { readonly xgboost: string };
    readonly code: { readonly version: string };
  };
  readonly airports: StringValue;
  readonly until: StringValue;
  readonly artifact: StringValue;
  readonly trainingJob: StringValue;
  readonly evaluationJob: StringValue;
  /** List of the data files with their versions. */
  readonly manifest: StringValue;
  /** A value of evaluation.json. */
  readonly evaluation: (path: string) => JsonGetValue;
}

/**
 * Bytes of the text that is known at synthesis, escaped as JSON escapes it. SageMaker takes 100,000 characters, but
 * Step Functions counts a whole DescribeModelPackage result, card included, against 256 KiB. The rest is left for the
 * package's other members and for what the pipeline fills in.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelPackageModelCard.html
 */
// AWS: step-functions/payloads-have-a-limit
const mostBytes = 65_536;

/** Both are in the evaluation; the spec chooses one. */
const thresholdOrigins = { costs: 'the costs of both errors', validation: 'the validation month' } as const;

/**
 * The model card: purpose, data, evaluation and limits, in AWS's schema ("Model package model card schema"). The
 * pipeline fills in the numbers. The model package itself records who approved it and when.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-cards.html
 */
export function modelCard(facts: ModelCardFacts): JsonTemplate {
  const { environment, evaluation } = facts;
  const { problem, tags, images, code } = environment;
  const { algorithm, costs } = problem;
  const origin = thresholdOrigins[problem.threshold.from];
  const number = (name: string, path: string, notes: string) => ({
    name,
    type: 'number',
    value: evaluation(path),
    notes,
  });
  return smallEnough({
    model_overview: { model_creator: tags.owner, model_artifact: [facts.artifact] },
    business_details: {
      business_problem: problem.objective,
      business_stakeholders: `missed: ${costs.missed.amount} ${costs.currency} (${costs.missed.why}); false alarm: ${costs.falseAlarm.amount} ${costs.currency} (${costs.falseAlarm.why})`,
    },
    intended_uses: {
      purpose_of_model: `One decision for ${problem.predictionUnit}, ${problem.predictionTime}.`,
      intended_uses: {
        'Std:Join': {
          On: '',
          Values: ['Flights from the airports ', facts.airports, ', as a hint to people who decide.'],
        },
      },
      factors_affecting_model_efficiency:
        'Airports, carriers and seasons that the training data lacks. The threshold is right for months in which the probabilities are: check the cost by month.',
      risk_rating: 'Low',
      explanations_for_risk_rating: 'A wrong prediction costs money and concerns a flight, not a person.',
    },
    training_details: {
      objective_function: {
        function: {
          function: 'Maximize',
          facet: 'AUC',
          condition: 'area under the precision-recall curve of the validation month',
        },
      },
      training_observations: {
        'Std:Join': { On: '', Values: ['Code ', code.version, '; flights before ', facts.until] },
      },
      training_job_details: {
        training_arn: facts.trainingJob,
        training_datasets: [facts.manifest],
        training_environment: { container_image: [images.xgboost] },
        user_provided_hyper_parameters: Object.entries(algorithm.fixed).map(([name, value]) => ({ name, value })),
      },
    },
    evaluation_details: [
      {
        // At most 63 characters, like all names in the card.
        name: 'newest labeled month: candidate, live model, and no model',
        evaluation_observation: { 'Std:Join': { On: '', Values: [evaluation('summary')] } },
        evaluation_job_arn: facts.evaluationJob,
        metric_groups: [
          {
            name: 'candidate',
            metric_data: [
              number('pr_auc', 'binary_classification_metrics.pr_auc.value', 'area under the precision-recall curve'),
              number('lift', 'gate.lift', 'pr_auc divided by the share of positives; 1 is chance'),
              number('auc', 'binary_classification_metrics.auc.value', 'area under the ROC curve'),
              number(
                'expected_cost_per_1000',
                'business.expected_cost_per_1000',
                `${costs.currency}, by the decisions at the threshold`,
              ),
              number(
                'cost_of_never_flagging_per_1000',
                'business.cost_of_never_flagging_per_1000',
                `${costs.currency}, without a model`,
              ),
              number(
                'cost_of_always_flagging_per_1000',
                'business.cost_of_always_flagging_per_1000',
                `${costs.currency}, without a model`,
              ),
              number(
                'cost_of_the_rule_per_1000',
                'business.cost_of_the_rule_per_1000',
                `${costs.currency}, without a model: flags from a number of ${problem.rule.feature} on`,
              ),
              number(
                'cost_ratio',
                'gate.cost_ratio',
                'cost divided by that of the cheapest alternative: never flagging, always flagging, the rule, or the live model',
              ),
              number('threshold', 'business.threshold', `probability from which a flight is flagged: from ${origin}`),
              ...Object.entries(thresholdOrigins).flatMap(([from, words]) => [
                number(`threshold_from_${from}`, `business.threshold_from_${from}`, `from ${words}`),
                number(
                  `cost_at_threshold_from_${from}_per_1000`,
                  `business.cost_at_threshold_from_${from}_per_1000`,
                  `${costs.currency}, with the threshold from ${words}`,
                ),
              ]),
            ],
          },
        ],
      },
    ],
    additional_information: {
      caveats_and_recommendations:
        'Check cost by month and airport in evaluation.json before you rely on an average. One year of data contains each season only once.',
      custom_details: {
        cost_center: tags.costCenter,
        data_class: tags.dataClass,
        excluded_leaks: 'delay, times and weather of departure and arrival',
      },
    },
  });
}

function smallEnough(card: JsonTemplate): JsonTemplate {
  const bytes = Buffer.byteLength(JSON.stringify(JSON.stringify(card)));
  if (bytes <= mostBytes) return card;
  throw new Error(
    `The model card has ${bytes} bytes of text, and at most ${mostBytes} leave room for the rest of the package in the state machines that read it. Remedy: shorten the texts of the problem (objective, costs) or of pipelines/flight-disruption/model-card.ts.`,
  );
}
