import {
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
} from '@aws-sdk/client-sagemaker';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { CommandFailed, WrongUsage } from '../errors';
import { type PackageLineage, packageLineage } from '../lineage/package-lineage';
import { type CapturedPrediction, findPrediction } from '../lineage/prediction';
import { type Output, table } from '../output';
import { packageOf } from '../registry';
import { endpointName } from '../serving';

export interface LineageOptions {
  /** A version, a package's ARN, the endpoint's name, or the id of a prediction. */
  readonly of: string;
}

export interface LineageResult {
  readonly prediction?: CapturedPrediction;
  /** The version that each variant of the endpoint serves. */
  readonly variants?: Readonly<Record<string, number>>;
  readonly packages: readonly PackageLineage[];
}

/** Traces a prediction, an endpoint or a version to the raw files, and lists who did what. */
export async function lineage(
  context: OperatorContext,
  { of }: LineageOptions,
  output: Output,
): Promise<LineageResult> {
  const result = await trace(context, of, output);
  if (result.prediction !== undefined) showPrediction(result.prediction, output);
  for (const [variant, version] of Object.entries(result.variants ?? {}))
    output.line(`Variant ${variant} serves version ${version}`);
  for (const one of result.packages) showPackage(one, output);
  return result;
}

async function trace(context: OperatorContext, of: string, output: Output): Promise<LineageResult> {
  if (/:model-package\//.test(of)) return { packages: [await packageLineage(context, of)] };
  if (of === 'latest' || of === 'live' || /^\d+$/.test(of)) {
    const { arn } = await packageOf(context, of === 'latest' || of === 'live' ? of : Number(of));
    return { packages: [await packageLineage(context, arn)] };
  }
  if (of === (await endpointName(context))) {
    const served = await servedBy(context, of);
    const packages = [];
    for (const arn of new Set(served.map(([, packageArn]) => packageArn)))
      packages.push(await packageLineage(context, arn));
    return {
      variants: Object.fromEntries(served.map(([variant, arn]) => [variant, Number(arn.split('/').at(-1))])),
      packages,
    };
  }
  const prediction = await findPrediction(context, of, output);
  const { arn } = await packageOf(context, prediction.modelVersion);
  return { prediction, packages: [await packageLineage(context, arn)] };
}

/** Endpoint -> endpoint configuration -> model -> package, for each variant. */
async function servedBy(
  context: OperatorContext,
  EndpointName: string,
): Promise<[variant: string, packageArn: string][]> {
  const { sagemaker } = context.clients;
  const { EndpointConfigName } = await sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
  const { ProductionVariants = [] } = await sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
  return Promise.all(
    ProductionVariants.map(async ({ VariantName = '', ModelName }): Promise<[string, string]> => {
      const model = await sagemaker.send(new DescribeModelCommand({ ModelName }));
      const arn = [model.PrimaryContainer, ...(model.Containers ?? [])]
        .map((container) => container?.ModelPackageName)
        .find((one) => one !== undefined);
      if (arn === undefined)
        throw new CommandFailed(
          `The model ${ModelName ?? ''} of variant ${VariantName} was not made from a model package.`,
        );
      return [VariantName, arn];
    }),
  );
}

function showPrediction(one: CapturedPrediction, output: Output): void {
  output.line(
    `Prediction ${one.id}, ${one.at}: ${one.predictions} predictions of version ${one.modelVersion}, variant ${one.variant} of ${one.endpoint}`,
  );
  output.line(`  captured in ${one.capture}`);
}

function showPackage(one: PackageLineage, output: Output): void {
  const list = (rows: readonly (readonly string[])[]) => {
    for (const line of table(rows)) output.line(`  ${line}`);
  };
  output.line();
  output.line(
    `Version ${one.version}: ${one.approval.status}${one.approval.note === undefined ? '' : ` ("${one.approval.note}")`}`,
  );
  list([
    ['package', one.arn],
    ['registered', `${one.registered.at} by ${one.registered.by}`],
    ...(one.approval.by === undefined ? [] : [['last changed', `${one.approval.at ?? ''} by ${one.approval.by}`]]),
    ['artifact', one.model.uri],
    ['sha256', one.model.sha256],
    ['image', one.model.image],
    ['code', `${one.code.version}`],
    ...one.code.archives.map((uri) => ['', uri]),
    ['execution', `${one.execution.name} (${one.execution.arn})`],
    ['started', `${one.execution.at} by ${one.execution.by}`],
    ['why', one.execution.description],
    ...Object.entries(one.execution.parameters).map(([name, value]) => [`  ${name}`, value]),
  ]);
  output.line('Steps');
  list(one.steps.map((step) => [step.name, step.status, step.cached ? 'from the cache' : '', step.jobArn ?? '']));
  output.line(`Data ${one.data.digest} (${one.data.objects.length} files)`);
  list(
    one.data.objects.map((object) => [
      object.key.slice(object.key.indexOf('airport=')),
      `version ${object.versionId}${object.there ? '' : ' (gone)'}`,
      `${object.rows ?? '?'} rows`,
      object.raw === undefined
        ? 'no raw file named'
        : `from s3://${object.raw.bucket}/${object.raw.key}, version ${object.raw.versionId}${object.raw.there ? '' : ' (gone)'}`,
    ]),
  );
  output.line('Who did what (CloudTrail, last 90 days)');
  list(one.calls.map((call) => [call.at, call.event, call.who, call.detail]));
  if (one.calls.length === 0) output.line('  nothing yet: an event appears some minutes after its call');
}

export const lineageCommand: CommandDefinition<LineageOptions, LineageResult> = {
  name: 'lineage',
  summary: 'trace a prediction, the endpoint or a version back to code, data and people',
  description:
    'Prints model version, pipeline execution, code, the versions of the curated and raw files, and who trained, approved and deployed it.',
  configure: (program) =>
    program.argument(
      '<what>',
      "a version (a number, latest, or live), a package ARN, the endpoint's name, or the inference id of a prediction: the flight's id",
    ),
  examples: [
    ['lineage live', 'the version that serves'],
    ['lineage 2', 'version 2'],
    ['lineage mla-blueprint-flight-disruption', 'what the endpoint serves now'],
    ['lineage JFK-B6-703-20130701-1030 --json', 'the newest prediction for one flight, as JSON'],
  ],
  parse: ([of]) => {
    if (of === undefined || of.trim() === '')
      throw new WrongUsage('Nothing to trace.', "Give a version, the endpoint's name or an inference id.");
    return { of: of.trim() };
  },
  run: lineage,
};
