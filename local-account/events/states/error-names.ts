import type { ServiceModel } from '../../service-model';

/** What error names begin with: the service's name in the SDK for Java. */
export interface JavaService {
  /** Of SDK integrations: `Ssm`. */
  readonly prefix: string;
  /** Of the optimized integration, where there is one: `SNS`. */
  readonly optimized?: { readonly prefix: string; readonly base: string };
}

/**
 * The name under which a state's Retry and Catch see an error. What the operation's model names keeps its name,
 * `Ssm.ParameterNotFoundException`; everything else, throttling and denials among it, is the service's base exception,
 * `Ssm.SsmException`.
 *
 * AWS: step-functions/errors-under-the-base-name
 */
export function taskErrorName(
  code: string,
  operation: string,
  model: ServiceModel,
  { prefix, optimized }: JavaService,
  isOptimized: boolean,
): string {
  const names = isOptimized && optimized ? optimized : { prefix, base: `${prefix}Exception` };
  const modeled = (model.operations[operation]?.errors ?? []).find(
    ({ shape }) => shape === code || model.shapes[shape]?.error?.code === code,
  );
  return `${names.prefix}.${modeled === undefined ? names.base : javaName(modeled.shape)}`;
}

/** The SDK for Java ends every exception in `Exception`. */
function javaName(shape: string): string {
  return shape.endsWith('Exception') ? shape : `${shape.replace(/Fault$/, '')}Exception`;
}
