import { pageOf, UnknownToken } from '../pages';
import { AwsError } from '../platform';
import type { ServiceModel } from '../service-model';

/**
 * How many items a page has when the caller does not say, and at most, by botocore's folder of the service. From the
 * services' models, in the documentation of their list operations.
 */
const SIZES: Readonly<Record<string, { readonly usual: number; readonly most: number }>> = {
  stepfunctions: { usual: 100, most: 1000 },
  events: { usual: 100, most: 100 },
  scheduler: { usual: 100, most: 100 },
  // "Lambda returns up to 50 items per page, even if you set the number higher" (ListFunctions).
  lambda: { usual: 50, most: 50 },
  'application-autoscaling': { usual: 50, most: 50 },
  'service-quotas': { usual: 100, most: 100 },
};
/** Services whose model gives no number. CloudFormation's pages end at 1 MB, which is more than this account has. */
const USUAL = { usual: 100, most: 1000 };

/** Cuts a local service's whole list into the page that its caller wants, as the model's paginator says. */
export function pagedOutput(
  model: ServiceModel,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  output: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const paginator = model.paginators[operation];
  if (!paginator) return { ...output };
  const { input_token: given, output_token: next, result_key: list, limit_key: limit, more_results: more } = paginator;
  if (typeof given !== 'string' || typeof next !== 'string' || typeof list !== 'string') {
    throw new Error(`${model.folder}:${operation} pages by several keys, which the local account does not do`);
  }
  const items = output[list];
  if (!Array.isArray(items)) return { ...output };
  const { usual, most } = SIZES[model.folder] ?? USUAL;
  // Step Functions: "A value of 0 uses the default."
  const asked = Number((limit && input[limit]) || usual);
  try {
    const cut = pageOf(items as readonly unknown[], input[given] as string | undefined, Math.min(asked, most));
    return {
      ...output,
      [list]: cut.page,
      ...(cut.next === undefined ? {} : { [next]: cut.next }),
      ...(more === undefined ? {} : { [more]: cut.next !== undefined }),
    };
  } catch (error) {
    throw error instanceof UnknownToken ? unknownToken(model, operation, error.message) : error;
  }
}

/** The error that the operation's model has for it; otherwise the one for any wrong value. */
// AWS: step-functions/histories-come-in-pages
function unknownToken(model: ServiceModel, operation: string, token: string): AwsError {
  const { errors = [] } = model.operations[operation];
  const named = errors.map(({ shape }) => shape).find((name) => /^Invalid(Next|Pagination)?Token/.test(name));
  const code = named ?? (model.metadata.protocol === 'query' ? 'ValidationError' : 'ValidationException');
  // Lambda's model has no error for a wrong token but that of any wrong parameter.
  const other = errors.some(({ shape }) => shape === 'InvalidParameterValueException');
  return new AwsError(
    named === undefined && other ? 'InvalidParameterValueException' : code,
    `Invalid Token: '${token}'`,
  );
}
