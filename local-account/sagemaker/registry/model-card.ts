import { isRecord } from '../../assembly/template';
import { validation } from '../errors';

/** Says what is wrong with a value at a path, or nothing. */
type Check = (value: unknown, path: string) => string | undefined;

const text =
  (longest: number, shortest = 0): Check =>
  (value, path) =>
    typeof value !== 'string' || value.length < shortest || value.length > longest
      ? `${path} must be a text of ${shortest} to ${longest} characters, and is ${JSON.stringify(value)?.slice(0, 200)}`
      : undefined;

const oneOf =
  (...words: readonly unknown[]): Check =>
  (value, path) =>
    words.includes(value) ? undefined : `${path} must be one of ${words.join(', ')}`;

const list =
  (item: Check, longest = Infinity): Check =>
  (value, path) =>
    !Array.isArray(value) || value.length > longest
      ? `${path} must be a list of at most ${longest} items`
      : value.map((one, index) => item(one, `${path}[${index}]`)).find((problem) => problem !== undefined);

/** An object of these members and no others. */
const object =
  (members: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  (value, path) => {
    if (!isRecord(value)) return `${path || 'the card'} must be an object`;
    const missing = required.find((name) => value[name] === undefined);
    if (missing !== undefined) return `${path} must have ${missing}`;
    for (const [name, inner] of Object.entries(value)) {
      const place = path === '' ? name : `${path}.${name}`;
      const problem = Object.hasOwn(members, name)
        ? members[name](inner, place)
        : `${place} is not a member of the schema`;
      if (problem !== undefined) return problem;
    }
    return undefined;
  };

/** Members of any name. */
const map =
  (item: Check): Check =>
  (value, path) =>
    isRecord(value)
      ? Object.entries(value)
          .map(([name, one]) => item(one, `${path}.${name}`))
          .find((problem) => problem !== undefined)
      : `${path} must be an object`;

const number: Check = (value, path) => (typeof value === 'number' ? undefined : `${path} must be a number`);
const name = text(63, 1);
const longName = text(255, 1);
const paragraph = text(2048);
const note = text(1024);
const place = text(1024);

const metric: Check = (value, path) => {
  const type = isRecord(value) ? value.type : undefined;
  // Charts and matrices are not checked.
  const figure: Check = type === 'number' ? number : type === 'string' ? text(63) : () => undefined;
  const members = {
    name: longName,
    type: oneOf('number', 'string', 'boolean', 'linear_graph', 'bar_chart', 'matrix'),
    value: figure,
    notes: note,
  };
  return object({ ...members, x_axis_name: () => undefined, y_axis_name: () => undefined }, ['name', 'type', 'value'])(
    value,
    path,
  );
};

const trainingMetric = object({ name: longName, notes: note, value: number }, ['name', 'value']);
const hyperParameter = object({ name: longName, value: text(255) }, ['name']);

/**
 * A package's card has no model_package_details, and of the overview two members only (API reference,
 * ModelPackageModelCard).
 */
const card = object({
  model_overview: object({ model_creator: note, model_artifact: list(place, 15) }),
  business_details: object({
    business_problem: paragraph,
    business_stakeholders: paragraph,
    line_of_business: paragraph,
  }),
  intended_uses: object({
    purpose_of_model: paragraph,
    intended_uses: paragraph,
    factors_affecting_model_efficiency: paragraph,
    risk_rating: oneOf('High', 'Medium', 'Low', 'Unknown'),
    explanations_for_risk_rating: paragraph,
  }),
  training_details: object({
    objective_function: object({
      function: object({ function: oneOf('Maximize', 'Minimize'), facet: text(63), condition: text(63) }),
      notes: note,
    }),
    training_observations: note,
    training_job_details: object({
      training_arn: place,
      training_datasets: list(place, 15),
      training_environment: object({ container_image: list(place, 15) }),
      training_metrics: list(trainingMetric, 50),
      user_provided_training_metrics: list(trainingMetric, 50),
      hyper_parameters: list(hyperParameter, 100),
      user_provided_hyper_parameters: list(hyperParameter, 100),
    }),
  }),
  evaluation_details: list(
    object(
      {
        name,
        evaluation_observation: text(2096),
        evaluation_job_arn: text(256),
        datasets: list(place, 10),
        metadata: map(note),
        metric_groups: list(object({ name, metric_data: list(metric) }, ['name', 'metric_data'])),
      },
      ['name'],
    ),
  ),
  additional_information: object({
    ethical_considerations: paragraph,
    caveats_and_recommendations: paragraph,
    custom_details: map(note),
  }),
});

/** Refuses a card that is no JSON or does not fit AWS's schema. The messages are ours. */
// AWS: sagemaker-registry/model-card-follows-a-schema
export function checkModelCard(content: string): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch (error) {
    throw validation(`ModelCardContent is not JSON: ${(error as Error).message}`);
  }
  const problem = card(parsed, '');
  if (problem !== undefined)
    throw validation(`ModelCardContent does not follow the model package model card schema: ${problem}`);
}
