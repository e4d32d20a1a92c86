import { Duration, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { RemoveOnDelete } from '../shared/function/teardown';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { tuningJobPrefix } from './tuning-job-prefix';

/**
 * SageMaker keeps a record of every job, free of charge, until somebody deletes it. `cdk destroy` should leave the
 * account as it was before (COST-07: what remains after teardown). Jobs that still run keep their record.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteProcessingJob.html
 */
// AWS: sagemaker-jobs/records-of-jobs-stay
export function removeJobRecords(stack: Stack, context: WorkflowContext): RemoveOnDelete {
  const { prefix } = context.configuration;
  const tuning = tuningJobPrefix(prefix);
  const jobs = (kind: string, begins: string) =>
    stack.formatArn({ service: 'sagemaker', resource: kind, resourceName: `${begins}-*` });
  const records = new RemoveOnDelete(stack, 'JobRecords', {
    functionName: 'remove-job-records',
    description: "Removes SageMaker's records of this workflow's processing, tuning and training jobs.",
    timeout: Duration.minutes(15),
    target: { ProcessingPrefix: `${prefix}-`, TuningPrefix: `${tuning}-` },
    statements: [
      new iam.PolicyStatement({
        sid: 'ListJobs',
        actions: [
          'sagemaker:ListProcessingJobs',
          'sagemaker:ListHyperParameterTuningJobs',
          'sagemaker:ListTrainingJobs',
        ],
        resources: ['*'],
      }),
      new iam.PolicyStatement({
        sid: 'DeleteProcessingJobs',
        actions: ['sagemaker:DeleteProcessingJob'],
        resources: [jobs('processing-job', prefix)],
      }),
      new iam.PolicyStatement({
        sid: 'DeleteTuningJobs',
        actions: ['sagemaker:DeleteHyperParameterTuningJob'],
        resources: [jobs('hyper-parameter-tuning-job', tuning)],
      }),
      new iam.PolicyStatement({
        sid: 'DeleteTrainingJobs',
        actions: ['sagemaker:DeleteTrainingJob'],
        resources: [jobs('training-job', tuning)],
      }),
    ],
    context,
  });
  acknowledgeWildcards(
    records.role,
    { pattern: '*', reason: 'EV-002: Listing jobs takes no resource.' },
    {
      pattern: `processing-job/${prefix}-*`,
      reason: "EV-008: Jobs are named when they start; the prefix is this workflow's.",
    },
    ...['hyper-parameter-tuning-job', 'training-job'].map((kind) => ({
      pattern: `${kind}/${tuning}-*`,
      reason: 'EV-008: The same for tuning jobs and their training jobs, whose prefix has 6 characters at most.',
    })),
  );
  return records;
}
