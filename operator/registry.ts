import {
  DescribeModelPackageCommand,
  type DescribeModelPackageCommandOutput,
  ListModelPackagesCommand,
} from '@aws-sdk/client-sagemaker';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { OperatorContext } from './context';
import { CommandFailed, isNotFound } from './errors';
import { parseS3Uri, readJson } from './storage';

export interface PackageSummary {
  readonly version: number;
  readonly arn: string;
  readonly approval: string;
  readonly status: string;
  readonly created?: string;
}

/** Versions of the group, newest first. */
export async function packages(context: OperatorContext): Promise<PackageSummary[]> {
  const group = await context.output('Training', 'ModelPackageGroupName');
  const found: PackageSummary[] = [];
  let token: string | undefined;
  do {
    const page = await context.clients.sagemaker.send(
      new ListModelPackagesCommand({ ModelPackageGroupName: group, MaxResults: 100, NextToken: token }),
    );
    for (const one of page.ModelPackageSummaryList ?? []) {
      found.push({
        version: one.ModelPackageVersion ?? 0,
        arn: one.ModelPackageArn ?? '',
        approval: one.ModelApprovalStatus ?? 'Unknown',
        status: one.ModelPackageStatus ?? 'Unknown',
        ...(one.CreationTime === undefined ? {} : { created: one.CreationTime.toISOString() }),
      });
    }
    token = page.NextToken;
  } while (token !== undefined);
  return found.sort((a, b) => b.version - a.version);
}

export async function packageOf(
  context: OperatorContext,
  version: number | 'latest' | 'live',
): Promise<PackageSummary> {
  const all = await packages(context);
  const found = version === 'live' ? await liveOf(context, all) : pick(all, version);
  if (found) return found;
  const known = all.map((one) => one.version).join(', ');
  throw new CommandFailed(
    all.length === 0 ? 'No model is registered yet.' : `There is no version ${version}; registered: ${known}.`,
    all.length === 0 ? 'Train one: npm run mlops -- train' : 'See `npm run mlops -- status`.',
  );
}

function pick(all: readonly PackageSummary[], version: number | 'latest'): PackageSummary | undefined {
  return version === 'latest' ? all[0] : all.find((one) => one.version === version);
}

async function liveOf(context: OperatorContext, all: readonly PackageSummary[]): Promise<PackageSummary> {
  const arn = await livePackageArn(context);
  const found = all.find((one) => one.arn === arn);
  if (found !== undefined) return found;
  throw new CommandFailed('No model is live.', 'Release one: npm run mlops -- approve latest --note "..."');
}

/** ARN of the package that is live, or undefined. */
export async function livePackageArn(context: OperatorContext): Promise<string | undefined> {
  const name = await context.output('Training', 'ApprovedModelParameterName');
  try {
    const { Parameter } = await context.clients.ssm.send(new GetParameterCommand({ Name: name }));
    return Parameter?.Value === undefined || Parameter.Value === 'none' ? undefined : Parameter.Value;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new CommandFailed(
      `The parameter ${name} is not there.`,
      'Deploy the Training stack again: npx cdk deploy --all',
    );
  }
}

export function versionOf(packageArn: string): number {
  return Number(packageArn.slice(packageArn.lastIndexOf('/') + 1));
}

export function describePackage(context: OperatorContext, arn: string): Promise<DescribeModelPackageCommandOutput> {
  return context.clients.sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: arn }));
}

/** The evaluation that the pipeline registered with the package. */
export interface Evaluation {
  readonly binary_classification_metrics: Readonly<Record<string, unknown>> & {
    readonly pr_auc: { readonly value: number };
  };
  /** The rows that it was tested on. */
  readonly window?: {
    readonly months: readonly string[];
    readonly airports: readonly string[];
    readonly rows: number;
  };
  readonly business: {
    readonly currency?: string;
    readonly expected_cost_per_1000: number;
    readonly live_cost_per_1000?: number;
    readonly cost_of_never_flagging_per_1000: number;
    readonly cost_of_always_flagging_per_1000: number;
    readonly cost_of_the_rule_per_1000?: number | null;
    readonly rule?: { readonly feature: string; readonly at_least: number } | null;
    readonly threshold: number;
    /** The threshold that follows from the two costs, the cheapest of the validation month, and what each costs here. */
    readonly threshold_from_costs?: number | null;
    readonly cost_at_threshold_from_costs_per_1000?: number | null;
    readonly threshold_from_validation?: number | null;
    readonly cost_at_threshold_from_validation_per_1000?: number | null;
    readonly cost_curve?: readonly { readonly threshold: number; readonly cost: number }[];
  };
  /** What the quality gate compared. */
  readonly gate: {
    /** The metric divided by the share of positives: 1 is chance. */
    readonly lift: number;
    /** The share of positives. */
    readonly base_rate?: number;
    /** Whichever costs least: never flagging, always flagging, the rule, or the live model. */
    readonly alternative: string;
    /** The candidate's cost divided by the alternative's. */
    readonly cost_ratio: number;
  };
  readonly by_month?: unknown;
  readonly by_airport?: unknown;
}

export async function evaluationOf(context: OperatorContext, arn: string): Promise<Evaluation | undefined> {
  const uri = (await describePackage(context, arn)).ModelMetrics?.ModelQuality?.Statistics?.S3Uri;
  if (uri === undefined) return undefined;
  const { bucket, key } = parseS3Uri(uri);
  return readJson<Evaluation>(context, bucket, key);
}
